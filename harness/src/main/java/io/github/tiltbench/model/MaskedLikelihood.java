package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.MaskedChain;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.Template;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.verifier.Verifier;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The negative evidence bound of masked diffusion in bits a free token, negated: {@code -E_n E_S
 * (1/n) sum_{i in S} -log2 pi_i(x_i | x without S)}, n uniform on 1 .. L and S any n of the L free
 * positions.
 *
 * <p>The bound of Sahoo et al., arXiv 2406.07524, by the number of masks, so without its weights
 * 1/t. Draws come in pairs: each pair has an equal part of the range of n to itself, and the two
 * differ by chance alone, which gives the variance. The draws are addressed by prompt and tokens: a
 * score is a function of the sample, and equal samples have equal scores.
 */
final class MaskedLikelihood implements Verifier {
  private final BaseLikelihood asked;
  private final Denoiser denoiser;
  private final Function<Condition, MaskedChain> chains;

  /**
   * A likelihood.
   *
   * @param denoiser closed with it
   * @param chains the chain of a prompt
   */
  MaskedLikelihood(
      BaseLikelihood asked, Denoiser denoiser, Function<Condition, MaskedChain> chains) {
    this.asked = asked;
    this.denoiser = denoiser;
    this.chains = chains;
  }

  @Override
  public double[] score(Batch clean, Condition[] condition) {
    double[] score = new double[clean.size()];
    for (int row = 0; row < score.length; row++) {
      int[] tokens = ((Batch.Tokens) clean).row(row);
      double[] bits = bits(tokens, condition[row]);
      score[row] =
          asked.output() == BaseLikelihood.Output.BITS
              ? -Arrays.stream(bits).average().orElseThrow()
              : variance(bits);
    }
    return score;
  }

  /** The variance of the mean of draws, from the differences within pairs. */
  private static double variance(double[] bits) {
    double sum = 0;
    for (int k = 0; k < bits.length; k += 2) {
      sum += (bits[k] - bits[k + 1]) * (bits[k] - bits[k + 1]);
    }
    return sum / bits.length / bits.length;
  }

  /** Bits a masked token, one value a draw. */
  private double[] bits(int[] tokens, Condition condition) {
    MaskedChain chain = chains.apply(condition);
    Template start = chain.template();
    int[] free = IntStream.range(0, tokens.length).filter(start::free).toArray();
    int draws = asked.draws();
    int[][] masked = new int[draws][];
    int[] states = new int[draws * tokens.length];
    int[] levels = new int[draws];
    Noise noise =
        Seed.of(draws, condition.text() + "\n" + Arrays.toString(tokens), 0)
            .noise(Purpose.RENOISE, 0);
    double[] u = new double[free.length + 1];
    for (int k = 0; k < draws; k++) {
      noise.uniforms(k, u, 0, u.length);
      int pair = k / 2;
      double place = 2 * (pair + u[free.length]) / draws;
      int n = Math.min(free.length, 1 + (int) (free.length * place));
      masked[k] = some(free, n, u);
      System.arraycopy(tokens, 0, states, k * tokens.length, tokens.length);
      for (int at : masked[k]) {
        states[k * tokens.length + at] = chain.space().mask();
      }
      levels[k] = Math.max(1, (int) ((long) chain.steps() * n / free.length));
    }
    Condition[] conditions = new Condition[draws];
    Arrays.fill(conditions, condition);
    Prediction.Logits prediction =
        (Prediction.Logits)
            denoiser.denoise(new Batch.Tokens(states, tokens.length), levels, conditions);
    double[] scratch = new double[chain.space().tokens()];
    double[] bits = new double[draws];
    for (int k = 0; k < draws; k++) {
      for (int at : masked[k]) {
        bits[k] -= prediction.log(k, at, tokens[at], scratch) / Math.log(2) / masked[k].length;
      }
    }
    return bits;
  }

  /** A uniformly drawn subset. */
  private static int[] some(int[] of, int n, double[] u) {
    int[] left = of.clone();
    for (int i = 0; i < n; i++) {
      int drawn = i + (int) (u[i] * (left.length - i));
      int token = left[drawn];
      left[drawn] = left[i];
      left[i] = token;
    }
    return Arrays.copyOf(left, n);
  }

  @Override
  public boolean batched() {
    return denoiser.batched();
  }

  @Override
  public void close() {
    denoiser.close();
  }
}
