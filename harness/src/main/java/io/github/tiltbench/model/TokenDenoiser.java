package io.github.tiltbench.model;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.particle.Arena;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The exact token conditionals of a known law; the level is irrelevant to them. */
final class TokenDenoiser implements Denoiser {
  private static final double FEW = 1 << 16;

  private final TokenLaw law;
  private final boolean few;

  /**
   * Answers by state, kept where there are few states: enumeration asks for the same ones often.
   */
  private final Map<Integer, double[]> known = new HashMap<>();

  private Cost odometer = Cost.ZERO;

  TokenDenoiser(TokenLaw law) {
    this.law = law;
    this.few = Math.pow(law.vocabulary() + 1.0, law.length()) <= FEW;
  }

  @Override
  public StateSpace.Sequence space() {
    return TokenModels.space(law);
  }

  @Override
  public Cost odometer() {
    return odometer;
  }

  @Override
  public Prediction.Logits denoise(Batch x, int[] level, Condition[] condition) {
    odometer = odometer.plus(Cost.of(x.size(), x.size(), 0));
    Batch.Tokens tokens = (Batch.Tokens) x;
    int v = law.vocabulary();
    int width = law.length() * v;
    double[] log = Arena.doubles(tokens.size() * width);
    for (int row = 0; row < tokens.size(); row++) {
      int[] state = tokens.row(row);
      double[] p = few ? known.computeIfAbsent(index(state), s -> logs(state)) : logs(state);
      System.arraycopy(p, 0, log, row * width, width);
    }
    return new Prediction.Logits(new Batch.Reals(log, new int[] {law.length(), v}));
  }

  private double[] logs(int[] state) {
    return Arrays.stream(law.conditionals(state))
        .flatMapToDouble(Arrays::stream)
        .map(Math::log)
        .toArray();
  }

  private int index(int[] state) {
    return Arrays.stream(state).reduce(0, (index, token) -> index * (law.vocabulary() + 1) + token);
  }
}
