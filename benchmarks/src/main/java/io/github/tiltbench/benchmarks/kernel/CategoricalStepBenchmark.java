package io.github.tiltbench.benchmarks.kernel;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.MaskedProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.diffusion.TokenLogits;
import io.github.tiltbench.diffusion.Vocabulary;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The law of a step of tokens; a state's numbers are its log-probabilities. */
@State(Scope.Thread)
public class CategoricalStepBenchmark {
  /** Particles and log-probabilities a state: positions times tokens. */
  @Param({"16x2", "100000x2", "64x784", "1000x784", "16x16384"})
  public String shape;

  private StepLaw law;
  private Batch next;
  private Noise noise;

  /** Draws probabilities and next states; as many positions as tokens, or one of two. */
  @Setup
  public void setUp() {
    Shape size = Shape.of(shape);
    int tokens = size.width() == 2 ? 2 : (int) Math.sqrt(size.width());
    StateSpace.Sequence space =
        new StateSpace.Sequence(size.width() / tokens, Vocabulary.ids(tokens));
    MaskedProcess process = new MaskedProcess(space, 1);
    double[] normals = size.normals(1).data();
    List<TokenLogits> rows = new ArrayList<>();
    for (int from = 0; from < normals.length; from += size.width()) {
      double[][] log = new double[space.length()][tokens];
      for (int position = 0; position < log.length; position++) {
        int at = from + position * tokens;
        double sum = Arrays.stream(normals, at, at + tokens).map(Math::exp).sum();
        Arrays.setAll(log[position], v -> normals[at + v] - Math.log(sum));
      }
      rows.add(TokenLogits.exact(log));
    }
    noise = new Seed(1).noise(Purpose.STEP, 1);
    Batch.Tokens masks = (Batch.Tokens) process.prior(rows.size(), noise);
    law = process.law(masks, 1, new Prediction.Logits(masks, space, rows));
    next = law.sample(noise);
  }

  /** One draw a particle. */
  @Benchmark
  public Batch sample() {
    return law.sample(noise);
  }

  /** The log-probability of one state a particle. */
  @Benchmark
  public double[] logDensity() {
    return law.logDensity(next);
  }
}
