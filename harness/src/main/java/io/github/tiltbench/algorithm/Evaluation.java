package io.github.tiltbench.algorithm;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Readings;
import io.github.tiltbench.particle.Rows;
import io.github.tiltbench.particle.Scalars;
import java.util.List;
import java.util.function.Function;

/**
 * What model and reward say to a {@link Query}, one row a state; a part that was not asked for is
 * null here and refused by its accessor.
 *
 * @param prediction the model's; before guidance where {@code guided} was asked for
 * @param guided the model's after classifier-free guidance
 * @param value the reward of each clean state, or of the clean estimate at each state; minus
 *     infinity where that is not admissible
 * @param estimateGradient of each value in the predicted mean: 0 in a coordinate that was clipped
 * @param gradient of each value in the state
 * @param readings what a verifier that compares has read of each clean state, in place of its value
 */
public record Evaluation(
    Prediction prediction,
    Prediction guided,
    Scalars value,
    Batch.Reals estimateGradient,
    Batch.Reals gradient,
    Readings readings)
    implements Rows<Evaluation> {
  /** Without what a verifier has read that compares. */
  public Evaluation(
      Prediction prediction,
      Prediction guided,
      Scalars value,
      Batch.Reals estimateGradient,
      Batch.Reals gradient) {
    this(prediction, guided, value, estimateGradient, gradient, null);
  }

  /** To {@link Query.Kind#PREDICTION}. */
  public static Evaluation prediction(Prediction prediction) {
    return new Evaluation(prediction, null, null, null, null);
  }

  /** To {@link Query.Kind#GUIDANCE}. */
  public static Evaluation guidance(Prediction before, Prediction after) {
    return new Evaluation(before, after, null, null, null);
  }

  /** To {@link Query.Kind#REWARD}. */
  public static Evaluation reward(double[] value) {
    return new Evaluation(null, null, new Scalars(value), null, null);
  }

  /** To {@link Query.Kind#REWARD}, of a verifier that compares. */
  public static Evaluation reward(Readings readings) {
    return new Evaluation(null, null, null, null, null, readings);
  }

  @Override
  public Prediction prediction() {
    return asked(prediction, "the prediction");
  }

  @Override
  public Prediction guided() {
    return asked(guided, "the guided prediction");
  }

  @Override
  public Scalars value() {
    return asked(value, "the value");
  }

  @Override
  public Batch.Reals estimateGradient() {
    return asked(estimateGradient, "the gradient in the estimate");
  }

  @Override
  public Batch.Reals gradient() {
    return asked(gradient, "the gradient in the state");
  }

  /** What there is to compare clean states by: readings, or the values themselves. */
  @Override
  public Readings readings() {
    return readings == null ? Readings.of(value().values()) : readings;
  }

  /** The numbers that the verifier gave, whatever they are of. */
  public List<double[]> read() {
    return readings == null ? List.of(value().values()) : List.of(readings.rows());
  }

  private static <T> T asked(T part, String name) {
    if (part == null) {
      throw new IllegalStateException(name + " was not asked for");
    }
    return part;
  }

  @Override
  public int size() {
    if (readings != null) {
      return readings.size();
    }
    return value == null ? prediction.size() : value.size();
  }

  /**
   * The rows of all, one after the other.
   *
   * @param parts to queries of one kind, at least one
   */
  public static Evaluation joined(List<Evaluation> parts) {
    return new Evaluation(
        joined(parts, part -> part.prediction, Prediction::joined),
        joined(parts, part -> part.guided, Prediction::joined),
        joined(parts, part -> part.value, Scalars::joined),
        joined(parts, part -> part.estimateGradient, all -> (Batch.Reals) Batch.concat(all)),
        joined(parts, part -> part.gradient, all -> (Batch.Reals) Batch.concat(all)),
        joined(
            parts, part -> part.readings, all -> all.stream().reduce(Readings::and).orElseThrow()));
  }

  private static <T> T joined(
      List<Evaluation> parts, Function<Evaluation, T> part, Function<List<T>, T> join) {
    return part.apply(parts.get(0)) == null ? null : join.apply(parts.stream().map(part).toList());
  }

  @Override
  public Evaluation select(int[] index) {
    return new Evaluation(
        prediction == null ? null : prediction.select(index),
        guided == null ? null : guided.select(index),
        value == null ? null : value.select(index),
        estimateGradient == null ? null : estimateGradient.select(index),
        gradient == null ? null : gradient.select(index),
        readings == null ? null : readings.select(index));
  }
}
