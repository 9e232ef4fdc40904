package io.github.tiltbench.benchmarks.trial;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.network.NetworkWeights;
import io.github.tiltbench.engine.network.TrainedNetwork;
import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.verifier.Verifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The calls to engine and verifier that a trial makes, and nothing else: what it would cost at
 * best. Inputs and the arrays that answers are read to are made beforehand: a baseline that
 * allocates what trials do not would flatter them.
 */
final class Bare implements AutoCloseable {
  /** Rows of one forward, as in trials. */
  private static final int MOST_ROWS = 64;

  private static final float TIMESTEP = 500;

  /** What is called. */
  enum Kind {
    /** The network forward. */
    FORWARD,
    /** The network forward and a gradient back through it. */
    GRADIENT,
    /** The verifier. */
    SCORE,
    /** The verifier with its gradient. */
    SLOPE
  }

  /** One call on a batch of some rows. */
  record Call(Kind kind, int rows) {}

  private final TorchModule module;
  private final int[] item;
  private final Verifier verifier;
  private final Condition prompt;
  private final Map<Integer, Batch.Reals> batches = new HashMap<>();
  private final Map<Integer, Tensor[]> inputs = new HashMap<>();

  /** Where answers are read to, by rows: made once, since trials too read them in place. */
  private final Map<Long, float[]> outputs = new HashMap<>();

  /** Loads a network; it may then be called for a class. */
  Bare(Path network, Verifier verifier, String prompt) {
    TrainedNetwork trained = NetworkWeights.of(network).open();
    module = trained.load();
    item = trained.item();
    this.verifier = verifier;
    this.prompt = new Condition(prompt);
  }

  /** Makes the inputs of calls. */
  void prepare(List<Call> calls) {
    for (Call call : calls) {
      batches.computeIfAbsent(call.rows, this::batch);
      for (int from = 0; from < call.rows; from += MOST_ROWS) {
        inputs.computeIfAbsent(Math.min(MOST_ROWS, call.rows - from), this::inputs);
      }
    }
  }

  /** Makes the calls, with the memory that a chain would have. */
  void run(List<Call> calls) {
    try (Arena.Steps steps = Arena.steps()) {
      for (Call call : calls) {
        steps.next();
        switch (call.kind) {
          case FORWARD, GRADIENT -> network(call);
          case SCORE -> verifier.score(batches.get(call.rows), conditions(call.rows));
          case SLOPE -> verifier.gradient(batches.get(call.rows), conditions(call.rows));
        }
      }
    }
  }

  private void network(Call call) {
    for (int from = 0; from < call.rows; from += MOST_ROWS) {
      Tensor[] arguments = inputs.get(Math.min(MOST_ROWS, call.rows - from));
      float[] read = outputs.get(arguments[0].shape()[0]);
      if (call.kind == Kind.FORWARD) {
        module.forward(output -> output.get(read), arguments);
      } else {
        try (TorchModule.Trace trace = module.trace(arguments)) {
          trace.output(output -> output.get(read));
          trace.pullback(read, gradient -> gradient.get(read));
        }
      }
    }
  }

  private Condition[] conditions(int rows) {
    Condition[] conditions = new Condition[rows];
    Arrays.fill(conditions, prompt);
    return conditions;
  }

  private Batch.Reals batch(int rows) {
    int width = Tensor.size(Arrays.stream(item).asLongStream().toArray());
    double[] data = new double[rows * width];
    new Seed(1).noise(Purpose.PRIOR, 0).normals(0, data, 0, data.length);
    return new Batch.Reals(data, item);
  }

  private Tensor[] inputs(int rows) {
    double[] data = batch(rows).data();
    float[] states = new float[data.length];
    for (int i = 0; i < data.length; i++) {
      states[i] = (float) data[i];
    }
    outputs.put((long) rows, new float[states.length]);
    float[] steps = new float[rows];
    Arrays.fill(steps, TIMESTEP);
    long[] shape = new long[item.length + 1];
    Arrays.setAll(shape, d -> d == 0 ? rows : item[d - 1]);
    return new Tensor[] {
      new Tensor.Floats(states, shape),
      new Tensor.Floats(steps, rows),
      new Tensor.Longs(new long[rows], rows)
    };
  }

  @Override
  public void close() {
    module.close();
    verifier.close();
  }
}
