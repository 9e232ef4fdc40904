package io.github.tiltbench.metric.law;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.StepPredictor;
import io.github.tiltbench.model.GaussianMixtureLaw;
import io.github.tiltbench.model.GaussianModel;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.particle.Scope;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.verifier.Linear;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The tilted laws of analytic models under {@code exp(r / beta)}, made when first asked for.
 *
 * <p>A Gaussian under a linear or quadratic reward is known in closed form ({@link
 * TiltedGaussian}). Everything else is known by {@value #CHAINS} chains of the model without
 * steering, at keys of their own, weighted by {@code exp(r / beta)} and self-normalised; refused
 * under an effective size of {@value #ENOUGH}.
 */
public final class Laws {
  static final int CHAINS = 40_000;
  private static final int ENOUGH = 1000;
  private static final int BATCH = 2000;

  private final Seed seed;
  private final Map<ModelSpec, double[][]> chains = new HashMap<>();

  /**
   * Laws with points of their own.
   *
   * @param seed of the study
   */
  public Laws(long seed) {
    this.seed = Seed.of(seed, "reference of the law", 0);
  }

  /** The law of a model tilted by a reward. */
  public LawTarget of(ModelSpec model, VerifierSpec verifier, double beta) {
    Optional<GaussianMixtureLaw> data = data(model);
    if (data.isEmpty()) {
      return new LawTarget.Unknown("the law of this model is not known in closed form");
    }
    if (!verifier.programs().isEmpty()) {
      return new LawTarget.Unknown(
          "the law is known by scores only, and a report starts no program");
    }
    if (verifier.scope() != Scope.POINT || verifier.estimate().isPresent()) {
      return new LawTarget.Unknown("a verifier that compares samples tilts no law");
    }
    Optional<TiltedGaussian> closed = TiltedGaussian.of(model, verifier, beta);
    return closed.isPresent()
        ? closed.get().law(seed, CHAINS, data.get())
        : weighted(model, verifier, beta, data.get());
  }

  /** The law of a model's chain without a reward. */
  public LawTarget base(ModelSpec model) {
    Optional<GaussianMixtureLaw> data = data(model);
    return data.isPresent()
        ? of(model, new Linear(new double[data.get().means()[0].length], 0), 1)
        : new LawTarget.Unknown("the law of this model is not known in closed form");
  }

  private static Optional<GaussianMixtureLaw> data(ModelSpec model) {
    return model instanceof GaussianModel gaussian ? Optional.of(gaussian.law()) : Optional.empty();
  }

  LawTarget weighted(ModelSpec model, VerifierSpec verifier, double beta, GaussianMixtureLaw data) {
    double[][] points = chains.computeIfAbsent(model, this::run);
    double[] log = score(verifier, points);
    Arrays.setAll(log, i -> log[i] / beta);
    Weights weights = new Weights(log);
    double ess = weights.extinct() ? 0 : weights.ess();
    String name =
        String.format(
            Locale.ROOT, "%d chains of the model, weighted, ESS %.0f", points.length, ess);
    if (!(ess >= ENOUGH)) {
      return new LawTarget.Unknown("the law is known by " + name + " only, under " + ENOUGH);
    }
    return Law.of(name, points, weights.normalised(), data);
  }

  private static double[] score(VerifierSpec spec, double[][] points) {
    double[] flat = Arrays.stream(points).flatMapToDouble(Arrays::stream).toArray();
    Batch.Reals batch = new Batch.Reals(flat, new int[] {points[0].length});
    try (Verifier verifier = spec.open(new StateSpace.Euclidean(batch.item()))) {
      return verifier.score(batch, none(points.length)).clone();
    }
  }

  private double[][] run(ModelSpec model) {
    ReverseProcess process = model.reverse();
    double[][] points = new double[CHAINS][];
    try (Denoiser denoiser = model.open()) {
      StepPredictor predictor = new StepPredictor(denoiser, process);
      for (int from = 0; from < CHAINS; from += BATCH) {
        int steps = process.steps();
        Batch x = process.prior(BATCH, seed.noise(Purpose.PRIOR, steps).from(from));
        for (int level = steps; level >= 1; level--) {
          int[] levels = new int[BATCH];
          int[] below = new int[BATCH];
          Arrays.fill(levels, level);
          Arrays.fill(below, level - 1);
          x =
              process
                  .law(x, level, predictor.predict(x, levels, below, none(BATCH)))
                  .sample(seed.noise(Purpose.STEP, level).from(from));
        }
        for (int i = 0; i < BATCH; i++) {
          points[from + i] = ((Batch.Reals) x).row(i);
        }
      }
    }
    return points;
  }

  private static Condition[] none(int count) {
    Condition[] condition = new Condition[count];
    Arrays.fill(condition, Condition.NONE);
    return condition;
  }
}
