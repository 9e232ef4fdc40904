package io.github.tiltbench.run;

import io.github.tiltbench.algorithm.Guided;
import io.github.tiltbench.algorithm.Sloped;
import io.github.tiltbench.algorithm.VerifierFailure;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Contrast;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.verifier.Verifier;

/**
 * Calls one denoiser and one verifier; used by one thread at a time.
 *
 * @param denoiser the model
 * @param process its chain
 * @param verifier the target verifier
 */
record DirectEvaluator(Denoiser denoiser, ReverseProcess process, Verifier verifier)
    implements Evaluator {

  @Override
  public Prediction denoise(Batch x, int[] level, Condition[] condition) {
    return denoiser.denoise(x, level, condition);
  }

  @Override
  public Contrast contrast(Batch x, int[] level, Condition[] condition) {
    return denoiser.contrast(x, level, condition);
  }

  @Override
  public double[] score(Batch clean, Condition[] condition) {
    return counted(verifier.score(clean, condition), clean.size());
  }

  @Override
  public Guided guide(Batch x, int[] level, Condition[] condition) {
    try (Denoiser.Linearised linear = denoiser.linearise(x, level, condition)) {
      Sloped sloped = slope(linear.prediction(), condition);
      return new Guided(
          sloped.prediction(), sloped.value(), sloped.slope(), linear.pullback(sloped.slope()));
    }
  }

  @Override
  public Sloped slope(Batch x, int[] level, Condition[] condition) {
    return slope(denoise(x, level, condition), condition);
  }

  private Sloped slope(Prediction prediction, Condition[] condition) {
    Batch.Reals clean =
        (Batch.Reals)
            process.clean(
                prediction,
                Decoding.POSTERIOR_MEAN,
                new Seed(0).noise(Purpose.DECODE, 0)); // the mean draws nothing
    Verifier.Gradient gradient = verifier.gradient(clean, condition);
    double[] value = counted(gradient.score(), clean.size());
    Batch.Reals mean = ((Prediction.Mean) prediction).clean();
    return new Sloped(
        prediction, new Scalars(value), throughClip(gradient.gradient(), mean, clean));
  }

  /** The gradient at the mean: none where the clean estimate was clipped. */
  private static Batch.Reals throughClip(
      Batch.Reals gradient, Batch.Reals mean, Batch.Reals clean) {
    double[] through = Arena.doubles(gradient.data().length);
    for (int i = 0; i < through.length; i++) {
      through[i] = mean.data()[i] == clean.data()[i] ? gradient.data()[i] : 0;
    }
    return new Batch.Reals(through, gradient.item());
  }

  /** Refuses anything but one score a row; whether each is finite is for its trial to judge. */
  static double[] counted(double[] score, int rows) {
    if (score.length != rows) {
      throw new VerifierFailure(
          "the verifier gave " + score.length + " scores for " + rows + " samples");
    }
    return score;
  }
}
