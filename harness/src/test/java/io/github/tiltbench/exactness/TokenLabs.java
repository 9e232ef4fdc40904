package io.github.tiltbench.exactness;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.model.EnumeratedLaw;
import io.github.tiltbench.model.MarkovLaw;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.TokenScores;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The laws of token sequences that methods are held against, with their rewards. */
public final class TokenLabs {
  private static final double[] INITIAL = {0.5, 0.3, 0.2};
  private static final double[][] TRANSITION = {{0.6, 0.3, 0.1}, {0.2, 0.5, 0.3}, {0.3, 0.3, 0.4}};

  private TokenLabs() {}

  /** The reference model of length 4: a Markov chain whose equal ends count twice. */
  public static Lab t43(Function<StateSpace.Sequence, ReverseProcess> chain) {
    EnumeratedLaw law =
        table(
            x -> {
              double w = INITIAL[x[0]] * (x[0] == x[3] ? 2 : 1);
              for (int i = 1; i < 4; i++) {
                w *= TRANSITION[x[i - 1]][x[i]];
              }
              return w;
            });
    return new Lab(
        law.denoiser(),
        chain.apply(law.space()),
        new TokenScores(new double[] {0, 0, 1}, 1.5, -0.5),
        1);
  }

  /** Neighbours attract; twos and equal ends are rewarded, lambda 1.5. */
  public static Lab neighbours(Function<StateSpace.Sequence, ReverseProcess> chain) {
    double[] h = {0.3, 0, -0.2};
    EnumeratedLaw law =
        table(
            x -> {
              double e = 0;
              for (int i = 0; i < 4; i++) {
                e += h[x[i]] + (i > 0 && x[i] == x[i - 1] ? 0.7 : 0);
              }
              return Math.exp(e);
            });
    return new Lab(
        law.denoiser(),
        chain.apply(law.space()),
        new TokenScores(new double[] {0, 0, 1}, 1, 0),
        1 / 1.5);
  }

  /** The Markov oracle: twos are rewarded, equal neighbours are not. */
  public static Lab oracle(
      int length, double lambda, Function<StateSpace.Sequence, ReverseProcess> chain) {
    MarkovLaw law = new MarkovLaw(length, INITIAL, TRANSITION);
    return new Lab(
        law.denoiser(),
        chain.apply(law.space()),
        new TokenScores(new double[] {0, 0, 1}, 0, -0.5),
        1 / lambda);
  }

  private static EnumeratedLaw table(ToDoubleFunction<int[]> weight) {
    double[] weights = new double[81];
    Arrays.fill(weights, 1);
    EnumeratedLaw uniform = new EnumeratedLaw(4, 3, weights.clone());
    Arrays.setAll(weights, s -> weight.applyAsDouble(uniform.sequence(s)));
    return new EnumeratedLaw(4, 3, weights);
  }

  /** The reward of each sequence of a batch. */
  public static double[] rewards(Lab lab, Batch clean) {
    return lab.verifier().score(clean, null);
  }

  /** The rewards of the samples of some trials, all of them together. */
  static SampleMoments rewards(Lab lab, Algorithm algorithm, int count, int trials) {
    SampleMoments moments = new SampleMoments();
    for (int trial = 0; trial < trials; trial++) {
      Batch states = lab.run(algorithm, count, Budget.UNLIMITED, trial).states();
      Arrays.stream(rewards(lab, states)).forEach(moments::add);
    }
    return moments;
  }
}
