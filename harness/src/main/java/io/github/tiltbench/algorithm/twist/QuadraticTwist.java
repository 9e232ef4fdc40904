package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.algorithm.smc.Move;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.QuadraticPotential;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.random.Noise;
import java.util.Arrays;

/**
 * The twist of a {@link QuadraticFamily} at some numbers.
 *
 * @param psi the potential of each level 0..T; 1 at a level that no noise leads to
 */
record QuadraticTwist(QuadraticPotential[] psi) implements Twist {
  @Override
  public Move start(StepLaw prior, Noise noise) {
    return moved((GaussianStep) prior, psi[psi.length - 1], noise);
  }

  @Override
  public Move move(StepLaw law, Batch x, Prediction prediction, int level, Noise noise) {
    return moved((GaussianStep) law, psi[level - 1], noise);
  }

  private static Move moved(GaussianStep law, QuadraticPotential psi, Noise noise) {
    Batch.Reals next = law.sample(psi, noise);
    return new Move(next, ratio(law, psi, next, 1));
  }

  /** The log of the model's step over the reweighted one at the next states, times a sign. */
  static double[] ratio(GaussianStep law, QuadraticPotential psi, Batch.Reals next, double sign) {
    double[] mean = law.logMean(psi);
    double[] log = psi.log(next);
    Arrays.setAll(log, i -> sign * (mean[i] - log[i]));
    return log;
  }

  /**
   * The mean of the next level's potential, a step ahead of this level's own at no price; the
   * latter before a step without noise, which learns none.
   */
  @Override
  public double[] ahead(StepLaw law, Batch x, int level) {
    return law.deterministic()
        ? psi[level].log((Batch.Reals) x)
        : ((GaussianStep) law).logMean(psi[level - 1]);
  }

  @Override
  public boolean sighted() {
    return true;
  }

  @Override
  public double parametersPerStep() {
    return 2.0 * psi[0].linear().length;
  }

  @Override
  public Gathered gather(int trajectories) {
    return new QuadraticFit(this, trajectories);
  }
}
