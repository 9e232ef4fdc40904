package io.github.tiltbench.benchmarks.trial;

import io.github.tiltbench.engine.Archive;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Native arrays after a long chain. The collector never frees one, so a leak of one a step is a
 * count that grows with the steps. The network is one operation: it is the wrapper that could leak.
 */
@State(Scope.Thread)
public class LiveArraysBenchmark {
  private static final int ROWS = 16;
  private static final int WIDTH = 784;

  /** Steps of the chain; each a forward and a gradient. */
  @Param("10000")
  public int length;

  private TorchModule module;
  private float[] state;

  /** Counts of native arrays and scopes. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Arrays {
    /** Before the chain; at least one, so that there is a ratio. */
    public long before;

    /** After it. */
    public long after;
  }

  /** Loads a module with one parameter. */
  @Setup
  public void setUp() {
    module =
        TorchModule.load(
            new Archive("Steady")
                .parameter("scale", new Tensor.Floats(new float[] {0.99f}, 1))
                .method("forward", "x: Tensor", "Tensor", "    return torch.tanh(x) * self.scale\n")
                .bytes());
    state = new float[ROWS * WIDTH];
  }

  /** Closes it. */
  @TearDown
  public void tearDown() {
    module.close();
  }

  /** One chain. */
  @Benchmark
  public float[] chain(Arrays arrays) {
    arrays.before += 1 + module.liveArrays();
    float[] x = state;
    for (int step = 0; step < length; step++) {
      Tensor input = new Tensor.Floats(x, ROWS, WIDTH);
      float[] next = module.forward(input).get(0).data();
      try (TorchModule.Trace trace = module.trace(input)) {
        x = trace.pullback(next).data();
      }
    }
    arrays.after += 1 + module.liveArrays();
    return x;
  }
}
