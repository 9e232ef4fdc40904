package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.search.Svdd;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.MaskedProcess;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.run.Lab;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SVDD whose samples come with weights: nested SMC, exact for any number of candidates. */
class SvddWeightsTest {
  private static final Lab T43 = TokenLabs.t43(FirstHittingProcess::new);
  private static final double Z = 6.266019475367;

  private static Svdd svdd(int width, double alpha, Svdd.Value value, int block, int chains) {
    return new Svdd(
        width,
        alpha,
        value,
        OptionalInt.of(block),
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.of(chains),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        Optional.of(true));
  }

  private static Svdd svdd(int width, double alpha, Svdd.Value value, int block) {
    return svdd(width, alpha, value, block, 1);
  }

  /** By values over all completions; the covariance term of the square falls as 1 / M. */
  @ParameterizedTest
  @CsvSource({"1, 1, 4.653845", "4, 1, 1.710657", "10, 1, 1.283904", "4, 2, 2.111333"})
  void weightsVaryAsComputed(int width, double alpha, double golden) {
    int n = 3000;
    Problem problem = T43.problem(n, Budget.UNLIMITED);
    Meter meter = new Meter(Budget.UNLIMITED);
    Session session = AllFills.of(T43, T43.session(problem, meter, 2));
    Svdd svdd = svdd(width, alpha, Svdd.Value.SAMPLE, 1);
    double[] log = svdd.sample(problem, session, null).logWeights();
    SampleMoments w = new SampleMoments();
    SampleMoments squares = new SampleMoments();
    for (double l : log) {
      w.add(Math.exp(l) / Z);
      squares.add(Math.exp(2 * l) / (Z * Z));
    }
    w.assertMean(1, 4, "E w / Z");
    squares.assertMean(golden, 4, "E w^2 / Z^2");
    assertEquals(golden, squares.mean(), 0.08 * golden);
    assertEquals((1 + 3L * width) * n, meter.spent().nfe());
  }

  /** Whatever the values, the temperature, the chain and the stretches between selections. */
  @ParameterizedTest
  @CsvSource({
    "POSTERIOR_MEAN, 1, 1, false",
    "SAMPLE, 0.7, 1, false",
    "ROLLOUT, 1, 1, false",
    "POSTERIOR_MEAN, 2, 2, true",
    "SAMPLE, 1, 1, true"
  })
  void lawAndEvidenceAreExact(Svdd.Value value, double alpha, int block, boolean ancestral) {
    Lab lab = ancestral ? TokenLabs.t43(space -> new MaskedProcess(space, 4)) : T43;
    ExactPaths exact = new ExactPaths(lab);
    SampleMoments z = new SampleMoments();
    SampleMoments off = new SampleMoments();
    for (int trial = 0; trial < 120; trial++) {
      Samples samples = lab.run(svdd(3, alpha, value, block), null, 30, trial);
      double estimate = Math.exp(samples.scalars().get("log_evidence")) / exact.evidence();
      double[] w = new Weights(samples.logWeights()).normalised();
      z.add(estimate);
      double reward = ExactPaths.dot(w, TokenLabs.rewards(lab, samples.states()));
      off.add(estimate * (reward - exact.tiltedReward()));
    }
    z.assertMean(1, 4, "E Z^ / Z");
    off.assertMean(0, 4, "E Z^ (r - E r)");
  }

  /** On real states, where the last step draws nothing and the sample is scored for its weight. */
  @Test
  void gaussianEvidenceIsUnbiased() {
    Lab lab = G10.quadratic(10);
    SampleMoments z = new SampleMoments();
    Svdd svdd = svdd(4, 1, Svdd.Value.POSTERIOR_MEAN, 1);
    for (int trial = 0; trial < 200; trial++) {
      double log = lab.run(svdd, null, 20, trial).scalars().get("log_evidence");
      z.add(Math.exp(log + 1.605514));
    }
    z.assertMean(1, 4, "E Z^ / Z");
    Cost cost = svdd.sampleCost(lab.problem(1, Budget.UNLIMITED));
    assertEquals(Cost.of(37, 37, 4 * 9 + 1), cost);
  }

  /** A clean estimate that is ruled out does not rule out the samples it may become. */
  @Test
  void hardConstraintsAreMet() {
    Lab lab =
        new Lab(
            T43.denoiser(),
            T43.process(),
            (clean, condition) -> {
              double[] reward = TokenLabs.rewards(T43, clean);
              Arrays.setAll(reward, i -> reward[i] < 0.5 ? Double.NEGATIVE_INFINITY : reward[i]);
              return reward;
            },
            1);
    double z = new ExactPaths(lab).evidence();
    SampleMoments estimate = new SampleMoments();
    for (int trial = 0; trial < 120; trial++) {
      Samples samples = lab.run(svdd(3, 1, Svdd.Value.POSTERIOR_MEAN, 1), null, 40, trial);
      estimate.add(Math.exp(samples.scalars().get("log_evidence")) / z);
    }
    estimate.assertMean(1, 4, "E Z^ / Z");
  }

  @Test
  void whatHasNoSuchWeightsIsRefused() {
    Svdd.Value value = Svdd.Value.SAMPLE;
    assertThrows(IllegalArgumentException.class, () -> svdd(3, 0, value, 1));
    assertThrows(IllegalArgumentException.class, () -> svdd(3, 1, value, 1, 2));
  }
}
