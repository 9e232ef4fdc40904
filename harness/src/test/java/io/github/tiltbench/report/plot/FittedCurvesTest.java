package io.github.tiltbench.report.plot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.report.figure.Chart;
import io.github.tiltbench.report.figure.Layer;
import io.github.tiltbench.report.summary.Faults;
import io.github.tiltbench.report.summary.Growth;
import io.github.tiltbench.report.summary.MatchedTrials;
import io.github.tiltbench.report.summary.StudyComponents;
import io.github.tiltbench.report.table.ScalingFits;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.stats.BudgetCurves;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.ScalingFit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** A mean that grows with the logarithm of the budget. */
class FittedCurvesTest {
  private static ScalingFits fits(long[] budgets) {
    Map<String, DoubleUnaryOperator> means = new LinkedHashMap<>();
    means.put("pretrained", b -> 0);
    means.put("log", b -> 0.3 * Math.log(b));
    Results results = Growth.results(List.of("v"), budgets, means);
    return ScalingFits.of(
            new MatchedTrials(
                results, Growth.contest(results), new StudyComponents(results), new Faults()))
        .orElseThrow();
  }

  private static Estimate.Interval interval(Estimate e) {
    return assertInstanceOf(Estimate.Interval.class, e, e::toString);
  }

  @Test
  void theCurveIsDrawnBetweenTheTestedBudgets() {
    ScalingFits fits = fits(new long[] {20, 40, 80, 160, 320});
    Chart chart = assertInstanceOf(Plot.Drawn.class, FittedCurves.of(fits)).chart();
    List<Layer> layers = chart.panels().get(0).layers();
    Layer.Line line = assertInstanceOf(Layer.Line.class, layers.get(1));
    assertEquals(20, line.x()[0]);
    assertEquals(320, line.x()[line.x().length - 1]);
    ScalingFit.Fitted best = fits.lines().get(0).plausible().get(0);
    assertEquals(interval(best.at(2)).value(), line.y()[0], 1e-12);
    Layer.Band band = assertInstanceOf(Layer.Band.class, layers.get(0));
    assertEquals(interval(best.at(32)).low(), band.low()[line.x().length - 1], 1e-12);
    Layer.Points points = assertInstanceOf(Layer.Points.class, layers.get(2));
    MatchedTrials pairing = fits.pairing();
    List<Estimate> joint =
        BudgetCurves.band(
            pairing.matched(pairing.contest().curve("log"), MatchedTrials.TARGET),
            pairing.confidence("band"));
    assertArrayEquals(
        joint.stream().mapToDouble(e -> interval(e).low()).toArray(), points.bars().low());
    assertTrue(chart.caption().contains("n = 40 independent units each"), chart.caption());
  }

  @Test
  void whereNoFormFitsTheReasonsAreGiven() {
    Plot plot = FittedCurves.of(fits(new long[] {20, 40, 800}));
    Plot.Refused refused = assertInstanceOf(Plot.Refused.class, plot);
    assertTrue(refused.reason().startsWith("log, evt: the fit needs 4 budgets"), refused.reason());
  }
}
