package io.github.tiltbench.algorithm;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;

/**
 * SVDD: at each step draw M candidates from the model's own step, value each by the reward of its
 * clean estimate, keep one.
 *
 * <p>Paper: Li et al., arXiv 2408.08252 (posterior-mean variant, Algorithm 3 of the first version).
 * Code: masa-ue/SVDD-image, masa-ue/SVDD.
 *
 * <p>Deviations, and why: alpha 0 is the argmax that the released code runs (its softmax has no
 * temperature and is followed by an argmax) and gives the published tables; alpha above 0 is the
 * paper's categorical rule, with weights in log space. The survivor's prediction is used for its
 * next step (the code recomputes it: same chain, T evaluations more). Selection includes the last
 * step where that step draws noise (the image code skips it, the sequence code does not); where the
 * last step draws none, as in DDIM down to a clean level, its candidates would be equal and none
 * are made. Chains are batched per sample and the condition goes with each row (the released
 * batched image pipeline pairs candidates with the wrong halves of the guidance batch).
 *
 * <p>With a finite M or alpha 0 this is a maximiser, not a sampler of the tilted law; as M grows at
 * alpha = beta it samples the law tilted by its values, which the posterior mean makes exact only
 * for linear rewards.
 *
 * <p>Cost of a sample with R steps that draw noise at levels T..2 and D that do not: NFE 1 + R * M
 * + D; REWARD M * (R + 1), or M * R if the last step draws none.
 *
 * @param width M, candidates a step; 0 takes as many as the budget pays for
 * @param alpha temperature of the choice; 0 keeps the best
 * @param value how a prediction becomes a state to score
 */
public record Svdd(int width, double alpha, Decoding value) implements Algorithm {
  /** Fills the budget; keeps the best by the value of the posterior mean. */
  public static final Svdd DEFAULT = new Svdd(0, 0, Decoding.POSTERIOR_MEAN);

  private static final int MAX_WIDTH = 1 << 16;

  /** Refuses sizes and temperatures out of range. */
  public Svdd {
    if (width < 0 || width > MAX_WIDTH) {
      throw new IllegalArgumentException("width must be from 0 to " + MAX_WIDTH);
    }
    if (!(alpha >= 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("alpha must be finite and at least 0");
    }
  }

  @Override
  public Support supports(Problem problem) {
    if (!problem.process().stochastic()) {
      return new Support.No("candidates never differ in a deterministic chain (eta 0)");
    }
    if (!problem.process().decodes(value)) {
      return new Support.No("the process cannot decode by " + value);
    }
    return Support.YES;
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    ReverseProcess process = problem.process();
    int steps = process.steps();
    int width = candidates(problem);
    Batch x = process.prior(problem.count(), session.noise(Purpose.PRIOR, steps));
    Prediction prediction = session.denoise(x, steps);
    for (int level = steps; level >= 1; level--) {
      StepLaw law = process.law(x, level, prediction);
      int branches = process.stochasticAt(level) ? width : 1;
      Noise noise = session.noise(Purpose.STEP, level).branched(branches);
      Batch children = law.select(Branching.repeat(x.size(), branches)).sample(noise);
      Prediction predictions = level > 1 ? session.denoise(children, level - 1) : null;
      if (!process.stochasticAt(level)) {
        x = children;
        prediction = predictions;
        continue;
      }
      Noise decode = session.noise(Purpose.DECODE, level).branched(branches);
      double[] values =
          session.score(predictions == null ? children : session.clean(predictions, value, decode));
      Noise choice = session.noise(Purpose.SELECT, level);
      int[] kept = Branching.keep(values, width, alpha, row -> choice.uniforms(row).at(0));
      x = children.select(kept);
      prediction = predictions == null ? null : predictions.select(kept);
    }
    return Samples.independent(x);
  }

  private int candidates(Problem problem) {
    if (width > 0) {
      return width;
    }
    return Sizes.largest(problem.budget(), MAX_WIDTH, m -> cost(problem, m));
  }

  /** Steps that draw noise and start above a level. */
  private static int noisyAbove(Problem problem, int bottom) {
    int noisy = 0;
    for (int level = problem.process().steps(); level > bottom; level--) {
      noisy += problem.process().stochasticAt(level) ? 1 : 0;
    }
    return noisy;
  }

  @Override
  public Cost cost(Problem problem) {
    return cost(problem, candidates(problem));
  }

  private static Cost cost(Problem problem, long m) {
    long noisy = noisyAbove(problem, 1);
    long nfe = problem.count() * (problem.process().steps() - noisy + noisy * m);
    long rewards = problem.count() * m * noisyAbove(problem, 0);
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), rewards);
  }

  @Override
  public boolean usesBudget() {
    return width == 0;
  }
}
