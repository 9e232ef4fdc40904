package io.github.tiltbench.report.figure;

import java.util.Arrays;
import java.util.List;

/** Numbers drawn on the axes of a panel, one way of drawing a layer. */
public sealed interface Layer {
  /** A layer that belongs to a series. */
  sealed interface Named extends Layer permits Line, Band, Points, Histogram {
    /** Its entry in the legend; layers of one name share it; empty: none. */
    String name();

    /** The place of the series among all of the study, which gives colour, dash and marker. */
    int series();
  }

  /** In place of a series, for lines and bands of what is known and not measured. */
  int INK = -1;

  /** How a line is drawn. */
  enum Style {
    /** As suits the series. */
    FULL,
    /** Broken: the series does not depend on what the axis measures. */
    BROKEN,
    /** Thin and faint: one of many alike. */
    THIN
  }

  /**
   * Points joined in their order; a NaN parts what stands before from what stands after it, so that
   * many lines can be one layer.
   *
   * @param hover what a reader is told of each point; empty: its coordinates
   */
  record Line(String name, int series, double[] x, double[] y, Style style, List<String> hover)
      implements Named {
    /** Checks the lengths. */
    public Line {
      hover = List.copyOf(hover);
      alike(x.length, y.length);
      alike(hover.isEmpty() ? x.length : hover.size(), x.length);
    }

    /** A line as suits the series. */
    public static Line of(String name, int series, double[] x, double[] y) {
      return new Line(name, series, x, y, Style.FULL, List.of());
    }
  }

  /** The area between two lines over the same {@code x}, ascending. */
  record Band(String name, int series, double[] x, double[] low, double[] high) implements Named {
    /** Checks the lengths. */
    public Band {
      alike(x.length, low.length);
      alike(x.length, high.length);
    }
  }

  /**
   * Markers.
   *
   * @param bars intervals about them
   * @param hover what a reader is told of each; empty: its coordinates
   * @param size diameter in units of the page; below 5, translucent dots, which stand behind all
   *     lines and markers
   */
  record Points(
      String name, int series, double[] x, double[] y, Bars bars, List<String> hover, double size)
      implements Named {
    /** The size of a marker that stands for one estimate. */
    public static final double MARKER = 8;

    /** The size of a dot in a cloud. */
    public static final double DOT = 3.4;

    /** Checks the lengths. */
    public Points {
      hover = List.copyOf(hover);
      alike(x.length, y.length);
      alike(bars.none() ? x.length : bars.low().length, x.length);
      alike(hover.isEmpty() ? x.length : hover.size(), x.length);
    }

    /** Whether they have the marker of the series; else they are dots. */
    boolean marked() {
      return size >= 5;
    }

    /** A cloud of dots. */
    public static Points cloud(String name, int series, double[] x, double[] y) {
      return new Points(name, series, x, y, Bars.NONE, List.of(), DOT);
    }
  }

  /**
   * Intervals, as coordinates of their ends.
   *
   * @param across whether they lie along the horizontal axis
   */
  record Bars(double[] low, double[] high, boolean across) {
    /** No intervals. */
    public static final Bars NONE = new Bars(new double[0], new double[0], false);

    /** Checks the lengths. */
    public Bars {
      alike(low.length, high.length);
    }

    /** Whether there are none. */
    public boolean none() {
      return low.length == 0;
    }
  }

  /**
   * Bins, drawn as boxes from zero.
   *
   * @param edges ascending, one more than bins
   * @param density height of each bin
   */
  record Histogram(String name, int series, double[] edges, double[] density) implements Named {
    /** Checks the lengths. */
    public Histogram {
      alike(edges.length, density.length + 1);
    }

    /**
     * The density of some numbers in equal bins, which with those beyond the ends has mass 1.
     *
     * @param bins how many between {@code low} and {@code high}
     */
    public static Histogram of(
        String name, int series, double[] values, int bins, double low, double high) {
      double width = (high - low) / bins;
      double[] edges = new double[bins + 1];
      Arrays.setAll(edges, i -> i == bins ? high : low + i * width);
      double[] density = new double[bins];
      for (double v : values) {
        if (v >= low && v <= high) {
          density[Math.min(bins - 1, (int) ((v - low) / width))] += 1 / (values.length * width);
        }
      }
      return new Histogram(name, series, edges, density);
    }
  }

  /**
   * A function of two coordinates as shading: the more, the darker; zero is the paper.
   *
   * @param x centres of the columns, evenly spaced
   * @param y centres of the rows, evenly spaced, ascending
   * @param density not negative, a line a row
   */
  record Heat(double[] x, double[] y, double[][] density) implements Layer {
    /** Checks the shape. */
    public Heat {
      if (x.length < 2 || y.length < 2) {
        throw new IllegalArgumentException("a grid needs two rows and two columns");
      }
      alike(y.length, density.length);
      for (double[] row : density) {
        alike(x.length, row.length);
      }
    }

    /** The width of a column, or the height of a row. */
    double step(boolean across) {
      double[] centres = across ? x : y;
      return (centres[centres.length - 1] - centres[0]) / (centres.length - 1);
    }

    /** The largest density. */
    double most() {
      return Arrays.stream(density).flatMapToDouble(Arrays::stream).max().orElse(0);
    }
  }

  /**
   * A line across the whole panel, for reference.
   *
   * @param vertical whether it stands at a place of the horizontal axis
   * @param label beside it; may be empty
   */
  record Mark(boolean vertical, double at, String label) implements Layer {}

  private static void alike(int a, int b) {
    if (a != b) {
      throw new IllegalArgumentException("lengths differ: " + a + " and " + b);
    }
  }
}
