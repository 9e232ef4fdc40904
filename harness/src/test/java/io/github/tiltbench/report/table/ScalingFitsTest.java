package io.github.tiltbench.report.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.report.page.Markdown;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.summary.Faults;
import io.github.tiltbench.report.summary.Growth;
import io.github.tiltbench.report.summary.MatchedTrials;
import io.github.tiltbench.report.summary.StudyComponents;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.ScalingFit;
import io.github.tiltbench.stats.ScalingForm;
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
    return ScalingFits.of(
            new MatchedTrials(
                results, Growth.contest(results), new StudyComponents(results), new Faults()))
        .stream()
        .toList();
  }

  private static Estimate.Interval interval(Estimate e) {
    return assertInstanceOf(Estimate.Interval.class, e, e::toString);
  }

  @Test
  void aPlantedSlopeIsFound() {
    assertEquals(10, FITS.unit());
    assertEquals(1, FITS.lines().size(), "a plain sample has no curve");
    ScalingFit.Fitted log =
        FITS.lines().get(0).plausible().stream()
            .filter(f -> f.form() == ScalingForm.LOG)
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
    List<ScalingFit> fits = FITS.lines().get(0).fits();
    double sum =
        fits.stream()
            .filter(f -> f instanceof ScalingFit.Fitted)
            .mapToDouble(f -> ScalingFit.weight((ScalingFit.Fitted) f, fits))
            .sum();
    assertEquals(1, sum, 1e-12);
  }

  @Test
  void threeBudgetsCarryNoFit() {
    Results few = Growth.results(List.of("v"), new long[] {20, 40, 800}, means());
    ScalingFits fits = fits(few).get(0);
    String text = Markdown.render(ScalingFits.view(List.of(fits)).orElseThrow().tables().get(0));
    assertTrue(text.contains("| log | - (a) |"), text);
    assertTrue(fits(Growth.results(List.of("v"), new long[] {20}, means())).isEmpty());
  }
}
