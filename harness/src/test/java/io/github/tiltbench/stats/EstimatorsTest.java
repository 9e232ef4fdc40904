package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What holds for every estimator, whatever the values: a number with its interval or a refusal with
 * its reason, never an exception; and the same number in any unit.
 */
class EstimatorsTest {
  private static final Confidence C = new Confidence(0.95, 99, 5);
  private static final double[] BUDGETS = {10, 40, 160, 640};
  private static final double OUT = Double.NEGATIVE_INFINITY;

  /** Everything that is computed of a curve of four cells on the same units. */
  private static final Map<String, Function<Matched, List<?>>> ALL = new LinkedHashMap<>();

  /** Those whose numbers are in the unit of the values. */
  private static final List<String> EQUIVARIANT =
      List.of(
          "mean",
          "draws",
          "median",
          "order statistics",
          "difference",
          "medians",
          "unpaired",
          "differences",
          "band");

  static {
    ALL.put("mean", m -> List.of(Intervals.mean(m.cells().get(0), C)));
    ALL.put("draws", m -> List.of(Intervals.mean(draws(m, 0), C)));
    ALL.put("median", m -> quantiles(m.cells().get(0)));
    ALL.put("order statistics", m -> quantiles(draws(m, 0)));
    ALL.put("difference", m -> List.of(Paired.mean(pair(m), C)));
    ALL.put("medians", m -> List.of(Paired.quantile(pair(m), 0.5, C)));
    ALL.put("win rate", m -> List.of(Paired.winRate(pair(m), C)));
    ALL.put("effect", m -> List.of(Paired.effect(pair(m), C)));
    ALL.put("sign flips", m -> List.of(Paired.signFlips(pair(m), C)));
    ALL.put("unpaired", m -> List.of(Unpaired.mean(m.cells().get(0), m.cells().get(1), C)));
    ALL.put(
        "differences",
        m ->
            Simultaneous.differences(
                m, List.of(new Simultaneous.Pair(0, 1), new Simultaneous.Pair(2, 3)), C));
    ALL.put("band", m -> BudgetCurves.band(m, C));
    ALL.put("turning point", m -> List.of(BudgetCurves.turning(m, C)));
    ALL.put("budget ratio", m -> List.of(TargetBudget.match(m, new double[] {1, 2, 4}, 3, C)));
    for (ScalingForm form : ScalingForm.values()) {
      ALL.put("fit " + form, m -> parameters(ScalingFit.of(form, m, BUDGETS, C)));
    }
    ALL.put("strengths", m -> BradleyTerry.strengths(m, C));
    ALL.put("over-optimisation", EstimatorsTest::overoptimised);
    ALL.put("jackknife", m -> List.of(jackknife(m.cells().get(0).draws().toList())));
    ALL.put("BCa", m -> List.of(Bca.interval(means(m, 0), Means::average, C, "trials")));
    ALL.put("ranking", m -> List.of(ranking(m)));
  }

  private static TrialNumbers draws(Matched m, int cell) {
    return new TrialNumbers(m.cells().get(cell).prompts(), true);
  }

  private static List<Estimate> quantiles(TrialNumbers t) {
    return List.of(Intervals.quantile(t, 0.5, C), Intervals.quantile(t, 0.9, C));
  }

  private static Matched pair(Matched m) {
    return new Matched(m.cells().subList(0, 2), 0);
  }

  private static double[] means(Matched m, int cell) {
    double[] means = m.cells().get(cell).draws().mapToDouble(WeightedDraws::mean).toArray();
    return Arrays.stream(means).allMatch(Double::isFinite) ? means : new double[] {0};
  }

  private static List<Estimate> parameters(ScalingFit fit) {
    return fit instanceof ScalingFit.Fitted f
        ? f.parameters()
        : List.of(
            new Estimate.Refused(
                ((ScalingFit.Refused) fit).reason(), ((ScalingFit.Refused) fit).n()));
  }

  private static List<?> overoptimised(Matched m) {
    Overoptimisation.Score guide = new Overoptimisation.Score("guide", pair(m), true);
    Matched other = new Matched(m.cells().subList(2, 4), 0);
    Overoptimisation o =
        Overoptimisation.of(guide, List.of(new Overoptimisation.Score("judge", other, false)), C);
    List<Object> all = new ArrayList<>(List.of(o.guide(), o.index()));
    o.judges().forEach(j -> all.addAll(List.of(j.z(), j.transfer(), j.test())));
    return all;
  }

  private static Estimate jackknife(List<WeightedDraws> trials) {
    int n = trials.size();
    double[] x = trials.stream().mapToDouble(WeightedDraws::mean).toArray();
    double sum = Arrays.stream(x).sum();
    double[] without = Arrays.stream(x).map(v -> (sum - v) / (n - 1)).toArray();
    int[] ones = new int[n];
    Arrays.fill(ones, 1);
    return Jackknife.interval(sum / n, without, ones, "trials", 0.95);
  }

  private static Ranking ranking(Matched m) {
    Map<String, double[]> scores = new TreeMap<>();
    for (int k = 0; k < 4; k++) {
      scores.put("cell " + k, means(m, k));
    }
    return Ranking.of(scores);
  }

  /** Values by unit and cell. */
  private interface Values {
    double at(int unit, int cell, SplittableRandom r);
  }

  /** What values can be like, by name. */
  private static Map<String, Values> values() {
    Map<String, Values> all = new LinkedHashMap<>();
    all.put("equal", (u, k, r) -> 0.25);
    all.put("equal to 0.1", (u, k, r) -> 0.1);
    all.put("zero", (u, k, r) -> 0);
    all.put("zeros and ones", (u, k, r) -> r.nextInt(2));
    for (int different = 1; different <= 7; different += 2) {
      int d = different;
      all.put(d + " differ", (u, k, r) -> u < d && k == 1 ? 1 : 0);
    }
    all.put("nearly equal", (u, k, r) -> 1e10 + 1e-6 * r.nextInt(2));
    for (double size :
        new double[] {1e78, 1e-80, 1e170, 1e-170, 1e300, 1e-300, Double.MIN_VALUE, 1.5e308}) {
      all.put("size " + size, (u, k, r) -> size * (r.nextGaussian() / 8));
      all.put("size " + size + " and positive", (u, k, r) -> size * r.nextDouble());
      all.put("ties of size " + size, (u, k, r) -> size * (r.nextInt(3) - 1));
    }
    all.put("one of 1e300", (u, k, r) -> u == 1 && k == 0 ? 1e300 : r.nextGaussian());
    all.put("both ends", (u, k, r) -> u == 1 ? Double.MAX_VALUE : u == 2 ? -Double.MAX_VALUE : 0);
    all.put("one of -infinity", (u, k, r) -> u == 1 && k == 0 ? OUT : r.nextGaussian());
    all.put("many of -infinity", (u, k, r) -> r.nextInt(3) > 0 ? OUT : r.nextGaussian());
    all.put("nothing but -infinity", (u, k, r) -> OUT);
    all.put("normal", (u, k, r) -> k + r.nextGaussian());
    all.put("rising", (u, k, r) -> 4 - 3 / (k + 1.0) + 0.2 * r.nextGaussian());
    return all;
  }

  private static Matched cells(int prompts, int trials, int size, Values values) {
    SplittableRandom random = new SplittableRandom(7);
    return Cells.of(
        prompts,
        trials,
        random,
        new Cells.Law() {
          private int unit;

          @Override
          public double[][] draw(int prompt, SplittableRandom r) {
            int u = unit++;
            return IntStream.range(0, 4)
                .mapToObj(
                    k -> IntStream.range(0, size).mapToDouble(i -> values.at(u, k, r)).toArray())
                .toArray(double[][]::new);
          }
        });
  }

  private static final int[][] SHAPES = {
    {1, 1, 1},
    {1, 2, 1},
    {1, 3, 1},
    {2, 1, 1},
    {3, 2, 2},
    {1, 20, 1},
    {6, 4, 2},
    {1, 24, 3},
    {20, 1, 1},
    {24, 2, 4}
  };

  @Test
  void aNumberOrAReason() {
    values()
        .forEach(
            (name, values) -> {
              for (int[] shape : SHAPES) {
                Matched cells = cells(shape[0], shape[1], shape[2], values);
                ALL.forEach(
                    (estimator, number) -> {
                      String what = estimator + " of " + name + " in " + Arrays.toString(shape);
                      for (Object e : results(what, number, cells)) {
                        sound(what, e);
                      }
                    });
              }
            });
  }

  private static List<?> results(String what, Function<Matched, List<?>> number, Matched cells) {
    try {
      return number.apply(cells);
    } catch (RuntimeException e) {
      throw new AssertionError(what, e);
    }
  }

  private static void sound(String what, Object result) {
    if (result instanceof Estimate.Refused r) {
      assertFalse(r.reason().isBlank(), what);
    } else if (result instanceof TestResult.Refused r) {
      assertFalse(r.reason().isBlank(), what);
    } else if (result instanceof Estimate.Interval i) {
      boolean inside = i.low() <= i.value() && i.value() <= i.high();
      assertTrue(inside || i.method().contains("boot") || i.method().contains("BCa"), what + i);
      assertTrue(i.n() > 1, what + i);
    }
  }

  /** By powers of two, which change no digit, and only the unit of the number. */
  @Test
  void theSameNumberInAnyUnit() {
    for (int[] shape : new int[][] {{1, 24, 3}, {6, 4, 2}, {24, 2, 4}}) {
      Matched cells =
          cells(shape[0], shape[1], shape[2], (u, k, r) -> k + Math.exp(r.nextGaussian()));
      for (int power : new int[] {-900, -520, 260, 700, 1000}) {
        Matched scaled =
            new Matched(
                cells.cells().stream().map(t -> t.map(v -> Math.scalb(v, power))).toList(), 0);
        for (String name : EQUIVARIANT) {
          List<?> one = ALL.get(name).apply(cells);
          List<?> other = ALL.get(name).apply(scaled);
          for (int i = 0; i < one.size(); i++) {
            Object expected = one.get(i) instanceof Estimate e ? new Scale(power).out(e) : "";
            assertEquals(expected, other.get(i), name + " times 2^" + power);
          }
        }
        for (String name : List.of("win rate", "effect", "budget ratio", "strengths")) {
          assertEquals(ALL.get(name).apply(cells), ALL.get(name).apply(scaled), name);
        }
        assertEquals(
            Cells.tested(Paired.signFlips(pair(cells), C)).p(),
            Cells.tested(Paired.signFlips(pair(scaled), C)).p());
      }
    }
  }

  /** Fits by descent end elsewhere by rounding, so they agree to six digits. */
  @Test
  void fitsInAnyUnit() {
    Matched cells =
        cells(24, 2, 1, (u, k, r) -> 4 - 3 * Math.pow(BUDGETS[k], -0.5) + 0.02 * r.nextGaussian());
    Matched huge =
        new Matched(cells.cells().stream().map(t -> t.map(v -> Math.scalb(v, 600))).toList(), 0);
    ScalingFit.Fitted one = (ScalingFit.Fitted) ScalingFit.of(ScalingForm.LOG, cells, BUDGETS, C);
    ScalingFit.Fitted other = (ScalingFit.Fitted) ScalingFit.of(ScalingForm.LOG, huge, BUDGETS, C);
    assertEquals(one.aicc(), other.aicc(), 1e-6);
    Estimate.Interval at = Cells.interval(one.at(100));
    assertEquals(at.value(), Math.scalb(Cells.interval(other.at(100)).value(), -600), 1e-6);
  }

  @Test
  void inadmissibleValuesAreCountedAndHaveNoMean() {
    Matched some = cells(1, 24, 3, (u, k, r) -> u < 3 && k == 0 ? OUT : r.nextGaussian());
    TrialNumbers cell = some.cells().get(0);
    String reason = "there is no mean: 9 of 72 values are -infinity";
    assertEquals(new Estimate.Refused(reason, 24), Intervals.mean(cell, C));
    assertEquals(new Estimate.Refused(reason, 24), Paired.mean(pair(some), C));
    assertEquals(new Estimate.Refused(reason, 24), Paired.effect(pair(some), C));
    assertEquals(new TestResult.Refused(reason, 24), Paired.signFlips(pair(some), C));
    assertEquals(reason, Cells.refusal(Unpaired.mean(some.cells().get(1), cell, C)));
    assertEquals(reason, Cells.refusal(BudgetCurves.band(some, C).get(2)));
    assertTrue(Cells.interval(Paired.winRate(pair(some), C)).value() < 0.5);
    Estimate.Interval median = Cells.interval(Intervals.quantile(cell, 0.5, C));
    double[] sorted = Arrays.stream(cell.values()).sorted().toArray();
    assertTrue(sorted[20] < median.low() && median.value() < sorted[45], median.toString());
    Cells.interval(Intervals.quantile(draws(some, 0), 0.5, C));
    Matched many = cells(1, 24, 3, (u, k, r) -> u % 2 == 0 ? OUT : r.nextGaussian());
    assertEquals(
        "too many values are -infinity for this quantile",
        Cells.refusal(Intervals.quantile(many.cells().get(0), 0.5, C)));
    assertEquals(
        "all values are -infinity",
        Cells.refusal(
            Intervals.quantile(cells(1, 24, 3, (u, k, r) -> OUT).cells().get(0), 0.5, C)));
  }

  /** A population that gives inadmissible particles no weight has a mean. */
  @Test
  void valuesWithoutWeightCountForNothing() {
    WeightedDraws d = WeightedDraws.weighted(new double[] {1, OUT, 3}, new double[] {1, 0, 3});
    assertEquals(2.5, d.mean());
    assertEquals(0, d.inadmissible());
    assertEquals(0.75, d.squaresAbout(2.5), 1e-12);
  }
}
