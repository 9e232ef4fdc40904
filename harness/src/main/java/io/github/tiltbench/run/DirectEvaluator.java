package io.github.tiltbench.run;

import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.VerifierFailure;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StepPredictor;
import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.particle.Readings;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.verifier.ComparingVerifier;
import io.github.tiltbench.verifier.Verifier;
import java.util.List;

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
  public Evaluation evaluate(Query query, Condition[] condition) {
    Batch x = query.x();
    int[] level = query.level();
    StepPredictor steps = new StepPredictor(denoiser, process);
    return switch (query.kind()) {
      case PREDICTION -> Evaluation.prediction(steps.predict(x, level, query.to(), condition));
      case GUIDANCE -> {
        List<Prediction> contrast = denoiser.contrast(x, level, condition);
        yield Evaluation.guidance(contrast.get(0), contrast.get(1));
      }
      case REWARD -> rewarded(verifier, query, condition);
      case GRADIENT -> {
        try (Denoiser.Linearised linear = denoiser.linearise(x, level, condition)) {
          Evaluation valued = valued(linear.prediction(), condition);
          Batch.Reals slope = valued.estimateGradient();
          yield new Evaluation(
              valued.prediction(), null, valued.value(), slope, linear.pullback(slope));
        }
      }
      case PULLBACK -> {
        try (Denoiser.Linearised linear = steps.linearise(x, level, query.to(), condition)) {
          Batch.Reals pulled = linear.pullback(query.cotangent().orElseThrow());
          yield new Evaluation(linear.prediction(), null, null, null, pulled);
        }
      }
      case REWARD_GRADIENT -> {
        Verifier.Gradient gradient = verifier.gradient((Batch.Reals) x, condition);
        double[] value = counted(gradient.score(), x.size());
        yield new Evaluation(null, null, new Scalars(value), null, gradient.gradient());
      }
      case ESTIMATE_GRADIENT -> valued(denoiser.denoise(x, level, condition), condition);
    };
  }

  /** The reward of clean states, which needs no model. */
  static Evaluation rewarded(Verifier verifier, Query query, Condition[] condition) {
    Batch clean = query.x();
    if (verifier instanceof ComparingVerifier comparing) {
      Readings readings = comparing.read(clean, query.estimate(), condition);
      counted(readings.size(), clean.size());
      return Evaluation.reward(readings);
    }
    return Evaluation.reward(counted(verifier.score(clean, condition), clean.size()));
  }

  private Evaluation valued(Prediction prediction, Condition[] condition) {
    Batch.Reals clean =
        (Batch.Reals)
            process.clean(
                prediction,
                Decoding.POSTERIOR_MEAN,
                new Seed(0).noise(Purpose.DECODE, 0)); // the mean draws nothing
    Verifier.Gradient gradient = verifier.gradient(clean, condition);
    double[] value = counted(gradient.score(), clean.size());
    Batch.Reals mean = ((Prediction.Mean) prediction).clean();
    Batch.Reals slope = throughClip(gradient.gradient(), mean, clean);
    return new Evaluation(prediction, null, new Scalars(value), slope, null);
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
    counted(score.length, rows);
    return score;
  }

  private static void counted(int scores, int rows) {
    if (scores != rows) {
      throw new VerifierFailure("the verifier gave " + scores + " scores for " + rows + " samples");
    }
  }
}
