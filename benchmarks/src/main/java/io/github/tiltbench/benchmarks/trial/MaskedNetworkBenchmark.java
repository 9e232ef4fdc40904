package io.github.tiltbench.benchmarks.trial;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.study.Cell;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The model of clauses: the head is computed at masked positions alone. */
@State(Scope.Thread)
public class MaskedNetworkBenchmark {
  private static final int LENGTH = 20;

  /** Sequences a call. */
  @Param({"1", "8", "64"})
  public int batch;

  /** Masked positions of a sequence of 20. */
  @Param({"1", "10", "20"})
  public int masks;

  private Denoiser denoiser;
  private Batch states;
  private int[] levels;
  private Condition[] conditions;

  /** Loads the network and masks the ends of sequences of one token. */
  @Setup
  public void setUp() {
    Cell cell = Workload.CLAUSES.cell("pretrained", LENGTH, 1, LENGTH);
    denoiser = cell.model().spec().open();
    StateSpace.Sequence space = (StateSpace.Sequence) cell.model().spec().space();
    int[] tokens = new int[batch * LENGTH];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = i % LENGTH >= LENGTH - masks ? space.mask() : i / LENGTH % space.tokens();
    }
    states = new Batch.Tokens(tokens, LENGTH);
    levels = new int[batch];
    Arrays.fill(levels, masks);
    conditions = new Condition[batch];
    Arrays.fill(conditions, Condition.NONE);
  }

  /** Closes the network. */
  @TearDown
  public void tearDown() {
    denoiser.close();
  }

  /** A prediction. */
  @Benchmark
  public Prediction forward() {
    return denoiser.denoise(states, levels, conditions);
  }
}
