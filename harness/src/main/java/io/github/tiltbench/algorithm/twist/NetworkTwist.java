package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.algorithm.smc.Move;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.engine.learning.FittedFunction;
import io.github.tiltbench.engine.learning.LearnedNumbers;
import io.github.tiltbench.random.Noise;
import java.util.Map;
import java.util.Optional;

/**
 * The twist of a {@link NetworkFamily}; holds a network until it is closed.
 *
 * @param family how networks are fitted
 * @param item shape of a state
 * @param steps T
 * @param field what pushes, in standard deviations of a step; empty before anything is learned
 */
record NetworkTwist(NetworkFamily family, int[] item, int steps, Optional<FittedFunction> field)
    implements Twist {
  private static final int NEIGHBOURS = 9;

  static boolean image(int[] item) {
    return item.length == 3;
  }

  @Override
  public Move start(StepLaw prior, Noise noise) {
    return Move.own(prior, noise);
  }

  @Override
  public Move move(StepLaw law, Batch x, Prediction prediction, int level, Noise noise) {
    if (field.isEmpty()) {
      return Move.own(law, noise);
    }
    Batch.Reals push = new Batch.Reals(push(((Batch.Reals) x).data(), level), item);
    return Move.pushed(law, push.times(1 / ((GaussianStep) law).std()), noise);
  }

  /**
   * Those of a push that is linear in the state; for images, in the nine pixels around, by numbers
   * that all places share. The network's own say nothing of how freely it bends in few steps.
   */
  @Override
  public double parametersPerStep() {
    double outputs = image(item) ? item[0] : Batch.volume(item);
    double inputs = image(item) ? NEIGHBOURS * outputs : outputs;
    return outputs * (inputs + 1);
  }

  /** What {@link #with} makes the same twist of. */
  LearnedNumbers numbers() {
    return field.map(FittedFunction::numbers).orElse(LearnedNumbers.of(Map.of()));
  }

  /** The twist of the same family and problem at other numbers; refuses more or fewer of them. */
  NetworkTwist with(LearnedNumbers numbers) {
    Optional<FittedFunction> read =
        numbers.byName().isEmpty()
            ? Optional.empty()
            : Optional.of(FittedFunction.read(numbers, item));
    return new NetworkTwist(family, item, steps, read);
  }

  @Override
  public Gathered gather(int trajectories) {
    return new NetworkFit(this, trajectories);
  }

  @Override
  public void close() {
    field.ifPresent(FittedFunction::close);
  }

  /** The push of each row in standard deviations of the step, cut to its greatest length. */
  double[] push(double[] x, int level) {
    if (field.isEmpty()) {
      return new double[x.length];
    }
    double[] push = field.get().predict(x, (double) level / steps);
    PushClip.cut(push, Batch.volume(item), PushClip.DEVIATIONS);
    return push;
  }
}
