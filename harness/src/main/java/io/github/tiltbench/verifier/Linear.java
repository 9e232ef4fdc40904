package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.particle.Arena;
import java.util.Arrays;
import java.util.Optional;

/**
 * The reward {@code <coefficients, x> + offset}.
 *
 * @param coefficients one a coordinate
 * @param offset added to every score
 */
public record Linear(double[] coefficients, double offset) implements VerifierSpec, Verifier {
  /** Refuses no coefficients and values that are not finite. */
  public Linear {
    Rewards.requireFinite("coefficients", coefficients);
    Rewards.requireFinite("offset", offset);
  }

  @Override
  public Verifier open(StateSpace space) {
    return this;
  }

  @Override
  public Optional<String> mismatch(StateSpace space) {
    return Rewards.mismatch(space, "coefficients", coefficients.length);
  }

  @Override
  public boolean differentiable() {
    return true;
  }

  @Override
  public double[] score(Batch clean, Condition[] condition) {
    double[] x = ((Batch.Reals) clean).data();
    double[] score = new double[clean.size()];
    Arrays.fill(score, offset);
    for (int i = 0; i < x.length; i++) {
      score[i / coefficients.length] += coefficients[i % coefficients.length] * x[i];
    }
    return score;
  }

  @Override
  public Gradient gradient(Batch.Reals clean, Condition[] condition) {
    double[] gradient = Arena.doubles(clean.data().length);
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = coefficients[i % coefficients.length];
    }
    return new Gradient(score(clean, condition), new Batch.Reals(gradient, clean.item()));
  }
}
