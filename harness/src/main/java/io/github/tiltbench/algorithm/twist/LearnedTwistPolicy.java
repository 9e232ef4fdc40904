package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.smc.Move;
import io.github.tiltbench.algorithm.smc.TwistPolicy;
import io.github.tiltbench.algorithm.smc.TwistedChain;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.random.Noise;
import java.util.Arrays;

/** Steers particles by a learned twist. */
final class LearnedTwistPolicy implements TwistPolicy {
  /** What particles are weighed by on their way, beside the moves they made. */
  enum Sight {
    /** Nothing. */
    BLIND,
    /** What the twist itself says of their states. */
    TWIST,
    /** The value of the clean estimate. */
    VALUE
  }

  private final ReverseProcess process;
  private final double beta;
  private final Twist twist;
  private final Sight sight;

  LearnedTwistPolicy(Problem problem, Twist twist, Sight sight) {
    this.process = problem.process();
    this.beta = problem.beta();
    this.twist = twist;
    this.sight = sight;
  }

  @Override
  public boolean valued(int level) {
    return sight == Sight.VALUE;
  }

  @Override
  public boolean twisted(int level) {
    return sight != Sight.BLIND;
  }

  @Override
  public Population twist(Population p, int level) {
    return p.with(TwistedChain.TWIST, new Scalars(log(p, level)));
  }

  private double[] log(Population p, int level) {
    if (sight == Sight.VALUE) {
      double[] value = p.get(TwistedChain.VALUE).values();
      return Arrays.stream(value).map(v -> v / beta).toArray();
    }
    Batch x = p.get(TwistedChain.STATE);
    StepLaw law = process.law(x, level, p.get(TwistedChain.PREDICTION));
    return twist.ahead(law, x, level);
  }

  @Override
  public Move start(StepLaw prior, Noise noise) {
    return twist.start(prior, noise);
  }

  @Override
  public Move move(StepLaw law, Population p, int level, Noise noise) {
    Prediction prediction = p.get(TwistedChain.PREDICTION);
    return twist.move(law, p.get(TwistedChain.STATE), prediction, level, noise);
  }
}
