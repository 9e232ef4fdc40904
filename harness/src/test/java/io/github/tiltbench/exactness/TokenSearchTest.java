package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.BestOfN;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.algorithm.search.StateValue;
import io.github.tiltbench.algorithm.search.Svdd;
import io.github.tiltbench.algorithm.search.Svdd.Logits;
import io.github.tiltbench.algorithm.search.Svdd.Selection;
import io.github.tiltbench.algorithm.search.Svdd.Value;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.config.Names;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.model.EnumeratedLaw;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.study.Toys;
import io.github.tiltbench.verifier.TokenScores;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SVDD and best of N on the enumerable law of length 4 over 3 tokens, revealed one by one:
 * candidates are positions with tokens. Numbers in the tables were computed apart from this code.
 */
class TokenSearchTest {
  private static final double[] INITIAL = {0.5, 0.3, 0.2};
  private static final double[][] TRANSITION = {{0.6, 0.3, 0.1}, {0.2, 0.5, 0.3}, {0.3, 0.3, 0.4}};
  private static final TokenScores REWARD = new TokenScores(new double[] {0, 0, 1}, 1.5, -0.5);
  private static final MaskedTruth TRUTH = MaskedTruth.firstHitting(t43());
  private static final double[] BASE = TRUTH.base();
  private static final double[] TILTED = TRUTH.tilted(BASE, TokenSearchTest::reward, 1);

  private static EnumeratedLaw t43() {
    double[] weights = new double[81];
    for (int s = 0; s < 81; s++) {
      int[] x = {s / 27, s / 9 % 3, s / 3 % 3, s % 3};
      weights[s] = INITIAL[x[0]] * (x[0] == x[3] ? 2 : 1);
      for (int i = 1; i < 4; i++) {
        weights[s] *= TRANSITION[x[i - 1]][x[i]];
      }
    }
    return new EnumeratedLaw(4, 3, weights);
  }

  private static double reward(int[] x) {
    return REWARD.score(new Batch.Tokens(x, x.length), null)[0];
  }

  private static Lab lab(MaskedTruth truth) {
    return new Lab(truth.law.denoiser(), truth.process(), REWARD, 1);
  }

  /** A state with its masks filled by the likeliest tokens that another state predicts. */
  private static int[] filled(int[] x, int[] by) {
    double[][] p = TRUTH.law.conditionals(by);
    int[] filled = x.clone();
    for (int i = 0; i < x.length; i++) {
      if (x[i] == 3) {
        filled[i] = 0;
        for (int v = 1; v < 3; v++) {
          filled[i] = p[i][v] > p[i][filled[i]] + 1e-12 ? v : filled[i];
        }
      }
    }
    return filled;
  }

  /** log E[exp(r)] over what the chain makes of a state. */
  private static double soft(int[] state) {
    return SOFT[TRUTH.index(state)];
  }

  private static final double[] SOFT = new double[256];

  static {
    Arrays.setAll(SOFT, s -> enumerated(TRUTH.state(s)));
  }

  private static double enumerated(int[] state) {
    double mass = 0;
    double sum = 0;
    for (int s = 0; s < 81; s++) {
      int[] x = TRUTH.law.sequence(s);
      boolean agrees = true;
      for (int i = 0; i < 4; i++) {
        agrees &= state[i] == 3 || state[i] == x[i];
      }
      mass += agrees ? TRUTH.law.weights()[s] : 0;
      sum += agrees ? TRUTH.law.weights()[s] * Math.exp(reward(x)) : 0;
    }
    return Math.log(sum / mass);
  }

  private enum Known {
    EXACT,
    CHILD,
    PARENT;

    double of(int[] x, int[] parent) {
      return switch (this) {
        case EXACT -> soft(x);
        case CHILD -> reward(filled(x, x));
        case PARENT -> reward(filled(x, parent));
      };
    }
  }

  /** The law of the chain whose steps choose among candidates, 0 of them standing for many. */
  private static double[] law(Known value, int width) {
    double[] now = new double[TRUTH.states()];
    now[TRUTH.allMasked()] = 1;
    for (int level = 4; level >= 1; level--) {
      double[] next = new double[now.length];
      for (int from = 0; from < now.length; from++) {
        if (now[from] == 0) {
          continue;
        }
        double[] kernel = TRUTH.kernel(from, level);
        double[] v = new double[kernel.length];
        for (int to = 0; to < v.length; to++) {
          v[to] = kernel[to] > 0 ? value.of(TRUTH.state(to), TRUTH.state(from)) : 0;
        }
        double[] chosen =
            width == 2 ? MaskedTruth.softOfTwo(kernel, v, 1) : tilted(kernel, v, width);
        for (int to = 0; to < v.length; to++) {
          next[to] += now[from] * chosen[to];
        }
      }
      now = next;
    }
    return now;
  }

  private static double[] tilted(double[] kernel, double[] v, int width) {
    if (width == 1) {
      return kernel;
    }
    double[] w = new double[v.length];
    Arrays.setAll(w, to -> kernel[to] == 0 ? 0 : kernel[to] * Math.exp(v[to]));
    double sum = Arrays.stream(w).sum();
    return Arrays.stream(w).map(x -> x / sum).toArray();
  }

  private static double distance(double[] a, double[] b) {
    double distance = 0;
    for (int s = 0; s < a.length; s++) {
      distance += Math.abs(a[s] - b[s]) / 2;
    }
    return distance;
  }

  private static double mean(double[] law) {
    double mean = 0;
    for (int s = 0; s < law.length; s++) {
      mean += law[s] == 0 ? 0 : law[s] * reward(TRUTH.state(s));
    }
    return mean;
  }

  /** The table of laws, total variation to the tilted law and mean reward. */
  @ParameterizedTest
  @CsvSource({
    "EXACT, 1, 0.556116, 0.837803",
    "EXACT, 2, 0.362823, 1.578683",
    "EXACT, 0, 0.000000, 2.822300",
    "CHILD, 2, 0.378699, 1.540344",
    "CHILD, 0, 0.241862, 3.323444",
    "PARENT, 2, 0.416129, 1.392140",
    "PARENT, 0, 0.209019, 2.440139"
  })
  void lawsOfTheTable(Known value, int width, double distance, double mean) {
    double[] law = law(value, width);
    assertEquals(distance, distance(law, TILTED), 1e-6);
    assertEquals(mean, mean(law), 1e-6);
  }

  private static Svdd svdd(int width, double alpha, Value value, Logits logits, int completions) {
    return new Svdd(
        width,
        alpha,
        value,
        OptionalInt.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.of(logits),
        OptionalInt.of(completions),
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The exact value, in place of a learned one. */
  private static final StateValue EXACT =
      (x, level) -> {
        double[] value = new double[x.size()];
        Arrays.setAll(value, row -> soft(((Batch.Tokens) x).row(row)));
        return value;
      };

  private static double[] shares(Svdd svdd, int trials, int count) {
    Lab lab = lab(TRUTH);
    double[] share = new double[TRUTH.states()];
    for (int trial = 0; trial < trials; trial++) {
      Samples samples =
          svdd.learns()
              ? lab.run(svdd, EXACT, count, trial)
              : lab.run(svdd, count, Budget.UNLIMITED, trial);
      for (int row = 0; row < count; row++) {
        share[TRUTH.index(((Batch.Tokens) samples.states()).row(row))] += 1.0 / (count * trials);
      }
    }
    return share;
  }

  private static void assertLaw(double[] law, double[] share, int draws) {
    for (int s = 0; s < law.length; s++) {
      double se = Math.sqrt(law[s] * (1 - law[s]) / draws);
      assertEquals(law[s], share[s], 4.5 * se + 1e-12, Arrays.toString(TRUTH.state(s)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "EXACT, 1, MONTE_CARLO, CHILD",
    "EXACT, 2, MONTE_CARLO, CHILD",
    "CHILD, 1, POSTERIOR_MEAN, CHILD",
    "CHILD, 2, POSTERIOR_MEAN, CHILD",
    "PARENT, 1, POSTERIOR_MEAN, PARENT",
    "PARENT, 2, POSTERIOR_MEAN, PARENT"
  })
  void svddHasTheLawOfTheTable(Known known, int width, Value value, Logits logits) {
    Svdd svdd = svdd(width, 1, value, logits, 1);
    assertLaw(law(known, width), shares(svdd, 100, 200), 20_000);
  }

  /** Many candidates and the exact value: the tilted law, but for 1/M of it. */
  @Test
  void manyCandidatesByTheExactValueMeetTheTiltedLaw() {
    double[] share = shares(svdd(200, 1, Value.MONTE_CARLO, Logits.CHILD, 1), 100, 100);
    for (int s = 0; s < share.length; s++) {
      double se = Math.sqrt(TILTED[s] * (1 - TILTED[s]) / 10_000);
      assertEquals(TILTED[s], share[s], 4.5 * se + TILTED[s] * 4.7 / 200 + 1e-12);
    }
  }

  /** At a high temperature the choice is none. */
  @Test
  void withoutATiltItIsTheModel() {
    assertLaw(BASE, shares(svdd(4, 1e12, Value.POSTERIOR_MEAN, Logits.CHILD, 1), 100, 200), 20_000);
  }

  /** The released code's argmax is alpha 0, whatever alpha says. */
  @Test
  void argmaxIsTheLimitOfSmallAlpha() {
    Svdd released =
        new Svdd(
            4,
            0.7,
            Value.POSTERIOR_MEAN,
            OptionalInt.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            Optional.of(Selection.ARGMAX),
            OptionalDouble.empty(),
            Optional.empty(),
            Optional.empty());
    Svdd limit = new Svdd(4, 0, Value.POSTERIOR_MEAN);
    int[] expected = data(lab(TRUTH).run(limit, 100, Budget.UNLIMITED, 0));
    assertArrayEquals(expected, data(lab(TRUTH).run(released, 100, Budget.UNLIMITED, 0)));
  }

  private static int[] data(Samples samples) {
    return ((Batch.Tokens) samples.states()).data();
  }

  /** Rollouts estimate the exact value: of many of them the law is that of the exact one. */
  @Test
  void rolloutsEstimateTheExactValue() {
    assertMean(1.578683, svdd(2, 1, Value.ROLLOUT, Logits.CHILD, 64), 20);
  }

  /**
   * One roll-out a candidate says what may become of it, not what will: the choice of two by the
   * rewards of draws of their own.
   */
  @Test
  void rolloutsDoNotForesee() {
    double[] now = new double[TRUTH.states()];
    now[TRUTH.allMasked()] = 1;
    for (int level = 4; level >= 1; level--) {
      double[] next = new double[now.length];
      for (int from = 0; from < now.length; from++) {
        double[] kernel = now[from] == 0 ? new double[now.length] : TRUTH.kernel(from, level);
        for (int a = 0; a < kernel.length; a++) {
          for (int b = 0; kernel[a] > 0 && b < kernel.length; b++) {
            double won = kernel[b] == 0 ? 0 : won(ends(a), ends(b));
            next[a] += now[from] * 2 * kernel[a] * kernel[b] * won;
          }
        }
      }
      now = next;
    }
    assertLaw(now, shares(svdd(2, 1, Value.ROLLOUT, Logits.CHILD, 1), 100, 200), 20_000);
  }

  /** The chance that a reward of one law is chosen and not one of another, by their softmax. */
  private static double won(double[] a, double[] b) {
    double won = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        won += a[i] * b[j] / (1 + Math.exp((j - i) / 2.0));
      }
    }
    return won;
  }

  /** The law of twice the reward, from -3 on, of what the chain makes of a state. */
  private static double[] ends(int state) {
    int[] z = TRUTH.state(state);
    double[] law = new double[16];
    double mass = 0;
    for (int s = 0; s < 81; s++) {
      int[] x = TRUTH.law.sequence(s);
      boolean agrees = true;
      for (int i = 0; i < 4; i++) {
        agrees &= z[i] == 3 || z[i] == x[i];
      }
      double p = agrees ? TRUTH.law.weights()[s] : 0;
      law[(int) Math.round(2 * reward(x)) + 3] += p;
      mass += p;
    }
    for (int i = 0; i < law.length; i++) {
      law[i] /= mass;
    }
    return law;
  }

  /**
   * Many one-shot completions: the soft value of what a prediction makes of each position alone.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void completionsEstimateTheOneShotValue(boolean byParent) {
    double[] now = new double[TRUTH.states()];
    now[TRUTH.allMasked()] = 1;
    for (int level = 4; level >= 1; level--) {
      double[] next = new double[now.length];
      for (int from = 0; from < now.length; from++) {
        if (now[from] > 0) {
          double[] kernel = TRUTH.kernel(from, level);
          double[] v = new double[kernel.length];
          for (int to = 0; to < v.length; to++) {
            int[] x = TRUTH.state(to);
            v[to] = kernel[to] > 0 ? oneShot(x, byParent ? TRUTH.state(from) : x) : 0;
          }
          double[] chosen = MaskedTruth.softOfTwo(kernel, v, 1);
          for (int to = 0; to < v.length; to++) {
            next[to] += now[from] * chosen[to];
          }
        }
      }
      now = next;
    }
    Logits logits = byParent ? Logits.PARENT : Logits.CHILD;
    assertMean(mean(now), svdd(2, 1, Value.SAMPLE, logits, 64), 20);
  }

  private static double oneShot(int[] x, int[] by) {
    double[][] p = TRUTH.law.conditionals(by);
    double sum = 0;
    for (int s = 0; s < 81; s++) {
      int[] y = TRUTH.law.sequence(s);
      double mass = 1;
      for (int i = 0; i < 4; i++) {
        mass *= x[i] == 3 ? p[i][y[i]] : x[i] == y[i] ? 1 : 0;
      }
      sum += mass * Math.exp(reward(y));
    }
    return Math.log(sum);
  }

  /** Two hundredths are left to the bias of finitely many draws. */
  private static void assertMean(double truth, Svdd svdd, int trials) {
    SampleMoments r = new SampleMoments();
    for (int trial = 0; trial < trials; trial++) {
      Samples samples = lab(TRUTH).run(svdd, 100, Budget.UNLIMITED, trial);
      Arrays.stream(REWARD.score(samples.states(), null)).forEach(r::add);
    }
    assertEquals(truth, r.mean(), 0.02 + 4 * r.standardError());
  }

  /**
   * On a fine grid most steps reveal nothing: asked about once, the same candidates give the same
   * samples, and the reward is called where a state changed alone.
   */
  @ParameterizedTest
  @ValueSource(strings = {"CHILD", "PARENT"})
  void equalCandidatesAreAskedAboutOnce(Logits logits) {
    MaskedTruth fine = new MaskedTruth(TRUTH.law, 1000);
    Svdd all = svdd(4, 0, Value.POSTERIOR_MEAN, logits, 1);
    Svdd once =
        (Svdd)
            Toys.algorithm(
                "{svdd: {width: 4, distinct: true, logits: " + Names.kebab(logits.name()) + "}}");
    Lab lab = lab(fine);
    Problem problem = lab.problem(3, Budget.UNLIMITED);
    for (int trial = 0; trial < 2; trial++) {
      Meter every = new Meter(Budget.UNLIMITED);
      Meter few = new Meter(Budget.UNLIMITED);
      int[] expected = data(all.sample(problem, lab.session(problem, every, trial), null));
      int[] own = data(once.sample(problem, lab.session(problem, few, trial), null));
      assertArrayEquals(expected, own);
      assertEquals(3 * 4 * 1000, every.spent().reward());
      assertTrue(few.spent().within(once.cost(problem)));
      if (logits == Logits.CHILD) {
        assertTrue(few.spent().reward() < 3 * 100, few.spent().toString());
        assertTrue(few.spent().nfe() < 3 * 100, few.spent().toString());
      } else {
        assertTrue(few.spent().reward() < 3 * 1100, few.spent().toString());
      }
    }
  }

  /** One step, one candidate: of four samples the two worst become copies of the best. */
  @Test
  void theWorstGiveWayToTheBest() {
    Svdd replacing = (Svdd) Toys.algorithm("{svdd: {width: 1, replaced: 0.5}}");
    MaskedTruth one = new MaskedTruth(TRUTH.law, 1);
    for (int trial = 0; trial < 50; trial++) {
      Samples plain = lab(one).run(new Pretrained(), 4, Budget.UNLIMITED, trial);
      Samples replaced = lab(one).run(replacing, 4, Budget.UNLIMITED, trial);
      assertTrue(plain.independent());
      assertFalse(replaced.independent());
      double[] before = REWARD.score(plain.states(), null);
      double[] after = REWARD.score(replaced.states(), null);
      double best = Arrays.stream(before).max().orElseThrow();
      double[] sorted = before.clone();
      Arrays.sort(sorted);
      assertArrayEquals(
          new double[] {sorted[2], best, best, best},
          Arrays.stream(after).sorted().toArray(),
          "reward " + Arrays.toString(before));
    }
  }

  /** Copies are drawn by exp(value / alpha) among the better ones. */
  @Test
  void copiesAreDrawnByTheirValues() {
    Svdd replacing =
        new Svdd(
            1,
            1,
            Value.POSTERIOR_MEAN,
            OptionalInt.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            OptionalDouble.of(0.4),
            Optional.empty(),
            Optional.empty());
    MaskedTruth one = new MaskedTruth(TRUTH.law, 1);
    SampleMoments excess = new SampleMoments();
    for (int trial = 0; trial < 4000; trial++) {
      double[] before =
          REWARD.score(lab(one).run(new Pretrained(), 3, Budget.UNLIMITED, trial).states(), null);
      double[] after =
          REWARD.score(lab(one).run(replacing, 3, Budget.UNLIMITED, trial).states(), null);
      double[] sorted = before.clone();
      Arrays.sort(sorted);
      double high = Math.exp(sorted[2]);
      double low = Math.exp(sorted[1]);
      double expected = (sorted[2] * high + sorted[1] * low) / (high + low);
      excess.add(Arrays.stream(after).sum() - sorted[1] - sorted[2] - expected);
    }
    excess.assertMean(0, 4, "the copy's reward less its mean");
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> svdd(2, 1, Value.MONTE_CARLO, Logits.PARENT, 1));
    assertThrows(
        IllegalArgumentException.class, () -> svdd(2, 1, Value.POSTERIOR_MEAN, Logits.CHILD, 4));
    assertEquals(
        new Svdd(2, 1, Value.POSTERIOR_MEAN), svdd(2, 1, Value.POSTERIOR_MEAN, Logits.CHILD, 1));
    Problem reals =
        new Lab(
                new Gaussian(new double[] {0}, new double[] {1}, GaussianExactnessTest.ddim(5, 1))
                    .open(),
                GaussianExactnessTest.ddim(5, 1).over(new StateSpace.Euclidean(new int[] {1})),
                (x, condition) -> new double[x.size()],
                1)
            .problem(1, Budget.UNLIMITED);
    Support.No no =
        assertInstanceOf(
            Support.No.class, svdd(2, 1, Value.POSTERIOR_MEAN, Logits.PARENT, 1).supports(reals));
    assertTrue(no.reason().contains("tokens"), no.reason());
  }

  /** The mean of the best of N, and the bound on its divergence from the model. */
  @ParameterizedTest
  @CsvSource({
    "1, 0.837803, 0",
    "2, 1.557627, 0.193147",
    "4, 2.259004, 0.636294",
    "8, 2.897741, 1.204442"
  })
  void bestOfN(int n, double mean, double bound) {
    double[] rewards = new double[TRUTH.states()];
    Arrays.setAll(rewards, s -> BASE[s] == 0 ? 0 : reward(TRUTH.state(s)));
    double[] law = MaskedTruth.best(BASE, rewards, n);
    assertEquals(mean, mean(law), 1e-6);
    double divergence = 0;
    for (int s = 0; s < law.length; s++) {
      divergence += law[s] > 0 ? law[s] * Math.log(law[s] / BASE[s]) : 0;
    }
    assertTrue(divergence <= bound + 1e-12);
    assertEquals(bound, Math.log(n) - (n - 1.0) / n, 1e-6);
    long[] counts = new long[law.length];
    for (int trial = 0; trial < 100; trial++) {
      int[] x = data(lab(TRUTH).run(new BestOfN(n), 200, Budget.UNLIMITED, trial));
      for (int row = 0; row < 200; row++) {
        counts[TRUTH.index(Arrays.copyOfRange(x, 4 * row, 4 * row + 4))]++;
      }
    }
    ChiSquare.assertLaw(counts, law);
  }

  /** Drawn by weight, one of two has the law of a softmax of two, and of many the tilted one. */
  @Test
  void aDrawByWeightApproachesTheTiltedLaw() {
    BestOfN two = new BestOfN(2, Optional.of(BestOfN.Returns.WEIGHTED));
    double[] rewards = new double[TRUTH.states()];
    Arrays.setAll(rewards, s -> BASE[s] == 0 ? 0 : reward(TRUTH.state(s)));
    double[] law = MaskedTruth.softOfTwo(BASE, rewards, 1);
    long[] counts = new long[law.length];
    for (int trial = 0; trial < 200; trial++) {
      int[] x = data(lab(TRUTH).run(two, 200, Budget.UNLIMITED, trial));
      for (int row = 0; row < 200; row++) {
        counts[TRUTH.index(Arrays.copyOfRange(x, 4 * row, 4 * row + 4))]++;
      }
    }
    ChiSquare.assertLaw(counts, law);
    BestOfN many = new BestOfN(512, Optional.of(BestOfN.Returns.WEIGHTED));
    SampleMoments r = new SampleMoments();
    for (int trial = 0; trial < 5; trial++) {
      Samples samples = lab(TRUTH).run(many, 100, Budget.UNLIMITED, trial);
      Arrays.stream(REWARD.score(samples.states(), null)).forEach(r::add);
    }
    assertEquals(2.8223, r.mean(), 4 * r.standardError() + 2.0 / 512 * 4.7);
    assertEquals(new BestOfN(3), new BestOfN(3, Optional.of(BestOfN.Returns.BEST)));
    assertEquals(0.214876, fraction(), 1e-6);
    assertEquals(Cost.of(24, 24, 6), two.cost(lab(TRUTH).problem(3, Budget.UNLIMITED)));
  }

  /** The share of draws that plain weights leave. */
  private static double fraction() {
    double one = 0;
    double two = 0;
    for (int s = 0; s < BASE.length; s++) {
      double w = BASE[s] == 0 ? 0 : Math.exp(reward(TRUTH.state(s)));
      one += BASE[s] * w;
      two += BASE[s] * w * w;
    }
    return one * one / two;
  }
}
