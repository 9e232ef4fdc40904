package io.github.tiltbench.run;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.smc.BootstrapSmc;
import io.github.tiltbench.algorithm.smc.OutputRule;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.MaskedProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.Archive;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.program.Program;
import io.github.tiltbench.engine.program.ProgramFile;
import io.github.tiltbench.model.EnumeratedLaw;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.verifier.ProgramReward;
import io.github.tiltbench.verifier.ScoreRange;
import io.github.tiltbench.verifier.Verifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Small runs whose answers are known, for a machine that nobody has tried yet. */
public final class SelfTest {
  private static final int POPULATIONS = 400;
  private static final int PARTICLES = 16;

  private SelfTest() {}

  /**
   * A measured number beside the true one.
   *
   * @param value measured
   * @param truth known
   * @param tolerance largest difference that passes
   */
  public record Check(double value, double truth, double tolerance) {
    /** Whether the two agree. */
    public boolean passes() {
      return Math.abs(value - truth) <= tolerance;
    }
  }

  /** The engine: tanh and its derivative at a point, through an archive written here. */
  public static Check network() {
    byte[] archive =
        new Archive("SelfTest")
            .method("forward", "x: Tensor", "Tensor", "    return torch.tanh(x)\n")
            .bytes();
    try (TorchModule module = TorchModule.load(archive)) {
      float x = 0.5f;
      float y = module.forward(new Tensor.Floats(new float[] {x}, 1)).get(0).data()[0];
      return new Check(y, Math.tanh(x), 1e-6);
    }
  }

  /**
   * A reward that is a program in Python: the score of (1, 2) under coefficients 1 and 0.5.
   *
   * @param script the program
   * @param worker what it imports
   * @throws io.github.tiltbench.engine.program.ProgramFailure if it does not answer
   */
  public static Check program(Path script, Path worker) {
    Program program =
        new Program(
            List.of("python3", script.getFileName().toString()),
            List.of(ProgramFile.of(script), ProgramFile.of(worker)),
            "1",
            Optional.empty());
    int[] item = {2};
    ProgramReward reward = new ProgramReward(program, item, true, ScoreRange.REALS);
    try (Verifier verifier = reward.open(new StateSpace.Euclidean(item))) {
      Batch.Reals x = new Batch.Reals(new double[] {1, 2}, item);
      return new Check(verifier.gradient(x, new Condition[] {Condition.NONE}).score()[0], 2, 1e-12);
    }
  }

  /**
   * SMC on sequences of two tokens whose evidence is a sum of four terms: the mean of its estimate
   * over independent populations.
   */
  public static Map<String, Check> analytic() {
    EnumeratedLaw law = new EnumeratedLaw(2, 2, new double[] {4, 3, 2, 1});
    MaskedProcess process = new MaskedProcess(law.space(), 2);
    Verifier ones =
        (clean, condition) -> {
          int[] data = ((Batch.Tokens) clean).data();
          double[] score = new double[clean.size()];
          Arrays.setAll(score, i -> data[2 * i] + data[2 * i + 1]);
          return score;
        };
    // Both tokens are revealed together with probability 1/2, then independently.
    double e = Math.E;
    double joint = (4 + 3 * e + 2 * e + e * e) / 10;
    double apart = (0.7 + 0.3 * e) * (0.6 + 0.4 * e);
    BootstrapSmc smc =
        new BootstrapSmc(
            PARTICLES,
            ResamplingScheme.SYSTEMATIC,
            0.5,
            Decoding.POSTERIOR_MEAN,
            1,
            OutputRule.ALL);
    double sum = 0;
    double squares = 0;
    try (Denoiser denoiser = law.denoiser()) {
      Problem problem =
          new Problem(
              denoiser.space(),
              process,
              PARTICLES,
              1,
              Budget.UNLIMITED,
              Optional.empty(),
              1,
              false);
      for (int i = 0; i < POPULATIONS; i++) {
        MeteredSession session =
            new MeteredSession(
                problem,
                Condition.NONE,
                Seed.of(1, "self test", i),
                new Meter(problem.budget()),
                new DirectEvaluator(denoiser, process, ones));
        double z = Math.exp(smc.sample(problem, session).scalars().get("log_evidence"));
        sum += z;
        squares += z * z;
      }
    }
    double mean = sum / POPULATIONS;
    double error = Math.sqrt((squares / POPULATIONS - mean * mean) / POPULATIONS);
    return Map.of("smc evidence", new Check(mean, (joint + apart) / 2, 4 * error));
  }
}
