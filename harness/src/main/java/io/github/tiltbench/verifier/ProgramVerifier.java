package io.github.tiltbench.verifier;

import io.github.tiltbench.config.Json;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.engine.Frame;
import io.github.tiltbench.engine.program.RunningProgram;
import io.github.tiltbench.particle.Arena;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The scores that a program gives. */
final class ProgramVerifier implements Verifier {
  private static final String OUTPUT = "output";
  private static final String GRADIENT = "gradient";

  private final RunningProgram program;
  private final ProgramReward.Said said;
  private final boolean differentiable;
  private final Runnable end;

  /**
   * A verifier.
   *
   * @param end what closing it does
   */
  ProgramVerifier(
      RunningProgram program, ProgramReward.Said said, boolean differentiable, Runnable end) {
    this.program = program;
    this.said = said;
    this.differentiable = differentiable;
    this.end = end;
  }

  @Override
  public boolean batched() {
    return said.batched();
  }

  @Override
  public boolean differentiable() {
    return differentiable;
  }

  @Override
  public double[] score(Batch clean, Condition[] condition) {
    Batch.Reals x = (Batch.Reals) clean;
    double[] score = new double[x.size()];
    for (int from = 0; from < score.length; from += said.rows()) {
      int count = Math.min(said.rows(), score.length - from);
      Map<String, double[]> answer =
          program.ask(
              "score",
              fields(condition, from, count),
              Map.of("x", rows(x, from, count)),
              count,
              Map.of(OUTPUT, new long[] {count}));
      System.arraycopy(answer.get(OUTPUT), 0, score, from, count);
    }
    return score;
  }

  @Override
  public Gradient gradient(Batch.Reals clean, Condition[] condition) {
    if (!differentiable) {
      return Verifier.super.gradient(clean, condition);
    }
    double[] score = new double[clean.size()];
    double[] gradient = Arena.doubles(clean.data().length);
    for (int from = 0; from < score.length; from += said.rows()) {
      int count = Math.min(said.rows(), score.length - from);
      double[] ones = new double[count];
      Arrays.fill(ones, 1);
      Frame.Values x = rows(clean, from, count);
      Map<String, Frame.Values> tensors = new LinkedHashMap<>();
      tensors.put("x", x);
      tensors.put("cotangent", new Frame.Values(ones, program.single(), count));
      Map<String, String> fields = fields(condition, from, count);
      fields.put("of", "score");
      Map<String, long[]> wanted = Map.of(OUTPUT, new long[] {count}, GRADIENT, x.shape());
      Map<String, double[]> answer = program.ask("vjp", fields, tensors, count, wanted);
      System.arraycopy(answer.get(OUTPUT), 0, score, from, count);
      int at = from * clean.width();
      System.arraycopy(answer.get(GRADIENT), 0, gradient, at, count * clean.width());
    }
    return new Gradient(score, new Batch.Reals(gradient, clean.item()));
  }

  private static Map<String, String> fields(Condition[] condition, int from, int count) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("conditions", Json.canonical(TorchScriptReward.texts(condition, from, count)));
    return fields;
  }

  private Frame.Values rows(Batch.Reals x, int from, int count) {
    long[] shape = new long[x.item().length + 1];
    Arrays.setAll(shape, d -> d == 0 ? count : x.item()[d - 1]);
    int width = x.width();
    double[] data = Arrays.copyOfRange(x.data(), from * width, (from + count) * width);
    return new Frame.Values(data, program.single(), shape);
  }

  @Override
  public void close() {
    end.run();
  }
}
