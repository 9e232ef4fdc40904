package io.github.tiltbench.report.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.metric.law.Law;
import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Layer;
import io.github.tiltbench.report.figure.Panel;
import io.github.tiltbench.report.summary.Fixture;
import io.github.tiltbench.report.summary.Rows;
import io.github.tiltbench.report.summary.StudyComponents;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DensitiesTest {
  private static final String STUDY =
      """
      study: x
      seed: 1
      repetitions: 1
      count: 1
      models:
        fashion: {kind: gaussian, mean: MEAN, variance: VARIANCE, process: {kind: ddim, steps: 8, eta: 1.0, scheduler: {clip_sample: false}}}
      verifiers:
        jpeg: {kind: linear, coefficients: PUSH}
      beta: 0.1
      algorithms: [pretrained]
      budgets: {unit: nfe, per: sample, at: [8]}
      """;

  @TempDir Path folder;

  private Results results(Fixture.Kind kind, String mean, String variance, String push)
      throws IOException {
    Files.writeString(
        folder.resolve("study.yaml"),
        STUDY.replace("MEAN", mean).replace("VARIANCE", variance).replace("PUSH", push));
    return Fixture.results(folder, kind, 7);
  }

  private static Chart drawn(Results results) {
    Task contest = Rows.task(results);
    Plot plot = Densities.of(results, contest, new StudyComponents(results));
    return assertInstanceOf(Plot.Drawn.class, plot, plot::toString).chart();
  }

  private static double bell(double x, double mean, double variance) {
    return Math.exp(-(x - mean) * (x - mean) / 2 / variance) / Math.sqrt(2 * Math.PI * variance);
  }

  private static <T extends Layer> T layer(Panel panel, Class<T> kind, int index) {
    return panel.layers().stream().filter(kind::isInstance).map(kind::cast).toList().get(index);
  }

  @Test
  void onALineTheHistogramIsWeighted() throws IOException {
    Results results = results(Fixture.Kind.LINE, "[1.0]", "[0.5]", "[0.04]");
    Chart chart = drawn(results);
    assertEquals(4, chart.panels().size(), "an algorithm a panel, at the largest budget");
    Panel smc = chart.panels().get(2);
    assertEquals("smc[resampler=systematic]", smc.title());

    PlanFile.Row cell =
        results.plan().cells().stream()
            .filter(c -> c.label().equals(smc.title()) && c.at() == 800)
            .findFirst()
            .orElseThrow();
    Law law = (Law) new StudyComponents(results).target(cell);
    Law base = (Law) new StudyComponents(results).base(cell);
    assertEquals(law.covariance()[0][0] * 0.04 / 0.1, law.mean()[0] - base.mean()[0], 1e-9);
    Layer.Line plain = layer(smc, Layer.Line.class, 0);
    Layer.Line truth = layer(smc, Layer.Line.class, 1);
    assertEquals(Layer.Style.BROKEN, plain.style());
    for (int i : new int[] {20, 100, 150}) {
      double x = truth.x()[i];
      assertEquals(bell(x, law.mean()[0], law.covariance()[0][0]), truth.y()[i], 1e-12);
      assertEquals(bell(x, base.mean()[0], base.covariance()[0][0]), plain.y()[i], 1e-12);
    }

    Layer.Histogram bars = layer(smc, Layer.Histogram.class, 0);
    double width = bars.edges()[1] - bars.edges()[0];
    assertEquals(1, Arrays.stream(bars.density()).sum() * width, 1e-9);
    int bin = 20;
    double light = Math.exp(-0.5) / (1 + Math.exp(-0.5));
    double mass = 0;
    for (Trial t : results.trials(cell)) {
      Batch.Reals points = (Batch.Reals) results.samples(t);
      for (int i = 0; i < 2; i++) {
        double x = points.row(i)[0];
        if (x >= bars.edges()[bin] && x < bars.edges()[bin + 1]) {
          mass += (i == 0 ? 1 - light : light) / results.trials(cell).size();
        }
      }
    }
    assertTrue(mass > 0);
    assertEquals(mass / width, bars.density()[bin], 1e-9);
    assertTrue(
        chart.caption().contains("True law: the discretised chain in closed form"),
        chart.caption());
  }

  @Test
  void inThePlaneTheLawIsShadedUnderTheSamples() throws IOException {
    Results results = results(Fixture.Kind.PLANE, "[1.0, 0.0]", "[0.5, 1.0]", "[0.0, 0.05]");
    Panel panel = drawn(results).panels().get(0);
    Layer.Heat heat = layer(panel, Layer.Heat.class, 0);
    Law law = (Law) new StudyComponents(results).target(results.plan().cells().get(0));
    double[] m = law.mean();
    double[][] v = law.covariance();
    assertEquals(
        bell(heat.x()[30], m[0], v[0][0]) * bell(heat.y()[25], m[1], v[1][1]),
        heat.density()[25][30],
        1e-12);
    assertEquals(42, layer(panel, Layer.Points.class, 0).x().length, "21 trials of 2 samples");
  }

  /** A share p of a standard normal in the plane lies within the radius sqrt(-2 ln(1 - p)). */
  @Test
  void contoursOfARoundLawAreCircles() {
    double[] at = new double[81];
    Arrays.setAll(at, i -> -4 + 0.1 * i);
    double[][] density = new double[at.length][at.length];
    for (int r = 0; r < at.length; r++) {
      for (int c = 0; c < at.length; c++) {
        density[r][c] = bell(at[r], 0, 1) * bell(at[c], 0, 1);
      }
    }
    for (double share : new double[] {0.5, 0.95}) {
      Layer.Line line = Contour.of("", new Layer.Heat(at, at, density), share);
      double radius = Math.sqrt(-2 * Math.log(1 - share));
      int pieces = 0;
      for (int i = 0; i < line.x().length; i++) {
        if (!Double.isNaN(line.x()[i])) {
          assertEquals(radius, Math.hypot(line.x()[i], line.y()[i]), 0.06);
          pieces++;
        }
      }
      assertTrue(pieces > 40, "a closed line");
    }
  }

  @Test
  void withoutALawThereIsNoFigure() {
    Results results = Fixture.results(folder, Fixture.Kind.LINE, 7);
    Task contest = Rows.task(results);
    Plot plot = Densities.of(results, contest, new StudyComponents(results));
    String reason = assertInstanceOf(Plot.Refused.class, plot).reason();
    assertTrue(reason.startsWith("the study file cannot be read"), reason);
  }
}
