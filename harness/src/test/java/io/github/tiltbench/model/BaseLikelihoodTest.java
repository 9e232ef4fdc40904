package io.github.tiltbench.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.diffusion.AncestralUnmasking;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.MaskedProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.Template;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BaseLikelihoodTest {
  private static final double[] INITIAL = {0.5, 0.3, 0.2};
  private static final double[][] A = {{0.6, 0.3, 0.1}, {0.2, 0.5, 0.3}, {0.3, 0.3, 0.4}};
  private static final EnumeratedLaw T43 = new EnumeratedLaw(4, 3, weights());
  private static final Condition[] ONE = {Condition.NONE};

  /** A chain whose weight is doubled where its ends are equal. */
  private static double[] weights() {
    return IntStream.range(0, 81)
        .mapToDouble(
            s -> {
              int[] x = {s / 27, s / 9 % 3, s / 3 % 3, s % 3};
              return INITIAL[x[0]]
                  * A[x[0]][x[1]]
                  * A[x[1]][x[2]]
                  * A[x[2]][x[3]]
                  * (x[0] == x[3] ? 2 : 1);
            })
        .toArray();
  }

  private static double p(int index) {
    return T43.weights()[index] / Arrays.stream(T43.weights()).sum();
  }

  private static Condition[] prompts(int count, String text) {
    Condition[] conditions = new Condition[count];
    Arrays.fill(conditions, new Condition(text));
    return conditions;
  }

  private static Verifier masked(int draws, BaseLikelihood.Output output, Template start) {
    return new MaskedLikelihood(
        new BaseLikelihood(draws, output), T43.denoiser(), c -> new FirstHittingProcess(start));
  }

  private static Batch.Tokens all() {
    return new Batch.Tokens(
        IntStream.range(0, 81).flatMap(s -> Arrays.stream(T43.sequence(s))).toArray(), 4);
  }

  @Test
  void aKnownLawIsReadByTheChainRule() {
    VerifierSpec exact =
        BaseLikelihood.DEFAULT.of(
            new Enumerated(
                4,
                3,
                T43.weights(),
                new AncestralUnmasking(4),
                Optional.empty(),
                Optional.empty()));
    double[] score = exact.open(T43.space()).score(all(), prompts(81, "-"));
    double entropy = 0;
    for (int s = 0; s < 81; s++) {
      assertEquals(Math.log(p(s)) / Math.log(2) / 4, score[s], 1e-12);
      entropy -= p(s) * score[s] * 4 * Math.log(2);
    }
    assertEquals(3.861569, entropy, 1e-6);
  }

  @Test
  void whatThePromptGaveIsNotCounted() {
    Template start = new Template(T43.space(), new int[] {2, 3, 3, 1});
    Verifier exact = new ExactLikelihood(BaseLikelihood.Output.BITS, T43, c -> start);
    double given = IntStream.range(0, 9).mapToDouble(m -> p(54 + 3 * m + 1)).sum();
    double expected = Math.log(p(54 + 9 + 6 + 1) / given) / Math.log(2) / 2;
    Batch.Tokens sample = new Batch.Tokens(new int[] {2, 1, 2, 1}, 4);
    assertEquals(expected, exact.score(sample, ONE)[0], 1e-12);
    assertUnbiased(expected, sample, start);
  }

  @Test
  void anImpossibleSampleHasNoLikelihood() {
    MarkovLaw law = new MarkovLaw(3, new double[] {1, 0}, new double[][] {{0.5, 0.5}, {0, 1}});
    Verifier exact =
        new ExactLikelihood(BaseLikelihood.Output.BITS, law, c -> Template.open(law.space()));
    Batch.Tokens two = new Batch.Tokens(new int[] {0, 1, 1, 1, 0, 1}, 3);
    assertArrayEquals(
        new double[] {-1.0 / 3, Double.NEGATIVE_INFINITY},
        exact.score(two, prompts(2, "-")),
        1e-12);
  }

  /** With exact conditionals the bound is the likelihood, of every sample by itself. */
  @Test
  void theBoundOfExactConditionalsIsTheLikelihood() {
    for (int s : new int[] {0, 7, 40, 61, 80}) {
      assertUnbiased(
          Math.log(p(s)) / Math.log(2) / 4,
          new Batch.Tokens(T43.sequence(s), 4),
          Template.open(T43.space()));
    }
  }

  /** Scores of one sample under many prompts, each with draws of its own. */
  private static void assertUnbiased(double truth, Batch.Tokens sample, Template start) {
    int runs = 2000;
    double[] bits = new double[runs];
    double[] variance = new double[runs];
    Verifier mean = masked(20, BaseLikelihood.Output.BITS, start);
    Verifier spread = masked(20, BaseLikelihood.Output.VARIANCE, start);
    for (int k = 0; k < runs; k++) {
      bits[k] = mean.score(sample, prompts(1, "prompt " + k))[0];
      variance[k] = spread.score(sample, prompts(1, "prompt " + k))[0];
    }
    double at = Arrays.stream(bits).average().orElseThrow();
    double told = Arrays.stream(variance).average().orElseThrow();
    assertEquals(truth, at, 4 * Math.sqrt(told / runs));
    double seen = Arrays.stream(bits).map(b -> (b - at) * (b - at)).sum() / (runs - 1);
    assertEquals(1, told / seen, 0.15, "the variance that is told is the one that is seen");
    assertTrue(told > 0);
  }

  @Test
  void equalSamplesHaveEqualScoresWhereverTheyStand() {
    Verifier masked = masked(20, BaseLikelihood.Output.BITS, Template.open(T43.space()));
    double[] together = masked.score(all(), prompts(81, "-"));
    for (int s = 0; s < 81; s += 9) {
      assertEquals(
          together[s], masked.score(new Batch.Tokens(T43.sequence(s), 4), prompts(1, "-"))[0]);
    }
  }

  @Test
  void levelsAreThoseOfTheChain() {
    StateSpace.Sequence space = T43.space();
    Verifier coarse =
        new MaskedLikelihood(
            BaseLikelihood.DEFAULT,
            T43.denoiser(),
            c -> new MaskedProcess(Template.open(space), 2));
    assertTrue(Double.isFinite(coarse.score(all(), prompts(81, "-"))[5]));
  }

  @Test
  void itJudgesOnlyAndTakesPairsOfDraws() {
    assertTrue(BaseLikelihood.DEFAULT.mismatch(T43.space()).orElseThrow().contains("judges only"));
    for (int draws : new int[] {0, 18, 21}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new BaseLikelihood(draws, BaseLikelihood.Output.BITS));
    }
  }

  /** A model of tokens that is not exact, trained on all rates of masks or not. */
  private record Learned(boolean bounds) implements ModelSpec {
    @Override
    public StateSpace space() {
      return T43.space();
    }

    @Override
    public FirstHittingProcess reverse() {
      return new FirstHittingProcess(T43.space());
    }

    @Override
    public Denoiser open() {
      return T43.denoiser();
    }
  }

  @Test
  void aNoteSaysWhatKindOfNumberItIs() {
    String bound = BaseLikelihood.DEFAULT.of(new Learned(true)).note().orElseThrow();
    String pseudo = BaseLikelihood.DEFAULT.of(new Learned(false)).note().orElseThrow();
    assertTrue(bound.endsWith("bounded from below by the NELBO from 20 draws of masks a sample"));
    assertTrue(pseudo.contains("by the pseudo-NELBO from 20") && pseudo.contains("no likelihood"));
    VerifierSpec learned = BaseLikelihood.DEFAULT.of(new Learned(true));
    double[] score = learned.open(T43.space()).score(all(), prompts(81, "-"));
    assertEquals(Math.log(p(80)) / Math.log(2) / 4, score[80], 1.5, "a bound, not the chain rule");
    assertTrue(Math.abs(Math.log(p(80)) / Math.log(2) / 4 - score[80]) > 1e-9);
  }
}
