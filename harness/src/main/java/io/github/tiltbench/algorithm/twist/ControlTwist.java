package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.algorithm.smc.Move;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.engine.learning.LearnedNumbers;
import io.github.tiltbench.random.Noise;
import java.util.Arrays;
import java.util.Map;

/**
 * The twist of a {@link ControlFamily} at some numbers.
 *
 * @param features what the push depends on
 * @param width coordinates of a state
 * @param steps T
 * @param theta the starting draw's numbers, none if it is left as it is; then those of each bin,
 *     from level 1 up, one row a feature, one column an output
 */
record ControlTwist(ControlFeatures features, int width, int steps, double[][] theta)
    implements Twist {
  @Override
  public Move start(StepLaw prior, Noise noise) {
    return theta[0].length == 0
        ? Move.own(prior, noise)
        : Move.pushed(prior, push(new Inputs((GaussianStep) prior, null, null, 0)), noise);
  }

  @Override
  public Move move(StepLaw law, Batch x, Prediction prediction, int level, Noise noise) {
    return Move.pushed(law, push(inputs(law, x, prediction, level)), noise);
  }

  @Override
  public double parametersPerStep() {
    return (double) Arrays.stream(theta).mapToInt(t -> t.length).sum() / steps;
  }

  /** What {@link #with} makes the same twist of. */
  LearnedNumbers numbers() {
    LearnedNumbers numbers = LearnedNumbers.of(Map.of());
    for (int bin = 0; bin < theta.length; bin++) {
      numbers = numbers.with("theta_" + bin, theta[bin]);
    }
    return numbers;
  }

  /** The twist of the same family and problem at other numbers; refuses more or fewer of them. */
  ControlTwist with(LearnedNumbers numbers) {
    double[][] other = new double[theta.length][];
    for (int bin = 0; bin < theta.length; bin++) {
      other[bin] = numbers.get("theta_" + bin, theta[bin].length);
    }
    return new ControlTwist(features, width, steps, other);
  }

  @Override
  public Gathered gather(int trajectories) {
    return new ControlFit(this, trajectories);
  }

  int outputs() {
    return features.outputs(width);
  }

  /** Features of a regression of a bin. */
  int count(int bin) {
    return bin == 0 ? 1 : features.count(width);
  }

  Inputs inputs(StepLaw law, Batch x, Prediction prediction, int level) {
    double[] clean = ((Prediction.Mean) prediction).clean().data();
    int bin = 1 + (level - 1) * (theta.length - 1) / steps;
    return new Inputs((GaussianStep) law, ((Batch.Reals) x).data(), clean, bin);
  }

  /**
   * What a push is worked out from.
   *
   * @param law the model's step
   * @param x the states; null in bin 0, whose only feature is 1
   * @param clean the clean estimates; null in bin 0
   * @param bin whose numbers count
   */
  record Inputs(GaussianStep law, double[] x, double[] clean, int bin) {}

  /** Fills the features of the outputs that start at an index of the data. */
  void fill(Inputs in, int at, double[] f) {
    if (in.bin == 0) {
      f[0] = 1;
    } else {
      features.fill(in.x, in.clean, at, f);
    }
  }

  /** u of each row, cut to its greatest length. */
  Batch.Reals push(Inputs in) {
    double[] u = new double[in.law.mean().data().length];
    double[] f = new double[count(in.bin)];
    int outputs = outputs();
    for (int at = 0; at < u.length; at += outputs) {
      fill(in, at, f);
      for (int k = 0; k < f.length; k++) {
        for (int o = 0; o < outputs; o++) {
          u[at + o] += f[k] * theta[in.bin][k * outputs + o];
        }
      }
    }
    PushClip.cut(u, width, PushClip.DEVIATIONS / in.law.std());
    return new Batch.Reals(u, in.law.mean().item());
  }
}
