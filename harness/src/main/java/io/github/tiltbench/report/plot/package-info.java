/**
 * The figures of a report: which charts the numbers and samples of a contest become.
 *
 * <p>A class for each kind of figure turns rows or trials into a {@link
 * io.github.tiltbench.report.figure.Chart} with its caption, or refuses with the reason; none of
 * them draws. {@link io.github.tiltbench.report.plot.Figures} has them drawn, names their files and
 * gives them to the page. Samples that are images or tokens are shown as they are.
 */
package io.github.tiltbench.report.plot;
