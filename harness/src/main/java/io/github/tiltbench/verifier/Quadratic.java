package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.particle.Arena;
import java.util.Optional;

/**
 * The reward {@code -precision/2 |x - center|^2}.
 *
 * @param center where it is largest, 0
 * @param precision how fast it falls, positive
 */
public record Quadratic(double[] center, double precision) implements VerifierSpec, Verifier {
  /** Refuses an empty center, a precision that is not positive and values that are not finite. */
  public Quadratic {
    Rewards.requireFinite("center", center);
    Rewards.requireFinite("precision", precision);
    if (precision <= 0) {
      throw new IllegalArgumentException("precision must be positive but is " + precision);
    }
  }

  @Override
  public Verifier open(StateSpace space) {
    return this;
  }

  @Override
  public Optional<String> mismatch(StateSpace space) {
    return Rewards.mismatch(space, "center", center.length);
  }

  @Override
  public boolean differentiable() {
    return true;
  }

  @Override
  public double[] score(Batch clean, Condition[] condition) {
    double[] x = ((Batch.Reals) clean).data();
    double[] score = new double[clean.size()];
    for (int i = 0; i < x.length; i++) {
      double off = x[i] - center[i % center.length];
      score[i / center.length] -= precision / 2 * off * off;
    }
    return score;
  }

  @Override
  public Gradient gradient(Batch.Reals clean, Condition[] condition) {
    double[] gradient = Arena.doubles(clean.data().length);
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = -precision * (clean.data()[i] - center[i % center.length]);
    }
    return new Gradient(score(clean, condition), new Batch.Reals(gradient, clean.item()));
  }
}
