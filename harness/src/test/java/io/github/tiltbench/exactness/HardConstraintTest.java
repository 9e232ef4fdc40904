package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.search.StateValue;
import io.github.tiltbench.algorithm.search.Svdd;
import io.github.tiltbench.algorithm.smc.BootstrapSmc;
import io.github.tiltbench.algorithm.smc.Das;
import io.github.tiltbench.algorithm.smc.FkSteering.Potential;
import io.github.tiltbench.algorithm.smc.OutputRule;
import io.github.tiltbench.algorithm.smc.Ramp;
import io.github.tiltbench.algorithm.smc.Tds;
import io.github.tiltbench.algorithm.smc.Urge;
import io.github.tiltbench.algorithm.twist.QuadraticFamily;
import io.github.tiltbench.algorithm.twist.TriTsmc;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Verifier;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A reward of minus infinity below a bound: the target is the tilted law of what is admissible, a
 * truncated normal, and clean estimates on the way may well be inadmissible without harm.
 */
class HardConstraintTest {
  private static final double BETA = 0.5;
  private static final int STEPS = 16;
  private static final int N = 16;
  private static final Gaussian MODEL =
      new Gaussian(new double[] {0.5}, new double[] {0.64}, GaussianExactnessTest.ddim(STEPS, 1));

  /** The state itself from a bound on, nothing below it. */
  private record From(double bound) implements Verifier {
    @Override
    public double[] score(Batch clean, Condition[] condition) {
      return Arrays.stream(((Batch.Reals) clean).data())
          .map(x -> x >= bound ? x : Double.NEGATIVE_INFINITY)
          .toArray();
    }

    @Override
    public boolean differentiable() {
      return true;
    }

    @Override
    public Gradient gradient(Batch.Reals clean, Condition[] condition) {
      double[] slope = Arrays.stream(clean.data()).map(x -> x >= bound ? 1 : 0).toArray();
      return new Gradient(score(clean, condition), new Batch.Reals(slope, clean.item()));
    }
  }

  private static Lab lab(double bound) {
    return new Lab(MODEL.open(), MODEL.reverse(), new From(bound), BETA);
  }

  private static Map<String, Algorithm> methods() {
    Map<String, Algorithm> methods = new TreeMap<>();
    ResamplingScheme systematic = ResamplingScheme.SYSTEMATIC;
    methods.put(
        "smc", new BootstrapSmc(N, systematic, 0.5, Decoding.POSTERIOR_MEAN, 1, OutputRule.ALL));
    methods.put("fk max", FkSteeringTest.fk(N, Potential.MAX, Ramp.NONE, 0, 0, 2, 0.5));
    methods.put("fk sum", FkSteeringTest.fk(N, Potential.SUM, Ramp.NONE, 0, 0, 8, 0.5));
    methods.put(
        "tds", new Tds(N, Tds.Proposal.COV, 1, 1, Ramp.NONE, systematic, 0.5, OutputRule.ALL));
    methods.put(
        "urge",
        new Urge(N, Optional.empty(), 1, ResamplingScheme.MULTINOMIAL, 0.5, OutputRule.ALL));
    for (Das.Tempering tempering : Das.Tempering.values()) {
      methods.put(
          "das " + tempering,
          new Das(N, OptionalDouble.empty(), tempering, true, systematic, 0.9, OutputRule.ALL, 0));
    }
    methods.put(
        "tri-tsmc",
        new TriTsmc(
            new QuadraticFamily(),
            2,
            16,
            0.5,
            0.5,
            1,
            N,
            systematic,
            0.5,
            TriTsmc.Ahead.POSTERIOR_MEAN,
            OutputRule.ALL));
    return methods;
  }

  static Iterable<String> names() {
    return methods().keySet();
  }

  /** Z^ and Z^ times the weighted mean are unbiased, within 4 standard errors of 800 trials. */
  @ParameterizedTest
  @MethodSource("names")
  void meetsTheTruncatedLaw(String name) {
    double bound = 0.9;
    GaussianTruth chain = new GaussianTruth(MODEL.reverse(), 1, 0.5, 0.64);
    double deviation = Math.sqrt(chain.variance);
    double center = chain.mean + chain.variance / BETA;
    NormalDistribution normal = new NormalDistribution();
    double z = (bound - center) / deviation;
    double admissible = 1 - normal.cumulativeProbability(z);
    double evidence = Math.exp(chain.logEvidenceLinear(1, BETA)) * admissible;
    double mean = center + deviation * normal.density(z) / admissible;
    Lab lab = lab(bound);
    SampleMoments ratios = new SampleMoments();
    SampleMoments means = new SampleMoments();
    for (int trial = 0; trial < 800; trial++) {
      Samples samples = lab.run(methods().get(name), N, Budget.UNLIMITED, trial);
      double ratio = Math.exp(samples.scalars().get("log_evidence")) / evidence;
      Weights w = new Weights(samples.logWeights());
      double sum = 0;
      for (int i = 0; i < N && !w.extinct(); i++) {
        double x = ((Batch.Reals) samples.states()).data()[i];
        assertEquals(x >= bound, w.normalised()[i] > 0, "admissible samples weigh, others do not");
        sum += w.normalised()[i] * x;
      }
      ratios.add(ratio);
      means.add(ratio * sum);
    }
    ratios.assertMean(1, 4, "E[Z^]/Z");
    means.assertMean(mean, 4, "E[Z^ mean]/Z");
  }

  /** Where nothing is admissible a population dies out at its end, and says so. */
  @ParameterizedTest
  @MethodSource("names")
  void anExtinctPopulationIsAnOutcome(String name) {
    Samples samples = lab(1e9).run(methods().get(name), N, Budget.UNLIMITED, 0);
    assertEquals(Double.NEGATIVE_INFINITY, samples.scalars().get("log_evidence"));
    assertEquals(0, samples.scalars().get("ess_min"));
    assertTrue(new Weights(samples.logWeights()).extinct());
    assertTrue(Arrays.stream(((Batch.Reals) samples.states()).data()).allMatch(Double::isFinite));
  }

  /** Values are learned from what roll-outs are admissible, and of nothing where none is. */
  @ParameterizedTest
  @CsvSource({"REWARD, 0.9", "EXPONENTIAL, 0.9", "REWARD, 1e9", "EXPONENTIAL, 1e9"})
  void learnedValuesAreFinite(Svdd.Target target, double bound) {
    Svdd svdd =
        new Svdd(
            4,
            target == Svdd.Target.REWARD ? 0 : BETA,
            Svdd.Value.MONTE_CARLO,
            OptionalInt.empty(),
            Optional.of(target),
            OptionalInt.of(512),
            OptionalInt.empty());
    StateValue fit = lab(bound).fit(svdd, Budget.of(Unit.NFE, 512 * STEPS));
    try {
      Samples samples = lab(bound).run(svdd, fit, 100, 0);
      double[] x = ((Batch.Reals) samples.states()).data();
      assertTrue(Arrays.stream(x).allMatch(Double::isFinite));
      // The plain chain leaves 31 above the bound, standard error 4.6.
      long admissible = Arrays.stream(x).filter(v -> v >= bound).count();
      assertTrue(bound > 1 ? admissible == 0 : admissible > 31 + 4 * 4.6, admissible + " of 100");
    } finally {
      svdd.release(fit);
    }
  }

  /** Weights of zero are never returned while others are alive. */
  @Test
  void oneOfEachReturnsWhatIsAdmissible() {
    Lab lab = lab(0.3);
    for (OutputRule returns :
        new OutputRule[] {OutputRule.ONE, OutputRule.HEAVIEST, OutputRule.BEST}) {
      Algorithm smc =
          new BootstrapSmc(
              N, ResamplingScheme.SYSTEMATIC, 0.5, Decoding.POSTERIOR_MEAN, 1, returns);
      double[] x = ((Batch.Reals) lab.run(smc, 200, Budget.UNLIMITED, 0).states()).data();
      assertTrue(IntStream.range(0, x.length).allMatch(i -> x[i] >= 0.3), returns.toString());
    }
  }
}
