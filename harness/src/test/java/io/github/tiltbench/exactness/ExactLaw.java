package io.github.tiltbench.exactness;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.model.GaussianMixture;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Linear;
import io.github.tiltbench.verifier.Quadratic;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * A chain in d dimensions whose tilted law is known to many digits.
 *
 * <p>The data are a mixture of isotropic components whose means lie on one line. Along that line
 * the chain is a one-dimensional mixture chain, whose law quadrature gives; across it every
 * coordinate is a Gaussian chain, in closed form; and a linear or isotropic quadratic reward splits
 * the same way. One component makes it a plain Gaussian chain. The line is oblique, so no
 * coordinate that the algorithms see is special.
 *
 * @param name for messages
 * @param dimension d, at least 2
 * @param weights of the components
 * @param positions of their means along the line
 * @param variance of every component in every direction
 * @param reward linear: coefficients along and across the line; quadratic: its center there
 * @param precision of the quadratic reward, 0 for a linear one
 */
record ExactLaw(
    String name,
    int dimension,
    double[] weights,
    double[] positions,
    double variance,
    double[] reward,
    double precision) {
  /** Temperature of every target. */
  static final double BETA = 0.5;

  private static final Map<String, Truth> TRUTHS = new ConcurrentHashMap<>();

  /** The ladder: Gaussian chains with both rewards, mixtures in 2 and in 10 dimensions. */
  static List<ExactLaw> all() {
    double[] one = {1};
    double[] two = {0.3, 0.7};
    double[] modes = {-1.5, 1};
    return List.of(
        new ExactLaw("gaussian-linear", 2, one, new double[] {0.5}, 0.64, along(2, 0.5, 0.25), 0),
        new ExactLaw(
            "gaussian-quadratic", 2, one, new double[] {0.5}, 0.64, along(2, 1.2, -0.5), 0.8),
        new ExactLaw("mixture-2d", 2, two, modes, 0.2, along(2, -0.3, 0.25), 0),
        new ExactLaw("mixture-10d", 10, two, modes, 0.2, along(10, -0.2, 0.15), 0.4));
  }

  private static double[] along(int dimension, double first, double second) {
    double[] y = new double[dimension];
    y[0] = first;
    y[1] = second;
    return y;
  }

  /** Reflects the first axis onto the line and back again. */
  double[] turn(double[] x) {
    double[] v = new double[dimension];
    for (int i = 0; i < dimension; i++) {
      v[i] = -(i + 1.0);
    }
    double length = Math.sqrt(Arrays.stream(v).map(a -> a * a).sum());
    v[0] += length; // e1 less the unit vector along (1, 2, .., d), times the length
    double norm = Arrays.stream(v).map(a -> a * a).sum();
    double dot = 0;
    for (int i = 0; i < dimension; i++) {
      dot += v[i] * x[i];
    }
    double[] turned = x.clone();
    for (int i = 0; i < dimension; i++) {
      turned[i] -= 2 * dot / norm * v[i];
    }
    return turned;
  }

  private GaussianMixture model(ProcessSpec.Gaussian process) {
    double[][] means = new double[weights.length][];
    double[][] variances = new double[weights.length][dimension];
    for (int k = 0; k < weights.length; k++) {
      double[] y = new double[dimension];
      y[0] = positions[k];
      means[k] = turn(y);
      Arrays.fill(variances[k], variance);
    }
    return new GaussianMixture(weights, means, variances, process);
  }

  private VerifierSpec verifier() {
    return precision == 0 ? new Linear(turn(reward), 0) : new Quadratic(turn(reward), precision);
  }

  private static Ddim ddim(int steps) {
    return GaussianExactnessTest.ddim(steps, 1);
  }

  /** The problem on the chain of DDIM with eta 1. */
  Lab lab(int steps) {
    return lab(ddim(steps));
  }

  /** The problem on a chain. */
  private Lab lab(ProcessSpec.Gaussian process) {
    GaussianMixture model = model(process);
    return new Lab(model.open(), model.reverse(), verifier().open(model.space()), BETA);
  }

  /** The law of the chain of DDIM with eta 1, tilted. */
  Truth truth(int steps) {
    return truth(ddim(steps));
  }

  /** A function of a state along (first) and across the line, and its mean under the tilted law. */
  record Statistic(String name, ToDoubleFunction<double[]> of, double truth) {}

  /** The tilted law of the chain. */
  record Truth(double evidence, List<Statistic> statistics) {}

  /** The law of a chain, tilted; worked out once. */
  private Truth truth(ProcessSpec.Gaussian process) {
    return TRUTHS.computeIfAbsent(name + " " + process, key -> quadrature(process));
  }

  private Truth quadrature(ProcessSpec.Gaussian process) {
    double[][] centers =
        Arrays.stream(positions).mapToObj(p -> new double[] {p}).toArray(double[][]::new);
    double[][] spread = new double[weights.length][];
    Arrays.fill(spread, new double[] {variance});
    GaussianMixture line = new GaussianMixture(weights, centers, spread, process);
    GridTruth grid = new GridTruth(line.open(), line.reverse());
    DoubleUnaryOperator r = x -> reward(x, 0);
    double logEvidence = Math.log(grid.evidence(r, BETA));
    double mean = grid.tilted(x -> x, r, BETA);
    List<Statistic> statistics = new ArrayList<>();
    statistics.add(new Statistic("mean along", y -> y[0], mean));
    double square = grid.tilted(x -> (x - mean) * (x - mean), r, BETA);
    statistics.add(new Statistic("variance along", y -> (y[0] - mean) * (y[0] - mean), square));
    if (weights.length > 1) {
      double split = (positions[0] + positions[1]) / 2;
      double mass = grid.tilted(x -> x > split ? 1 : 0, r, BETA);
      statistics.add(new Statistic("weight of a mode", y -> y[0] > split ? 1 : 0, mass));
    }
    GaussianTruth across = across(process, line.reverse());
    double[] means = new double[dimension];
    for (int i = 1; i < dimension; i++) {
      logEvidence += logEvidence(across, reward[i]);
      means[i] = mean(across, reward[i]);
    }
    double own = variance(across);
    statistics.add(new Statistic("mean across", y -> y[1], means[1]));
    statistics.add(new Statistic("variance across", y -> square(y[1] - means[1]), own));
    statistics.add(new Statistic("covariance", y -> (y[0] - mean) * (y[1] - means[1]), 0));
    if (dimension > 2) {
      statistics.add(new Statistic("other means", y -> sum(y, 2, v -> v), 0));
      statistics.add(
          new Statistic("other variances", y -> sum(y, 2, v -> v * v), own * (dimension - 2)));
    }
    return new Truth(Math.exp(logEvidence), statistics);
  }

  /** One coordinate across the line: by the formula of DDIM where it is DDIM. */
  private GaussianTruth across(ProcessSpec.Gaussian spec, GaussianProcess process) {
    return spec instanceof Ddim ddim
        ? new GaussianTruth(process, ddim.eta(), 0, variance)
        : new GaussianTruth(process, 0, variance);
  }

  private double reward(double y, int i) {
    return precision == 0 ? reward[i] * y : -precision / 2 * square(y - reward[i]);
  }

  private double logEvidence(GaussianTruth g, double parameter) {
    return precision == 0
        ? g.logEvidenceLinear(parameter, BETA)
        : g.logEvidenceQuadratic(precision, parameter, BETA);
  }

  private double mean(GaussianTruth g, double parameter) {
    return precision == 0
        ? g.mean + parameter * g.variance / BETA
        : g.quadraticMean(precision, parameter, BETA);
  }

  private double variance(GaussianTruth g) {
    return precision == 0 ? g.variance : g.quadraticVariance(precision, BETA);
  }

  private static double square(double x) {
    return x * x;
  }

  private static double sum(double[] y, int from, DoubleUnaryOperator f) {
    return Arrays.stream(y, from, y.length).map(f).sum();
  }

  /** The same on the chain of DDIM with eta 1. */
  void assertExact(Algorithm algorithm, int n, int steps, int trials) {
    assertExact(algorithm, n, ddim(steps), trials);
  }

  /**
   * Runs an algorithm that returns a whole weighted population of {@code n} in independent trials,
   * and holds its unbiased estimates of Z, and of Z times each mean, against the truth within 4
   * standard errors.
   */
  void assertExact(Algorithm algorithm, int n, ProcessSpec.Gaussian process, int trials) {
    Lab lab = lab(process);
    Truth truth = truth(process);
    SampleMoments evidence = new SampleMoments();
    SampleMoments[] means = new SampleMoments[truth.statistics.size()];
    Arrays.setAll(means, i -> new SampleMoments());
    for (int trial = 0; trial < trials; trial++) {
      Samples samples = lab.run(algorithm, n, Budget.UNLIMITED, trial);
      double ratio = Math.exp(samples.scalars().get("log_evidence")) / truth.evidence;
      evidence.add(ratio);
      double[] w = new Weights(samples.logWeights()).normalised();
      double[] sum = new double[means.length];
      for (int row = 0; row < n; row++) {
        double[] y = turn(((Batch.Reals) samples.states()).row(row));
        for (int i = 0; i < sum.length; i++) {
          sum[i] += ratio * w[row] * truth.statistics.get(i).of.applyAsDouble(y);
        }
      }
      for (int i = 0; i < sum.length; i++) {
        means[i].add(sum[i]);
      }
    }
    String where = name + ", " + n + " particles, " + process + ": ";
    evidence.assertMean(1, 4, where + "E[Z^]/Z");
    for (int i = 0; i < means.length; i++) {
      Statistic s = truth.statistics.get(i);
      means[i].assertMean(s.truth, 4, where + s.name);
    }
  }
}
