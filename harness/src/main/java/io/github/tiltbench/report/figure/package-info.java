/**
 * Figures as data, and what draws them.
 *
 * <p>A {@link io.github.tiltbench.report.figure.Chart} says what is shown: panels with axes and
 * {@link io.github.tiltbench.report.figure.Layer}s of numbers. It has no colour, no size and no
 * font; a series index stands for the look, so that an algorithm looks alike in all charts.
 *
 * <p>Two renderers take the same chart. {@link io.github.tiltbench.report.figure.Drawing} is for
 * paper and for readers without scripts: JFreeChart draws, as PNG or through Batik as SVG. {@link
 * io.github.tiltbench.report.figure.PlotlyJson} is for the page, where Plotly draws it again.
 */
package io.github.tiltbench.report.figure;
