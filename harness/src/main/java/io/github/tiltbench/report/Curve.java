package io.github.tiltbench.report;

import io.github.tiltbench.stats.Estimate;
import java.util.List;

/**
 * What one algorithm reaches at each budget.
 *
 * @param name in the legend
 * @param series its place among all algorithms of the study, which gives its colour
 * @param points by ascending budget; refused numbers are left out
 * @param constant whether the algorithm has no use for a budget: one point, drawn across
 */
record Curve(String name, int series, List<Point> points, boolean constant) {
  /** One estimate at a budget. */
  record Point(double budget, Estimate.Interval estimate) {}
}
