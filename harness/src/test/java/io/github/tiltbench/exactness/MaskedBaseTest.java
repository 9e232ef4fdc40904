package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.MaskedProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.model.EnumeratedLaw;
import io.github.tiltbench.model.MarkovLaw;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.run.Lab;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Masked chains of models as they are, on the reference model of length 4 and on Markov chains. */
class MaskedBaseTest {
  private static final double[] INITIAL = {0.5, 0.3, 0.2};
  private static final double[][] TRANSITION = {{0.6, 0.3, 0.1}, {0.2, 0.5, 0.3}, {0.3, 0.3, 0.4}};
  private static final EnumeratedLaw T43 = reference();

  private static EnumeratedLaw reference() {
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

  /** 200,000 samples against the law worked out from the definition of the chain. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void ancestralSamplesHaveTheLawOfTheirSteps(int steps) {
    MaskedTruth truth = new MaskedTruth(T43, steps);
    Lab lab = TokenLabs.t43(space -> new MaskedProcess(space, steps));
    long[] counts = new long[truth.states()];
    for (int trial = 0; trial < 100; trial++) {
      Batch.Tokens x =
          (Batch.Tokens) lab.run(new Pretrained(), 2000, Budget.UNLIMITED, trial).states();
      for (int row = 0; row < x.size(); row++) {
        counts[truth.index(x.row(row))]++;
      }
    }
    ChiSquare.assertLaw(counts, truth.base());
    if (steps < 8) { // the test tells the laws of other grids apart
      assertTrue(ChiSquare.deviation(counts, new MaskedTruth(T43, 8).base()) > 10);
    }
  }

  /** Distance from the data and the levels that reveal something, by grid. */
  @ParameterizedTest
  @CsvSource({
    "1, 0.309505, 1.0000", "2, 0.164743, 1.8750", "4, 0.085003, 2.7344",
    "8, 0.043192, 3.3105", "16, 0.021783, 3.6404", "32, 0.010942, 3.8164"
  })
  void theLadderOfStepsAgreesWithItsTable(int steps, double distance, double reveals) {
    MaskedTruth truth = new MaskedTruth(T43, steps);
    double[] base = truth.base();
    double[] data = MaskedTruth.firstHitting(T43).base();
    double variation = 0;
    for (int s = 0; s < base.length; s++) {
      variation += Math.abs(base[s] - data[s]) / 2;
    }
    assertEquals(distance, variation, 1e-6);
    double changes = 0;
    double[] now = new double[truth.states()];
    now[truth.allMasked()] = 1;
    for (int level = steps; level >= 1; level--) {
      double[] next = new double[now.length];
      for (int from = 0; from < now.length; from++) {
        if (now[from] > 0) {
          double[] kernel = truth.kernel(from, level);
          changes += now[from] * (1 - kernel[from]);
          for (int to = 0; to < now.length; to++) {
            next[to] += now[from] * kernel[to];
          }
        }
      }
      now = next;
    }
    assertEquals(reveals, changes, 5e-5);
    assertEquals(steps * (1 - Math.pow(1 - 1.0 / steps, 4)), changes, 1e-12);
  }

  /** Rewards of the mode, of a fill at once and of the truth, and what bounds their difference. */
  @ParameterizedTest
  @CsvSource({
    "3333, 0.0, 0.859221, 0.837803, 6.664981", "2333, 4.0, 2.203723, 2.042596, 5.436306",
    "3323, 1.5, 1.952957, 2.129683, 5.349524", "2332, 4.0, 3.754456, 3.689453, 3.375000"
  })
  void estimatesOfTheCleanStateAgreeWithTheirTable(
      String state, double mode, double filled, double truth, double bound) {
    Lab lab = TokenLabs.t43(FirstHittingProcess::new);
    int[] z = state.chars().map(c -> c - '0').toArray();
    Prediction prediction = lab.denoiser().denoise(new Batch.Tokens(z, 4), new int[] {1}, null);
    Batch most =
        lab.process()
            .clean(prediction, Decoding.POSTERIOR_MEAN, new Seed(0).noise(Purpose.DECODE, 0));
    assertEquals(mode, lab.verifier().score(most, null)[0], 1e-12);
    double[][] p = T43.conditionals(z);
    double atOnce = 0;
    double mean = 0;
    double mass = 0;
    double unsure = 0;
    for (double[] row : p) {
      unsure += 1 - Arrays.stream(row).max().orElseThrow();
    }
    for (int s = 0; s < 81; s++) {
      int[] x = T43.sequence(s);
      double r = lab.verifier().score(new Batch.Tokens(x, 4), null)[0];
      double together = 1;
      boolean agrees = true;
      for (int i = 0; i < 4; i++) {
        together *= p[i][x[i]];
        agrees &= z[i] == 3 || z[i] == x[i];
      }
      atOnce += together * r;
      mean += agrees ? T43.weights()[s] * r : 0;
      mass += agrees ? T43.weights()[s] : 0;
    }
    assertEquals(filled, atOnce, 1e-6);
    assertEquals(truth, mean / mass, 1e-6);
    assertEquals(bound, 3 * unsure, 1e-6);
    assertTrue(Math.abs(mode - atOnce) <= bound);
    int n = 200_000;
    int[] many = new int[4 * n];
    Arrays.setAll(many, i -> z[i % 4]);
    Batch.Tokens rows = new Batch.Tokens(many, 4);
    Batch fills =
        lab.process()
            .clean(
                lab.denoiser().denoise(rows, new int[n], null),
                Decoding.SAMPLE,
                new Seed(1).noise(Purpose.DECODE, 1));
    SampleMoments sampled = new SampleMoments();
    for (double r : lab.verifier().score(fills, null)) {
      sampled.add(r);
    }
    sampled.assertMean(filled, 4, "sampled fills");
  }

  /** Conditionals by messages against the sum over all sequences; rows are laws, or one-hot. */
  @Test
  void conditionalsOfAMarkovChainAreThoseOfItsTable() {
    SplittableRandom random = new SplittableRandom(8);
    for (int length = 1; length <= 6; length++) {
      MarkovLaw chain = new MarkovLaw(length, INITIAL, TRANSITION);
      double[] weights = new double[(int) Math.pow(3, length)];
      Arrays.fill(weights, 1);
      EnumeratedLaw all = new EnumeratedLaw(length, 3, weights.clone());
      Arrays.setAll(
          weights,
          s -> {
            int[] x = all.sequence(s);
            double w = INITIAL[x[0]];
            for (int i = 1; i < x.length; i++) {
              w *= TRANSITION[x[i - 1]][x[i]];
            }
            return w;
          });
      EnumeratedLaw table = new EnumeratedLaw(length, 3, weights);
      for (int draw = 0; draw < 50; draw++) {
        int[] state = random.ints(length, 0, 6).map(t -> Math.min(t, 3)).toArray();
        double[][] found = chain.conditionals(state);
        double[][] expected = table.conditionals(state);
        for (int i = 0; i < length; i++) {
          assertArrayEquals(expected[i], found[i], 1e-12);
          assertEquals(1, Arrays.stream(found[i]).sum(), 1e-12);
          if (state[i] < 3) {
            assertEquals(1, found[i][state[i]], 1e-12);
          }
        }
      }
    }
  }

  /**
   * The chance that a token wins over the mask by Gumbel noise of 24 bits, by its true chance:
   * {@code -log u} is at least 2^-24, so that rare tokens on fine grids are lost.
   *
   * @param against what all others weigh against the token
   */
  private static double keptByFloats(double against) {
    double kept = 0;
    for (int j = 1; j < 1 << 12; j++) {
      double waits = -Math.log1p(-j * 0x1.0p-24);
      kept += 0x1.0p-24 * Math.exp(-waits * against);
    }
    return kept * (1 + against);
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 1e-3, 0.986",
    "1000, 1e-4, 0.857",
    "1000, 1e-5, 0.160",
    "1000, 1e-6, 0.000",
    "10000, 1e-3, 0.859",
    "10000, 1e-4, 0.159",
    "10000, 1e-5, 0.000"
  })
  void gumbelNoiseInFloatsLosesRareTokens(int steps, double token, double kept) {
    assertEquals(kept, keptByFloats(0.5 * steps / token), 2e-3);
  }

  /**
   * 200,000 draws of a law with a thousand tokens of 1e-5 on a grid of 10,000: as floats would draw
   * them they fail the test that draws of the law itself pass.
   */
  @Test
  void theTestOfLawsSeesWhatFloatsLose() {
    int steps = 10_000;
    double rare = 0;
    double often = 0;
    for (int level = steps; level >= 1; level--) {
      double stay = level - 1.0; // times the chance of a reveal, which is 1
      double masked = (double) level / steps / level;
      rare += masked * (level == 1 ? 1 : keptByFloats(stay / 1e-5));
      often += masked;
    }
    assertTrue(rare < 0.2 * often, "of rare tokens " + rare / often + " is left");
    double[] law = new double[1001];
    Arrays.fill(law, 1e-5);
    law[1000] = 0.99;
    double[] floats = law.clone();
    for (int v = 0; v < 1000; v++) {
      floats[v] *= rare / often;
    }
    floats[1000] = 1 - 1000 * floats[0];
    double[] pooled = {0.01, 0.99};
    ChiSquare.assertLaw(pooled(law), pooled);
    assertTrue(ChiSquare.deviation(pooled(floats), pooled) > 10);
  }

  /** Counts of rare tokens together, and of the other. */
  private static long[] pooled(double[] law) {
    double[] u = new double[200_000];
    new Seed(15).noise(Purpose.STEP, 1).uniforms(1, u);
    long[] counts = new long[2];
    for (double each : u) {
      double below = 0;
      int v = 0;
      while (v < law.length - 1 && each >= (below += law[v])) {
        v++;
      }
      counts[v < 1000 ? 0 : 1]++;
    }
    return counts;
  }
}
