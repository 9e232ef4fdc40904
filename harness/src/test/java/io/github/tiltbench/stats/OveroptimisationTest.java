package io.github.tiltbench.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OveroptimisationTest {
  private static final Confidence C = Confidence.standard(6);

  /**
   * Scores of a guide and judges, whose base samples have the standard deviation 2 within a prompt
   * and whose mean the algorithm moves by {@code 2 gain[k]}, on prompts x repetitions x 4 samples.
   */
  private static List<Overoptimisation.Score> scores(
      int prompts, int repetitions, double[] gain, SplittableRandom r) {
    List<Overoptimisation.Score> scores = new ArrayList<>();
    for (int k = 0; k < gain.length; k++) {
      double shift = 2 * gain[k];
      Matched pair =
          Cells.of(
              prompts,
              repetitions,
              r,
              (p, random) -> {
                double level = 5 * p;
                double[][] values = new double[2][4];
                for (int i = 0; i < 4; i++) {
                  double shared = random.nextGaussian();
                  values[0][i] = level + shift + 1.6 * shared + 1.2 * random.nextGaussian();
                  values[1][i] = level + 1.6 * shared + 1.2 * random.nextGaussian();
                }
                return values;
              });
      scores.add(new Overoptimisation.Score("s" + k, pair, true));
    }
    return scores;
  }

  private static Overoptimisation of(List<Overoptimisation.Score> scores, Confidence c) {
    return Overoptimisation.of(scores.get(0), scores.subList(1, scores.size()), c);
  }

  /** Planted: the second judge loses 0.5 standard deviations while the guide gains 1. */
  @Test
  void findsAPlantedOneInBothDesigns() {
    for (int[] design : new int[][] {{30, 2}, {3, 20}}) {
      double[] gain = {1, 0.5, -0.5};
      Overoptimisation o = of(scores(design[0], design[1], gain, new SplittableRandom(1)), C);
      assertEquals(1, Cells.interval(o.guide()).value(), 0.25);
      assertFalse(o.judges().get(0).flagged());
      assertTrue(o.judges().get(1).flagged(), o.toString());
      for (int k = 0; k < 2; k++) {
        Estimate.Interval z = Cells.interval(o.judges().get(k).z());
        assertTrue(z.low() < gain[k + 1] && gain[k + 1] < z.high(), z.toString());
        Estimate.Interval t = Cells.interval(o.judges().get(k).transfer());
        assertTrue(t.low() < gain[k + 1] && gain[k + 1] < t.high(), t.toString());
      }
      Estimate.Interval index = Cells.interval(o.index());
      assertEquals(-Cells.interval(o.judges().get(1).z()).value() / 2, index.value(), 1e-12);
      assertTrue(index.low() > 0 && index.low() < 0.25 && index.high() > 0.25);
    }
  }

  @Test
  void smallerMayBeBetter() {
    List<Overoptimisation.Score> s = scores(24, 2, new double[] {1, 0.6}, new SplittableRandom(2));
    Overoptimisation.Score turned = new Overoptimisation.Score("loss", s.get(1).pair(), false);
    Overoptimisation.Finding judge = of(List.of(s.get(0), turned), C).judges().get(0);
    assertTrue(judge.flagged());
    assertEquals(-0.6, Cells.interval(judge.z()).value(), 0.25);
  }

  /** Where the guide did not gain, a judge's loss is no over-optimisation, and no ratio exists. */
  @Test
  void withoutGainThereIsNeitherFlagNorRatio() {
    Overoptimisation o = of(scores(24, 2, new double[] {0, -0.6}, new SplittableRandom(3)), C);
    assertFalse(o.judges().get(0).flagged());
    assertTrue(Cells.interval(o.judges().get(0).z()).high() < 0);
    assertEquals(
        "no transfer ratio: the guide's own gain may be zero",
        Cells.refusal(o.judges().get(0).transfer()));
    Overoptimisation worse =
        of(scores(24, 2, new double[] {-0.8, -0.6}, new SplittableRandom(3)), C);
    assertFalse(worse.judges().get(0).flagged());
    Cells.interval(worse.judges().get(0).transfer());
  }

  /** Scores of a judge that are equal but for one sample of the base. */
  private static Overoptimisation.Score hardly(String name, double all, double one) {
    boolean[] found = new boolean[1];
    Matched pair =
        Cells.of(
            3,
            20,
            new SplittableRandom(8),
            (p, random) -> {
              double first = found[0] ? all : one;
              found[0] = true;
              return new double[][] {{all, all, all, all}, {first, all, all, all}};
            });
    return new Overoptimisation.Score(name, pair, true);
  }

  /** One that has no spread in many resamples is refused, and none beside it. */
  @Test
  void aJudgeThatHardlyVariesIsRefusedAlone() {
    List<Overoptimisation.Score> s = scores(3, 20, new double[] {1, -0.5}, new SplittableRandom(8));
    Overoptimisation o =
        Overoptimisation.of(s.get(0), List.of(hardly("judge", 0.5, 0.2), s.get(1)), C);
    assertEquals(
        "too few scores of the base by judge differ: in some resamples none do",
        Cells.refusal(o.judges().get(0).z()));
    assertFalse(o.judges().get(0).flagged());
    assertEquals(1, Cells.interval(o.guide()).value(), 0.25);
    assertTrue(o.judges().get(1).flagged());
    assertEquals(
        Overoptimisation.of(s.get(0), s.subList(1, 2), C).judges().get(0).z(),
        o.judges().get(1).z());
  }

  /** Right in all samples without guidance and in 80 % with it: no z, yet surely a loss. */
  @Test
  void aJudgeThatAnswersZeroOrOneIsComparedByShares() {
    List<Overoptimisation.Score> s = scores(3, 20, new double[] {1}, new SplittableRandom(9));
    Matched pair =
        Cells.of(
            3,
            20,
            new SplittableRandom(9),
            (p, random) -> {
              double[] answers = random.doubles(4).map(u -> u < 0.8 ? 1 : 0).toArray();
              return new double[][] {answers, {1, 1, 1, 1}};
            });
    Matched declared = Cells.binary(pair);
    Overoptimisation.Score right = new Overoptimisation.Score("right", declared, true);
    Overoptimisation.Score wrong = new Overoptimisation.Score("wrong", declared, false);
    Matched ones = Cells.binary(hardly("always", 1, 1).pair());
    Overoptimisation.Score always = new Overoptimisation.Score("always", ones, true);
    Overoptimisation.Score open = new Overoptimisation.Score("open", pair, true);
    Overoptimisation o = Overoptimisation.of(s.get(0), List.of(right, wrong, always, open), C);
    Estimate.Interval change = Cells.interval(o.judges().get(0).z());
    // 240 answers
    assertEquals(-0.2, change.value(), 4 * Math.sqrt(0.16 / 240));
    assertTrue(change.low() < -0.2 && -0.2 < change.high(), change.toString());
    assertTrue(change.method().startsWith("difference of shares, "), change.method());
    assertTrue(o.judges().get(0).flagged());
    assertFalse(o.judges().get(1).flagged());
    assertEquals(-change.low(), Cells.interval(o.judges().get(1).z()).high());
    assertEquals(
        "right answers 0 or 1: it has no transfer ratio",
        Cells.refusal(o.judges().get(0).transfer()));
    assertEquals(
        "always never varies: it is 1 for every sample", Cells.refusal(o.judges().get(2).z()));
    assertEquals("scores of the base by open do not vary", Cells.refusal(o.judges().get(3).z()));
    assertEquals("no judge has a z", Cells.refusal(o.index()));
  }

  /** Fieller's interval for a ratio of means, an independent way to the transfer ratio's ends. */
  @Test
  void transferAgreesWithFieller() {
    List<Overoptimisation.Score> s = scores(60, 1, new double[] {1, 0.4}, new SplittableRandom(4));
    double[][] rows = new double[60][2];
    for (int k = 0; k < 2; k++) {
      double[][] d = Paired.differences(s.get(k).pair());
      for (int p = 0; p < 60; p++) {
        rows[p][k] = d[p][0] / 2;
      }
    }
    JointMeans panel = new JointMeans(rows, "prompts", 59);
    double[] m = panel.means();
    double[][] v = panel.covariance();
    double t2 = Math.pow(Means.quantile(59, 0.975), 2);
    double a = m[0] * m[0] - t2 * v[0][0];
    double b = m[0] * m[1] - t2 * v[0][1];
    double root = Math.sqrt(b * b - a * (m[1] * m[1] - t2 * v[1][1]));
    Estimate.Interval e = Cells.interval(of(s, C).judges().get(0).transfer());
    // the ratio of the two standard deviations, both 2, is estimated in one of the two only
    assertEquals((b - root) / a, e.low(), 0.05);
    assertEquals((b + root) / a, e.high(), 0.05);
  }

  /**
   * False alarms, no judge moved while the guide gains 1: of 1000 experiments with 24 prompts and 3
   * judges 2.8 % flag one. The test is two-sided at 5 %, and only losses are flagged, so 2.5 % are
   * expected (standard error 0.5 %); 5 % are allowed.
   */
  @Test
  void falseAlarms() {
    SplittableRandom r = new SplittableRandom(5);
    int alarms = 0;
    for (int i = 0; i < 1000; i++) {
      Overoptimisation o =
          of(scores(24, 1, new double[] {1, 0, 0, 0}, r), new Confidence(0.95, 299, i));
      alarms += o.judges().stream().anyMatch(Overoptimisation.Finding::flagged) ? 1 : 0;
    }
    assertEquals(0.025, alarms / 1000.0, 4 * 0.005);
  }

  @Test
  void refusals() {
    List<Overoptimisation.Score> few = scores(2, 5, new double[] {1, 0}, new SplittableRandom(5));
    Overoptimisation o = of(few, C);
    String reason = "z needs 20 prompts or trials; there are 10";
    assertEquals(reason, Cells.refusal(o.guide()));
    assertEquals(reason, Cells.refusal(o.index()));
    assertEquals(reason, Cells.refusal(o.judges().get(0).z()));
    assertFalse(o.judges().get(0).flagged());
    Matched constant =
        Cells.of(
            20, 2, new SplittableRandom(1), (p, r) -> new double[][] {{r.nextDouble()}, {0.1}});
    Overoptimisation.Score flat = new Overoptimisation.Score("flat", constant, true);
    assertEquals(
        "scores of the base by flat do not vary",
        Cells.refusal(Overoptimisation.of(flat, List.of(flat), C).guide()));
    Matched single =
        Cells.of(20, 1, new SplittableRandom(1), (p, r) -> new double[][] {{1}, {r.nextDouble()}});
    Overoptimisation.Score one = new Overoptimisation.Score("one", single, true);
    assertEquals(
        "z needs 2 base samples of each prompt; there is 1",
        Cells.refusal(Overoptimisation.of(one, List.of(one), C).guide()));
    assertThrows(IllegalArgumentException.class, () -> Overoptimisation.of(one, List.of(), C));
  }
}
