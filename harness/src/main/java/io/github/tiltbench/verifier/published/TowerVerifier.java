package io.github.tiltbench.verifier.published;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.verifier.Verifier;
import java.util.Arrays;

/** Scores of the features that a network sees in images. */
final class TowerVerifier implements Verifier {
  /** Rows of one forward; more gain nothing. */
  private static final int ROWS = 8;

  /** Rows of one that keeps its graph on a CPU: a ViT-L/14 of 224 pixels takes 0.5 GB for each. */
  private static final int TRACED = 2;

  private final Pixels.Input input;
  private final boolean differentiable;
  private final Shared<TorchModule> network;
  private final FeatureHead head;

  TowerVerifier(
      Pixels.Input input, boolean differentiable, Shared<TorchModule> network, FeatureHead head) {
    this.input = input;
    this.differentiable = differentiable;
    this.network = network;
    this.head = head;
  }

  @Override
  public double[] score(Batch clean, Condition[] condition) {
    Batch.Reals states = (Batch.Reals) clean;
    double[] score = new double[states.size()];
    for (int from = 0; from < score.length; from += ROWS) {
      int count = Math.min(ROWS, score.length - from);
      Tensor.Floats features = network.get().forward(input.of(states, from, count)).get(0);
      for (int i = 0; i < count; i++) {
        score[from + i] = head.score(row(features.data(), i, count), condition[from + i]);
      }
    }
    return score;
  }

  @Override
  public boolean batched() {
    return true;
  }

  @Override
  public boolean differentiable() {
    return differentiable;
  }

  @Override
  public Gradient gradient(Batch.Reals clean, Condition[] condition) {
    if (!differentiable) {
      return Verifier.super.gradient(clean, condition);
    }
    double[] score = new double[clean.size()];
    double[] gradient = Arena.doubles(clean.data().length);
    int most = Torch.onGpu() ? ROWS : TRACED;
    for (int from = 0; from < score.length; from += most) {
      int count = Math.min(most, score.length - from);
      try (TorchModule.Trace trace = network.get().trace(input.of(clean, from, count))) {
        float[] features = trace.output().data();
        float[] cotangent = new float[features.length];
        for (int i = 0; i < count; i++) {
          float[] own = row(features, i, count);
          score[from + i] = head.score(own, condition[from + i]);
          float[] slope = head.slope(own, condition[from + i]);
          System.arraycopy(slope, 0, cotangent, i * slope.length, slope.length);
        }
        float[] pixels = trace.pullback(cotangent).data();
        for (int i = 0; i < count; i++) {
          input.back(row(pixels, i, count), clean.data(), from + i, gradient);
        }
      }
    }
    return new Gradient(score, new Batch.Reals(gradient, clean.item()));
  }

  private static float[] row(float[] all, int row, int rows) {
    int width = all.length / rows;
    return Arrays.copyOfRange(all, row * width, (row + 1) * width);
  }

  @Override
  public void close() {
    network.close();
    head.close();
  }
}
