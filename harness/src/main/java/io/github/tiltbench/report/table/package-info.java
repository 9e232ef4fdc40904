/**
 * The tables of a report: numbers arranged so that what is compared stands side by side.
 *
 * <p>{@link io.github.tiltbench.report.table.Comparison} has a row for an algorithm at a budget and
 * a column for a metric; the tables of the summary and most layouts are made of it. {@link
 * io.github.tiltbench.report.table.Contrasts}, {@link io.github.tiltbench.report.table.ScalingFits}
 * and {@link io.github.tiltbench.report.table.Ranks} say what algorithms are worth against each
 * other, with budget, and over tasks. A {@link io.github.tiltbench.report.table.View} has the
 * tables of one name and the same numbers in full precision; {@link
 * io.github.tiltbench.report.table.Views} has all of them.
 */
package io.github.tiltbench.report.table;
