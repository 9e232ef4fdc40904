/**
 * Tables, figures and the report page of a result folder; all derived, all safe to delete.
 *
 * <p>{@link io.github.tiltbench.report.Report} reads a folder, has everything made by the packages
 * below and writes it; the classes beside it say what the page says of the run as a whole: the
 * answer, what was run, what is missing. Of those, each may use the ones after it: {@code folder}
 * compares several folders, {@code plot} and {@code table} make the figures and tables, {@code
 * summary} computes their numbers, {@code page} renders, {@code figure} draws charts.
 *
 * <p>Everything is drawn from the rows in the order of the plan, so the same trials give the same
 * bytes on the same machine; the pictures of other machines may differ in their fonts.
 */
package io.github.tiltbench.report;
