package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.particle.FeynmanKac;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.random.Noise;
import java.util.Arrays;
import java.util.Optional;

/**
 * What steers a {@link TwistedChain}: where particles are valued, how a value becomes a twist, and
 * where particles are pushed.
 *
 * <p>Stateless: what it has to remember of a particle it keeps in columns of the population, which
 * a resampling moves.
 */
public interface TwistPolicy {
  /** Whether particles of a level, T..1, are valued; at level 0 all are, by the reward itself. */
  default boolean valued(int level) {
    return true;
  }

  /**
   * Whether the value at a level, T..1, comes with its gradient: of the posterior mean then,
   * whatever the estimate. Only at valued levels.
   */
  default boolean guided(int level) {
    return false;
  }

  /** Whether the twist changes at a level, T..1; at level 0 it always becomes the reward's. */
  default boolean twisted(int level) {
    return valued(level);
  }

  /**
   * Whether the model is asked at a level, T..1, for its prediction before guidance, which then
   * moves the particles, along with the one after it. Not at guided levels.
   */
  default boolean contrasted(int level) {
    return false;
  }

  /**
   * The prediction that values particles which arrived at a level, T..1.
   *
   * @param before the particles before their move, at level T none yet
   * @param now where they are, with {@link TwistedChain#PREDICTION}
   */
  default Prediction valuing(Population before, Population now) {
    return now.get(TwistedChain.PREDICTION);
  }

  /**
   * The particles of level 0 with {@link TwistedChain#TWIST} set from their reward, {@link
   * TwistedChain#VALUE}; any other than that over beta targets another law.
   */
  default Population last(Population particles, double beta) {
    double[] reward = particles.get(TwistedChain.VALUE).values();
    double[] twist = new double[reward.length];
    Arrays.setAll(twist, i -> reward[i] / beta);
    return particles.with(TwistedChain.TWIST, new Scalars(twist));
  }

  /** The chain of these particles, whose weights nobody else touches. */
  default FeynmanKac chain(FeynmanKac twisted) {
    return twisted;
  }

  /**
   * The particles of a twisted level, T..1, with {@link TwistedChain#TWIST} set, from {@link
   * TwistedChain#VALUE} and whatever else they carry; their weights hold all but this twist.
   */
  Population twist(Population particles, int level);

  /** The starting draw. */
  default Move start(StepLaw prior, Noise noise) {
    return Move.own(prior, noise);
  }

  /** The move from a level by a step that draws noise. */
  default Move move(StepLaw law, Population particles, int level, Noise noise) {
    return push(particles, level)
        .map(gradient -> Move.pushed(law, gradient, noise))
        .orElseGet(() -> Move.own(law, noise));
  }

  /**
   * The gradient that tilts the step from a level, one row a particle; nothing for the model's own
   * step. Not asked where the step draws no noise.
   */
  default Optional<Batch.Reals> push(Population particles, int level) {
    return Optional.empty();
  }
}
