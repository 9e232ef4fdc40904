package io.github.tiltbench.model;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.PredictionType;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.Frame;
import io.github.tiltbench.engine.program.RunningProgram;
import io.github.tiltbench.particle.Arena;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The clean estimate of a denoiser that is a program, with classifier-free guidance.
 *
 * <p>The program is a function without memory: a derivative is asked for with the states it is
 * wanted at, and computes them again.
 */
final class ProgramDenoiser implements Denoiser {
  private static final String OUTPUT = "output";
  private static final String GRADIENT = "gradient";

  private final RunningProgram program;
  private final int most;
  private final boolean batched;
  private final PredictionType type;
  private final GaussianProcess process;
  private final StateSpace.Euclidean space;
  private final ClassifierFreeGuidance guidance;
  private final boolean differentiable;
  private final Runnable end;
  private Cost odometer = Cost.ZERO;

  /**
   * A denoiser.
   *
   * @param end what closing it does
   */
  ProgramDenoiser(
      RunningProgram program, ProgramModel.Said said, ProgramModel model, Runnable end) {
    this.program = program;
    this.guidance = ClassifierFreeGuidance.of(model.guidance());
    this.most = said.rows() / guidance.rows();
    this.batched = said.batched();
    this.type = model.process().predictionType();
    this.process = model.reverse();
    this.space = model.space();
    this.differentiable = model.gradient();
    this.end = end;
  }

  @Override
  public StateSpace space() {
    return space;
  }

  @Override
  public boolean batched() {
    return batched;
  }

  @Override
  public boolean differentiable() {
    return differentiable;
  }

  @Override
  public int rowsPerParticle() {
    return guidance.rows();
  }

  @Override
  public Cost odometer() {
    return odometer;
  }

  @Override
  public Prediction.Mean denoise(Batch x, int[] level, Condition[] condition) {
    Batch.Reals states = (Batch.Reals) x;
    double[] clean = Arena.doubles(states.data().length);
    outputs(states, level, condition, (part, output) -> part.clean(output, guidance, clean));
    return new Prediction.Mean(new Batch.Reals(clean, states.item()));
  }

  @Override
  public List<Prediction> contrast(Batch x, int[] level, Condition[] condition) {
    if (rowsPerParticle() != 2) {
      return Denoiser.super.contrast(x, level, condition);
    }
    Batch.Reals states = (Batch.Reals) x;
    double[] asked = Arena.doubles(states.data().length);
    double[] guided = Arena.doubles(states.data().length);
    outputs(
        states,
        level,
        condition,
        (part, output) -> {
          part.clean(output, guidance.asLearnt(), asked);
          part.clean(output, guidance, guided);
        });
    return List.of(
        new Prediction.Mean(new Batch.Reals(asked, states.item())),
        new Prediction.Mean(new Batch.Reals(guided, states.item())));
  }

  /** What the program puts out for some states, message by message. */
  private void outputs(
      Batch.Reals x, int[] level, Condition[] condition, BiConsumer<Part, double[]> use) {
    for (int from = 0; from < x.size(); from += most) {
      Part part = new Part(x, level, from, Math.min(most, x.size() - from));
      use.accept(part, part.ask("denoise", part.fields(condition), part.tensors()).get(OUTPUT));
    }
    odometer = odometer.plus(Cost.of(x.size(), (long) x.size() * rowsPerParticle(), 0));
  }

  @Override
  public Linearised linearise(Batch x, int[] level, Condition[] condition) {
    if (!differentiable) {
      return Denoiser.super.linearise(x, level, condition);
    }
    Batch.Reals states = (Batch.Reals) x;
    Prediction.Mean mean = denoise(x, level, condition);
    return new Linearised() {
      @Override
      public Prediction prediction() {
        return mean;
      }

      @Override
      public Batch.Reals pullback(Batch.Reals cotangent) {
        double[] gradient = Arena.doubles(states.data().length);
        for (int from = 0; from < states.size(); from += most) {
          Part part = new Part(states, level, from, Math.min(most, states.size() - from));
          part.pullback(condition, cotangent.data(), gradient);
        }
        odometer = odometer.plus(new Cost(0, 0, states.size(), 0, 0));
        return new Batch.Reals(gradient, states.item());
      }
    };
  }

  @Override
  public void close() {
    end.run();
  }

  /** Particles that share a message: rows with the condition, then the same without. */
  private final class Part {
    private final Batch.Reals x;
    private final int[] level;
    private final int from;
    private final int count;
    private final int width;

    Part(Batch.Reals x, int[] level, int from, int count) {
      this.x = x;
      this.level = level;
      this.from = from;
      this.count = count;
      this.width = x.width();
    }

    private int rows() {
      return guidance.rows() * count;
    }

    private double alphaBar(int i) {
      return process.alphaBar(level[from + i]);
    }

    Map<String, double[]> ask(
        String kind, Map<String, String> fields, Map<String, Frame.Values> tensors) {
      Map<String, long[]> wanted = new LinkedHashMap<>();
      wanted.put(OUTPUT, shape());
      if (tensors.containsKey("cotangent")) {
        wanted.put(GRADIENT, shape());
      }
      return program.ask(kind, fields, tensors, rows(), wanted);
    }

    Map<String, String> fields(Condition[] condition) {
      List<String> texts =
          Arrays.stream(guidance.conditions(condition, from, count)).map(Condition::text).toList();
      Map<String, String> fields = new LinkedHashMap<>();
      fields.put("conditions", Json.canonical(texts));
      return fields;
    }

    /** The states as the denoiser is given them, and where on the chain they are. */
    Map<String, Frame.Values> tensors() {
      double[] scaled = new double[rows() * width];
      double[] time = new double[rows()];
      double[] alphaBar = new double[rows()];
      for (int row = 0; row < rows(); row++) {
        int i = row % count;
        time[row] = process.time(level[from + i]);
        alphaBar[row] = alphaBar(i);
        double factor = type.inputFactor(alphaBar[row]);
        for (int k = 0; k < width; k++) {
          scaled[row * width + k] = factor * x.data()[(from + i) * width + k];
        }
      }
      Map<String, Frame.Values> tensors = new LinkedHashMap<>();
      tensors.put("x", new Frame.Values(scaled, program.single(), shape()));
      tensors.put("time", new Frame.Values(time, false, rows()));
      tensors.put("alpha_bar", new Frame.Values(alphaBar, false, rows()));
      return tensors;
    }

    private long[] shape() {
      long[] shape = new long[x.item().length + 1];
      Arrays.setAll(shape, d -> d == 0 ? rows() : x.item()[d - 1]);
      return shape;
    }

    /** Clean estimates from the program's output. */
    void clean(double[] output, ClassifierFreeGuidance guidance, double[] clean) {
      int start = from * width;
      for (int i = 0; i < count; i++) {
        int at = start + i * width;
        type.clean(
            alphaBar(i),
            x.data(),
            at,
            at + width,
            k -> guidance.output(output, k - start, count * width),
            clean);
      }
    }

    /** The gradient of the clean estimate: through the program, and directly in the state. */
    void pullback(Condition[] condition, double[] cotangent, double[] gradient) {
      double[] ofOutput = new double[rows() * width];
      for (int i = 0; i < count; i++) {
        double factor = type.outputFactor(alphaBar(i));
        for (int k = i * width; k < (i + 1) * width; k++) {
          guidance.pullback(factor * cotangent[from * width + k], k, count * width, ofOutput);
        }
      }
      Map<String, Frame.Values> tensors = tensors();
      tensors.put("cotangent", new Frame.Values(ofOutput, program.single(), shape()));
      Map<String, String> fields = fields(condition);
      fields.put("of", "denoise");
      double[] through = ask("vjp", fields, tensors).get(GRADIENT);
      for (int i = 0; i < count; i++) {
        double ofState = type.stateFactor(alphaBar(i));
        double ofInput = type.inputFactor(alphaBar(i));
        for (int k = i * width; k < (i + 1) * width; k++) {
          int to = from * width + k;
          gradient[to] = ofState * cotangent[to];
          for (int copy = 0; copy < guidance.rows(); copy++) {
            gradient[to] += ofInput * through[copy * count * width + k];
          }
        }
      }
    }
  }
}
