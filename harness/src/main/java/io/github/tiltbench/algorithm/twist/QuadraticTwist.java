package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.algorithm.smc.Move;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.QuadraticPotential;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.engine.learning.LearnedNumbers;
import io.github.tiltbench.random.Noise;
import java.util.Arrays;
import java.util.Map;

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

  /** What {@link #with} makes the same twist of. */
  LearnedNumbers numbers() {
    LearnedNumbers numbers = LearnedNumbers.of(Map.of());
    for (int level = 0; level < psi.length; level++) {
      numbers =
          numbers
              .with("linear_" + level, psi[level].linear())
              .with("precision_" + level, psi[level].precision());
    }
    return numbers;
  }

  /** The twist of the same family and problem at other numbers; refuses more or fewer of them. */
  QuadraticTwist with(LearnedNumbers numbers) {
    int width = psi[0].linear().length;
    QuadraticPotential[] other = new QuadraticPotential[psi.length];
    Arrays.setAll(
        other,
        level ->
            new QuadraticPotential(
                numbers.get("linear_" + level, width), numbers.get("precision_" + level, width)));
    return new QuadraticTwist(other);
  }

  @Override
  public Gathered gather(int trajectories) {
    return new QuadraticFit(this, trajectories);
  }
}
