package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.engine.Embeddings;
import io.github.tiltbench.engine.KeptInputs;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.particle.Arena;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The scores of a reward network. */
final class TorchScriptVerifier implements Verifier {
  private final TorchModule module;
  private final Optional<Embeddings> embeddings;
  private final boolean differentiable;
  private final KeptInputs<List<String>> kept;

  TorchScriptVerifier(TorchModule module, Optional<Embeddings> embeddings, boolean differentiable) {
    this.module = module;
    this.embeddings = embeddings;
    this.differentiable = differentiable;
    this.kept = new KeptInputs<>(module);
  }

  @Override
  public double[] score(Batch clean, Condition[] condition) {
    Batch.Reals states = (Batch.Reals) clean;
    double[] score = new double[states.size()];
    for (int from = 0; from < score.length; from += NetworkRows.MICRO_BATCH) {
      Tensor[] inputs = inputs(states, condition, from);
      read(module.forward(inputs).get(0), inputs, from, score);
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
    for (int from = 0; from < score.length; from += NetworkRows.MICRO_BATCH) {
      Tensor[] inputs = inputs(clean, condition, from);
      try (TorchModule.Trace trace = module.trace(inputs)) {
        Tensor.Floats output = trace.output();
        read(output, inputs, from, score);
        float[] ones = new float[output.data().length];
        Arrays.fill(ones, 1);
        int at = from * clean.width();
        trace.pullback(ones, values -> NetworkRows.put(values, gradient, at));
      }
    }
    return new Gradient(score, new Batch.Reals(gradient, clean.item()));
  }

  @Override
  public void close() {
    module.close();
  }

  private Tensor[] inputs(Batch.Reals states, Condition[] condition, int from) {
    Tensor x = NetworkRows.of(states, from);
    int count = (int) x.shape()[0];
    return embeddings
        .map(e -> new Tensor[] {x, rows(e, TorchScriptReward.texts(condition, from, count))})
        .orElseGet(() -> new Tensor[] {x});
  }

  private Tensor rows(Embeddings embeddings, List<String> texts) {
    return kept.of(texts, () -> List.of(embeddings.rows(texts))).get(0);
  }

  private static void read(Tensor.Floats output, Tensor[] inputs, int from, double[] score) {
    long rows = inputs[0].shape()[0];
    if (output.data().length != rows) {
      throw new IllegalArgumentException(
          "the reward network gives the shape "
              + Arrays.toString(output.shape())
              + " for "
              + rows
              + " rows: one score a row is wanted");
    }
    NetworkRows.put(FloatBuffer.wrap(output.data()), score, from);
  }
}
