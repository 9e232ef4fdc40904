/**
 * Definitions: from a study file to a plan of cells with keys.
 *
 * <p>{@link io.github.tiltbench.study.Study} holds what the file says; {@link
 * io.github.tiltbench.study.PlanBuilder} crosses it into the cells of a {@link
 * io.github.tiltbench.study.Plan}, each with a key that changes exactly when something that defines
 * its numbers does. What names mean is said once, in {@link io.github.tiltbench.study.Catalogues}.
 */
package io.github.tiltbench.study;
