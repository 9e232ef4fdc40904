package io.github.tiltbench.model;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;

/** The exact token conditionals of a known law; the level is irrelevant to them. */
final class TokenDenoiser implements Denoiser {
  private final TokenLaw law;
  private Cost odometer = Cost.ZERO;

  TokenDenoiser(TokenLaw law) {
    this.law = law;
  }

  @Override
  public StateSpace.Sequence space() {
    return space(law);
  }

  static StateSpace.Sequence space(TokenLaw law) {
    return new StateSpace.Sequence(law.length(), law.vocabulary(), law.vocabulary());
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
    double[] log = new double[tokens.data().length * v];
    for (int row = 0; row < tokens.size(); row++) {
      double[][] p = law.conditionals(tokens.row(row));
      for (int i = 0; i < p.length; i++) {
        for (int token = 0; token < v; token++) {
          log[(row * p.length + i) * v + token] = Math.log(p[i][token]);
        }
      }
    }
    return new Prediction.Logits(new Batch.Reals(log, new int[] {law.length(), v}));
  }
}
