package io.github.tiltbench.report.figure;

import java.util.List;

/** Charts for tests. */
public final class Charts {
  private Charts() {}

  /** A chart with a layer of every kind, whose every text is this. */
  public static Chart named(String text) {
    double[] x = {1, 2, 8};
    double[] y = {0.25, Double.NaN, 4.125};
    Panel plane =
        new Panel(
            text,
            Axis.log2(text, List.of(new Axis.Tick(1, text), new Axis.Tick(8, "8"))),
            Axis.linear(text),
            List.of(
                new Layer.Band(text, 1, x, new double[] {0, 1, 2}, new double[] {1, 2.5, 5}),
                Layer.Line.of(text, 1, x, y),
                new Layer.Points(
                    text,
                    1,
                    x,
                    new double[] {0.5, 1.5, 4.125},
                    new Layer.Bars(new double[] {0.375, 1.25, 4}, new double[] {1, 2, 4.5}, false),
                    List.of(text, text, text),
                    Layer.Points.MARKER),
                new Layer.Mark(true, 4, text),
                new Layer.Mark(false, 3, text)));
    Panel law =
        new Panel(
            "",
            Axis.categories(text, List.of("a", text)),
            Axis.linear(text),
            List.of(
                new Layer.Heat(
                    new double[] {0, 1},
                    new double[] {0, 1, 2},
                    new double[][] {{0, 1}, {2, 3}, {1, 0}}),
                Layer.Histogram.of(text, 2, new double[] {0.1, 0.2, 0.7, 3}, 2, 0, 1),
                Layer.Points.cloud(text, 3, new double[] {0, 1}, new double[] {1, 2})));
    return new Chart("chart", text, text, text, List.of(plane, law));
  }
}
