package io.github.tiltbench.model;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.PredictionType;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.KeptInputs;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.network.TrainedNetwork;
import io.github.tiltbench.particle.Arena;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The clean estimate of a conditional network, with classifier-free guidance.
 *
 * <p>All rows of a particle go through the network in one forward. A condition is what a {@link
 * Conditioning} knows, such as the name of a class, or {@link Condition#NONE}.
 *
 * <p>Rows go through in micro-batches, so memory does not grow with the batch in {@link #denoise}.
 * {@link #linearise} keeps the graphs of all its rows until closed, about 1.5 MB a row for the
 * networks shipped here.
 */
final class NetworkDenoiser implements Denoiser {
  /** Rows of one forward of a small network. */
  private static final int MICRO_BATCH = 64;

  private final TorchModule module;
  private final Conditioning conditioning;
  private final KeptInputs<List<Condition>> kept;
  private final PredictionType type;
  private final GaussianProcess process;
  private final ClassifierFreeGuidance guidance;
  private final StateSpace.Euclidean space;
  private final int rows;
  private Cost odometer = Cost.ZERO;

  /** What the network is given for the conditions of some rows. */
  interface Conditioning extends AutoCloseable {
    /** Inputs of one row a condition; {@link Condition#NONE} is one. */
    List<? extends Tensor> rows(Condition[] condition);

    @Override
    default void close() {}
  }

  NetworkDenoiser(
      TrainedNetwork trained,
      Precision precision,
      PredictionType type,
      GaussianProcess process,
      double guidance) {
    this(
        trained.load(precision),
        new StateSpace.Euclidean(trained.item()),
        classes(trained.labels()),
        type,
        process,
        guidance);
  }

  /** As many rows in one forward as are best for small networks. */
  NetworkDenoiser(
      TorchModule module,
      StateSpace.Euclidean space,
      Conditioning conditioning,
      PredictionType type,
      GaussianProcess process,
      double guidance) {
    this(
        module,
        space,
        conditioning,
        type,
        process,
        ClassifierFreeGuidance.of(guidance),
        MICRO_BATCH);
  }

  /**
   * A denoiser.
   *
   * @param rows of one forward, at most; at least those of one particle are taken
   */
  NetworkDenoiser(
      TorchModule module,
      StateSpace.Euclidean space,
      Conditioning conditioning,
      PredictionType type,
      GaussianProcess process,
      ClassifierFreeGuidance guidance,
      int rows) {
    this.module = module;
    this.space = space;
    this.conditioning = conditioning;
    this.kept = new KeptInputs<>(module);
    this.type = type;
    this.process = process;
    this.guidance = guidance;
    this.rows = rows;
  }

  /** Numbers of classes; the one after the last is no class. */
  static Conditioning classes(List<String> labels) {
    return condition -> {
      long[] rows = new long[condition.length];
      Arrays.setAll(rows, row -> label(labels, condition[row]));
      return List.of(new Tensor.Longs(rows, rows.length));
    };
  }

  private static long label(List<String> labels, Condition condition) {
    if (condition.equals(Condition.NONE)) {
      return labels.size();
    }
    int index = labels.indexOf(condition.text());
    if (index < 0) {
      throw new IllegalArgumentException(
          "the model has no class " + condition.text() + ", only " + labels);
    }
    return index;
  }

  @Override
  public StateSpace space() {
    return space;
  }

  @Override
  public boolean batched() {
    return true;
  }

  @Override
  public boolean differentiable() {
    return true;
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
    for (Part part : parts(states, level, condition)) {
      module.forward(output -> part.clean(output, guidance, clean), part.inputs());
    }
    charge(states.size());
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
    for (Part part : parts(states, level, condition)) {
      module.forward(
          output -> {
            part.clean(output, guidance.asLearnt(), asked);
            part.clean(output, guidance, guided);
          },
          part.inputs());
    }
    charge(states.size());
    return List.of(
        new Prediction.Mean(new Batch.Reals(asked, states.item())),
        new Prediction.Mean(new Batch.Reals(guided, states.item())));
  }

  @Override
  public Linearised linearise(Batch x, int[] level, Condition[] condition) {
    Batch.Reals states = (Batch.Reals) x;
    Graphs graphs = new Graphs(states, parts(states, level, condition));
    charge(states.size());
    return graphs;
  }

  private void charge(int particles) {
    odometer = odometer.plus(Cost.of(particles, (long) particles * rowsPerParticle(), 0));
  }

  @Override
  public void close() {
    conditioning.close();
    module.close();
  }

  private List<Part> parts(Batch.Reals x, int[] level, Condition[] condition) {
    List<Part> parts = new ArrayList<>();
    int step = Math.max(1, rows / rowsPerParticle());
    for (int from = 0; from < x.size(); from += step) {
      parts.add(new Part(x, level, condition, from, Math.min(step, x.size() - from)));
    }
    return parts;
  }

  /** Particles that share a forward: rows with the class asked for, then the same without class. */
  private final class Part {
    private final Batch.Reals x;
    private final int[] level;
    private final Condition[] condition;
    private final int from;
    private final int count;

    Part(Batch.Reals x, int[] level, Condition[] condition, int from, int count) {
      this.x = x;
      this.level = level;
      this.condition = condition;
      this.from = from;
      this.count = count;
    }

    Tensor[] inputs() {
      float[] times = new float[guidance.rows() * count];
      for (int row = 0; row < times.length; row++) {
        times[row] = (float) process.time(level[from + row % count]);
      }
      List<Tensor> inputs = new ArrayList<>();
      inputs.add(states());
      inputs.add(new Tensor.Floats(times, times.length));
      Condition[] asked = guidance.conditions(condition, from, count);
      inputs.addAll(kept.of(List.of(asked), () -> conditioning.rows(asked)));
      return inputs.toArray(Tensor[]::new);
    }

    /** The states as the network is given them. */
    private Tensor states() {
      int width = x.width();
      double[] scaled = Arena.doubles(count * width);
      for (int i = 0; i < count; i++) {
        double factor = inputFactor(i);
        for (int k = i * width; k < (i + 1) * width; k++) {
          scaled[k] = factor * x.data()[from * width + k];
        }
      }
      return new Tensor.Rounded(scaled, 0, guidance.rows(), shape());
    }

    private double inputFactor(int i) {
      return type.inputFactor(process.alphaBar(level[from + i]));
    }

    /** Of what goes into the network and comes out of it. */
    private long[] shape() {
      long[] shape = new long[x.item().length + 1];
      Arrays.setAll(shape, d -> d == 0 ? (long) guidance.rows() * count : x.item()[d - 1]);
      return shape;
    }

    /** Clean estimates from the network's output. */
    void clean(FloatBuffer output, ClassifierFreeGuidance guidance, double[] clean) {
      int width = x.width();
      int start = from * width;
      for (int i = from; i < from + count; i++) {
        double scale = guidance.scale(output, i * width - start, count * width, width);
        type.clean(
            process.alphaBar(level[i]),
            x.data(),
            i * width,
            (i + 1) * width,
            at -> scale * guidance.output(output, at - start, count * width),
            clean);
      }
    }

    /** The cotangent of the network's output. */
    Tensor outputCotangent(double[] cotangent, FloatBuffer output) {
      int width = x.width();
      double[] result = Arena.doubles(guidance.rows() * count * width);
      for (int i = 0; i < count; i++) {
        double ofOutput = type.outputFactor(process.alphaBar(level[from + i]));
        int at = i * width;
        guidance.pullback(
            k -> ofOutput * cotangent[from * width + at + k],
            output,
            at,
            count * width,
            width,
            result);
      }
      return new Tensor.Rounded(result, 0, 1, shape());
    }

    /** Adds the network's part and the direct part of the pullback. */
    void gather(FloatBuffer fromNetwork, double[] cotangent, double[] gradient) {
      int width = x.width();
      for (int i = 0; i < count; i++) {
        double ofState = type.stateFactor(process.alphaBar(level[from + i]));
        double ofInput = inputFactor(i);
        for (int k = 0; k < width; k++) {
          int at = i * width + k;
          int to = from * width + at;
          gradient[to] = ofState * cotangent[to];
          for (int row = 0; row < guidance.rows(); row++) {
            gradient[to] += ofInput * fromNetwork.get(row * count * width + at);
          }
        }
      }
    }
  }

  /** Forward passes whose graphs wait for a cotangent. */
  private final class Graphs implements Linearised {
    private final Batch.Reals x;
    private final List<Part> parts;
    private final List<TorchModule.Trace> traces = new ArrayList<>();
    private final Prediction.Mean mean;

    Graphs(Batch.Reals x, List<Part> parts) {
      this.x = x;
      this.parts = parts;
      double[] clean = Arena.doubles(x.data().length);
      try {
        for (Part part : parts) {
          TorchModule.Trace trace = module.trace(part.inputs());
          traces.add(trace);
          trace.output(output -> part.clean(output, guidance, clean));
        }
      } catch (RuntimeException e) {
        close();
        throw e;
      }
      mean = new Prediction.Mean(new Batch.Reals(clean, x.item()));
    }

    @Override
    public Prediction prediction() {
      return mean;
    }

    @Override
    public Batch.Reals pullback(Batch.Reals cotangent) {
      double[] gradient = Arena.doubles(x.data().length);
      for (int i = 0; i < parts.size(); i++) {
        Part part = parts.get(i);
        double[] u = cotangent.data();
        TorchModule.Trace trace = traces.get(i);
        FloatBuffer output =
            guidance.rescale() > 0
                ? FloatBuffer.wrap(trace.output().data())
                : FloatBuffer.allocate(0);
        trace.pullback(part.outputCotangent(u, output), pulled -> part.gather(pulled, u, gradient));
      }
      odometer = odometer.plus(new Cost(0, 0, x.size(), 0, 0));
      return new Batch.Reals(gradient, x.item());
    }

    @Override
    public void close() {
      traces.forEach(TorchModule.Trace::close);
      traces.clear();
    }
  }
}
