package io.github.tiltbench.report.plot;

import io.github.tiltbench.report.figure.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The border of the smallest region that holds a share of a density's mass on a grid, by marching
 * squares: straight pieces between the sides of the grid's cells, linear along a side.
 */
final class Contour {
  private final Layer.Heat heat;
  private final double level;
  private final List<Double> x = new ArrayList<>();
  private final List<Double> y = new ArrayList<>();

  private Contour(Layer.Heat heat, double level) {
    this.heat = heat;
    this.level = level;
  }

  /** The border as a line of many parts. */
  static Layer.Line of(String name, Layer.Heat heat, double share) {
    Contour contour = new Contour(heat, level(heat, share));
    for (int r = 1; r < heat.y().length; r++) {
      for (int c = 1; c < heat.x().length; c++) {
        contour.cross(r, c);
      }
    }
    return Layer.Line.of(name, Layer.INK, array(contour.x), array(contour.y));
  }

  /** The density at and above which a share of the mass lies. */
  static double level(Layer.Heat heat, double share) {
    double[] all = Arrays.stream(heat.density()).flatMapToDouble(Arrays::stream).sorted().toArray();
    double left = share * Arrays.stream(all).sum();
    int i = all.length;
    while (left > 0 && i > 0) {
      left -= all[--i];
    }
    return all[Math.min(i, all.length - 1)];
  }

  /** The pieces in the cell whose upper right corner is a place of the grid. */
  private void cross(int r, int c) {
    List<double[]> ends = new ArrayList<>();
    side(ends, r - 1, c - 1, r - 1, c);
    side(ends, r - 1, c, r, c);
    side(ends, r, c, r, c - 1);
    side(ends, r, c - 1, r - 1, c - 1);
    for (int i = 0; i + 1 < ends.size(); i += 2) {
      add(ends.get(i));
      add(ends.get(i + 1));
      add(new double[] {Double.NaN, Double.NaN});
    }
  }

  /** Where a side is crossed, if it is. */
  private void side(List<double[]> ends, int r, int c, int row, int column) {
    double here = heat.density()[r][c] - level;
    double there = heat.density()[row][column] - level;
    if (here < 0 != there < 0) {
      double t = here / (here - there);
      ends.add(
          new double[] {
            heat.x()[c] + t * (heat.x()[column] - heat.x()[c]),
            heat.y()[r] + t * (heat.y()[row] - heat.y()[r])
          });
    }
  }

  private void add(double[] point) {
    x.add(point[0]);
    y.add(point[1]);
  }

  private static double[] array(List<Double> list) {
    return list.stream().mapToDouble(v -> v).toArray();
  }
}
