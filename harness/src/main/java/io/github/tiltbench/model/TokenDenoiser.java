package io.github.tiltbench.model;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.TokenLogits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The exact token conditionals of a known law; the level is irrelevant to them. */
final class TokenDenoiser implements Denoiser {
  private static final double FEW = 1 << 16;

  private final TokenLaw law;
  private final StateSpace.Sequence space;
  private final boolean few;

  /**
   * Answers by state, kept where there are few states: enumeration asks for the same ones often.
   */
  private final Map<Integer, TokenLogits> known = new HashMap<>();

  private Cost odometer = Cost.ZERO;

  TokenDenoiser(TokenLaw law, StateSpace.Sequence space) {
    this.law = law;
    this.space = space;
    this.few = Math.pow(law.vocabulary() + 1.0, law.length()) <= FEW;
  }

  @Override
  public StateSpace.Sequence space() {
    return space;
  }

  @Override
  public boolean timeless() {
    return true;
  }

  @Override
  public Cost odometer() {
    return odometer;
  }

  @Override
  public Prediction.Logits denoise(Batch x, int[] level, Condition[] condition) {
    odometer = odometer.plus(Cost.of(x.size(), x.size(), 0));
    Batch.Tokens tokens = (Batch.Tokens) x;
    List<TokenLogits> rows = new ArrayList<>();
    for (int row = 0; row < tokens.size(); row++) {
      int[] state = tokens.row(row);
      rows.add(few ? known.computeIfAbsent(index(state), s -> logits(state)) : logits(state));
    }
    return new Prediction.Logits(tokens, space, rows);
  }

  private TokenLogits logits(int[] state) {
    double[][] p = law.conditionals(state);
    double[][] log = new double[state.length][];
    for (int position = 0; position < state.length; position++) {
      if (state[position] == law.vocabulary()) {
        log[position] = Arrays.stream(p[position]).map(Math::log).toArray();
      }
    }
    return TokenLogits.exact(log);
  }

  private int index(int[] state) {
    return Arrays.stream(state).reduce(0, (index, token) -> index * (law.vocabulary() + 1) + token);
  }
}
