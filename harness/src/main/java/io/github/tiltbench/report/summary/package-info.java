/**
 * The numbers of a result folder, which its tables and figures share.
 *
 * <p>{@link io.github.tiltbench.report.summary.Summary} turns finished trials into {@link
 * io.github.tiltbench.report.summary.SummaryRow}s, one number each with its interval or its
 * refusal; they are the lines of {@code tables/summary.csv}. A {@link
 * io.github.tiltbench.report.summary.Task} has those of one model and one verifier, which can be
 * compared. What no single number holds is computed from a {@link
 * io.github.tiltbench.report.summary.MatchedTrials}, the trials of a contest matched by the noise
 * that they share. {@link io.github.tiltbench.report.summary.StudyComponents} finds the models,
 * verifiers and laws behind the names, by the study file that lies beside the results.
 */
package io.github.tiltbench.report.summary;
