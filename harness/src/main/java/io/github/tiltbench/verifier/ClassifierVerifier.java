package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.network.TrainedNetwork;
import io.github.tiltbench.particle.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A classifier's opinion of whether an image is what was asked for. */
final class ClassifierVerifier implements Verifier {
  private final TorchModule module;
  private final List<String> labels;
  private final Classifier.Output output;
  private final Optional<String> asked;

  ClassifierVerifier(TrainedNetwork trained, Classifier.Output output, Optional<String> asked) {
    this.module = trained.load();
    this.labels = trained.labels();
    this.output = output;
    this.asked = asked;
  }

  @Override
  public double[] score(Batch clean, Condition[] condition) {
    Batch.Reals images = (Batch.Reals) clean;
    double[] score = new double[images.size()];
    for (int from = 0; from < score.length; from += NetworkRows.MICRO_BATCH) {
      Tensor input = NetworkRows.of(images, from);
      read(module.forward(input).get(0).data(), condition, from, score);
    }
    return score;
  }

  @Override
  public boolean batched() {
    return true;
  }

  @Override
  public boolean differentiable() {
    return output == Classifier.Output.LOG_PROBABILITY;
  }

  @Override
  public Gradient gradient(Batch.Reals clean, Condition[] condition) {
    if (!differentiable()) {
      return Verifier.super.gradient(clean, condition);
    }
    double[] score = new double[clean.size()];
    double[] gradient = Arena.doubles(clean.data().length);
    for (int from = 0; from < score.length; from += NetworkRows.MICRO_BATCH) {
      try (TorchModule.Trace trace = module.trace(NetworkRows.of(clean, from))) {
        float[] log = trace.output().data();
        read(log, condition, from, score);
        float[] cotangent = new float[log.length];
        for (int i = 0; i < log.length / labels.size(); i++) {
          cotangent[i * labels.size() + label(condition[from + i])] = 1;
        }
        int at = from * clean.width();
        trace.pullback(cotangent, values -> NetworkRows.put(values, gradient, at));
      }
    }
    return new Gradient(score, new Batch.Reals(gradient, clean.item()));
  }

  @Override
  public void close() {
    module.close();
  }

  private void read(float[] log, Condition[] condition, int from, double[] score) {
    int classes = labels.size();
    for (int i = 0; i < log.length / classes; i++) {
      float[] row = Arrays.copyOfRange(log, i * classes, (i + 1) * classes);
      int asked = label(condition[from + i]);
      score[from + i] =
          switch (output) {
            case LOG_PROBABILITY -> row[asked];
            case ACCURACY -> isLargest(row, asked) ? 1 : 0;
          };
    }
  }

  private static boolean isLargest(float[] values, int index) {
    for (float value : values) {
      if (value > values[index]) {
        return false;
      }
    }
    return true;
  }

  private int label(Condition condition) {
    String name = asked.orElse(condition.text());
    int index = labels.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "the classifier has no class " + name + ", only " + labels);
    }
    return index;
  }
}
