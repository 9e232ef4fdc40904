package io.github.tiltbench.algorithm;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Purpose;
import java.util.Arrays;

/**
 * The value of a state before it is clean: the reward of what the prediction says it will become.
 *
 * <p>With several completions the value is {@code beta log mean exp(r / beta)} over them, the soft
 * value of the prediction; the mean would be outside the logarithm otherwise (Singhal et al., arXiv
 * 2501.06848, appendix). Costs {@code completions} rewards a particle.
 *
 * @param how how the prediction becomes a state to score
 * @param completions draws a particle; 1 unless {@code how} draws
 */
public record ValueEstimate(Decoding how, int completions) {
  /** The posterior mean. */
  public static final ValueEstimate MEAN = new ValueEstimate(Decoding.POSTERIOR_MEAN, 1);

  public ValueEstimate {
    if (completions < 1) {
      throw new IllegalArgumentException("completions must be at least 1");
    }
    if (completions > 1 && how != Decoding.SAMPLE) {
      throw new IllegalArgumentException("completions above 1 need a value that draws (sample)");
    }
  }

  /** One value a row; each is drawn here once, and whoever needs it again must keep it. */
  public double[] value(
      Prediction prediction, int level, Session session, Addressing addressing, double beta) {
    int n = prediction.size();
    Batch clean =
        session.clean(
            completions == 1 ? prediction : prediction.select(Branching.repeat(n, completions)),
            how,
            addressing.of(session.noise(Purpose.DECODE, level), completions));
    double[] reward = session.score(clean);
    if (completions == 1) {
      return reward;
    }
    double[] value = new double[n];
    for (int i = 0; i < n; i++) {
      double[] own = Arrays.copyOfRange(reward, i * completions, (i + 1) * completions);
      value[i] = beta * new Weights(Arrays.stream(own).map(r -> r / beta).toArray()).logMean();
    }
    return value;
  }
}
