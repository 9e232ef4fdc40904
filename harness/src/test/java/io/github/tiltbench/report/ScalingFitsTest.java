package io.github.tiltbench.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Layer;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.stats.Curves;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Fit;
import io.github.tiltbench.stats.Scaling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Curves that are what the fit supposes, and one budget too few. */
class ScalingFitsTest {
  private static final double SLOPE = 0.3;
  private static final long[] BUDGETS = {20, 40, 80, 160, 320};
  private static final Results RESULTS = Growth.results(List.of("v"), BUDGETS, means());
  private static final ScalingFits FITS = fits(RESULTS).get(0);

  private static Map<String, DoubleUnaryOperator> means() {
    Map<String, DoubleUnaryOperator> means = new LinkedHashMap<>();
    means.put("pretrained", b -> 0);
    means.put("log", b -> SLOPE * Math.log(b));
    return means;
  }

  private static List<ScalingFits> fits(Results results) {
    return ScalingFits.of(new Pairing(results, Growth.contest(results))).stream().toList();
  }

  private static Estimate.Interval interval(Estimate e) {
    return assertInstanceOf(Estimate.Interval.class, e, e::toString);
  }

  @Test
  void aPlantedSlopeIsFound() {
    assertEquals(10, FITS.unit());
    assertEquals(1, FITS.lines().size(), "a plain sample has no curve");
    Fit.Fitted log =
        FITS.lines().get(0).plausible().stream()
            .filter(f -> f.form() == Scaling.LOG)
            .findFirst()
            .orElseThrow();
    Estimate.Interval gain = interval(log.perDoubling());
    assertTrue(gain.low() < SLOPE * Math.log(2) && SLOPE * Math.log(2) < gain.high(), "" + gain);
    Table table = ScalingFits.view(List.of(FITS)).orElseThrow().tables().get(0);
    String text = Markdown.render(table);
    assertTrue(text.contains("| log | log"), text);
    assertTrue(text.contains(Numbers.value(gain)), text);
    String csv = ScalingFits.view(List.of(FITS)).orElseThrow().csv();
    assertTrue(csv.contains("m,v,log,log,"), csv);
    assertTrue(csv.contains(",gain a doubling," + gain.value()), csv);
  }

  @Test
  void weightsOfAllFormsHaveTheSumOne() {
    List<Fit> fits = FITS.lines().get(0).fits();
    double sum =
        fits.stream()
            .filter(f -> f instanceof Fit.Fitted)
            .mapToDouble(f -> Fit.weight((Fit.Fitted) f, fits))
            .sum();
    assertEquals(1, sum, 1e-12);
  }

  @Test
  void theCurveIsDrawnBetweenTheTestedBudgets() {
    Chart chart = assertInstanceOf(Plot.Drawn.class, FittedCurves.of(FITS)).chart();
    List<Layer> layers = chart.panels().get(0).layers();
    Layer.Line line = assertInstanceOf(Layer.Line.class, layers.get(1));
    assertEquals(20, line.x()[0]);
    assertEquals(320, line.x()[line.x().length - 1]);
    Fit.Fitted best = FITS.lines().get(0).plausible().get(0);
    assertEquals(interval(best.at(2)).value(), line.y()[0], 1e-12);
    Layer.Band band = assertInstanceOf(Layer.Band.class, layers.get(0));
    assertEquals(interval(best.at(32)).low(), band.low()[line.x().length - 1], 1e-12);
    Layer.Points points = assertInstanceOf(Layer.Points.class, layers.get(2));
    Pairing pairing = FITS.pairing();
    List<Estimate> joint =
        Curves.band(
            pairing.matched(pairing.curve("log"), Pairing.TARGET), pairing.confidence("band"));
    assertArrayEquals(
        joint.stream().mapToDouble(e -> interval(e).low()).toArray(), points.bars().low());
    assertTrue(chart.caption().contains("n = 40 independent units each"), chart.caption());
  }

  @Test
  void threeBudgetsCarryNoFit() {
    Results few = Growth.results(List.of("v"), new long[] {20, 40, 800}, means());
    ScalingFits fits = fits(few).get(0);
    Plot.Refused refused = assertInstanceOf(Plot.Refused.class, FittedCurves.of(fits));
    assertTrue(refused.reason().startsWith("log, evt: the fit needs 4 budgets"), refused.reason());
    String text = Markdown.render(ScalingFits.view(List.of(fits)).orElseThrow().tables().get(0));
    assertTrue(text.contains("| log | - (a) |"), text);
    assertTrue(fits(Growth.results(List.of("v"), new long[] {20}, means())).isEmpty());
  }
}
