package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Learner;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * SVDD: every few steps draw M candidates from the model's own chain, value each, keep one.
 *
 * <p>Paper: Li et al., arXiv 2408.08252 (its posterior-mean and Monte-Carlo variants, SVDD-PM and
 * SVDD-MC). Code: masa-ue/SVDD-image, masa-ue/SVDD.
 *
 * <p>Deviations, and why: alpha 0 is the argmax that the released code runs (its softmax has no
 * temperature and is followed by an argmax) and gives the published tables; alpha above 0 is the
 * paper's categorical rule, with weights in log space. The survivor's prediction is used for its
 * next step (the code recomputes it: same chain, T evaluations more). Selection includes the last
 * step where that step draws noise (the image code skips it, the sequence code does not); where no
 * step since the last selection has drawn noise, candidates would be equal and none are made.
 * Chains are batched per sample and the condition goes with each row (the released batched image
 * pipeline pairs candidates with the wrong halves of the guidance batch).
 *
 * <p>Value {@code monte-carlo} learns a function of state and level from roll-outs of the model, as
 * the paper and the sequence and molecule code do (the image code learns from photographs pushed
 * through the forward process, whose law is not the sampler's). Target {@code reward} is the
 * released code's least squares of r: it learns E[r | x_t], which for quadratic rewards ranks as
 * the posterior mean does. Target {@code exponential} is the paper's least squares of exp(r /
 * alpha), shifted by the largest reward: it learns the soft value alpha log E[exp(r / alpha) |
 * x_t]. At level 0 the value is the reward itself. Candidates are not denoised, only survivors are
 * (the image code evaluates all and discards).
 *
 * <p>Block k selects every k steps, counted from the start: candidates branch at the block's first
 * step that draws noise, run on alone, and are valued at its end. With k = 1 this is SVDD, with k =
 * T best of M from one starting noise.
 *
 * <p>Chains K runs K chains a sample, candidates and all, and returns the one whose sample has the
 * highest reward, as best of N does with plain chains: by monte-carlo, whose evaluations do not
 * grow with M, this is what a larger budget buys. The papers run one. Chain 0 is the same for any
 * K.
 *
 * <p>With a finite M or alpha 0 this is a maximiser, not a sampler of the tilted law; as M grows at
 * alpha = beta and k = 1 it samples the law tilted by its values, which the posterior mean makes
 * exact only for linear rewards.
 *
 * <p>Cost of a sample: let m(t) be M if a step of t's block from t or above draws noise, else 1.
 * NFE 1 + the sum over t = T..2 of m(t), where by monte-carlo the last step of a block counts 1;
 * REWARD the sum of m(t) over the blocks' last steps t where it is M, by monte-carlo only over t =
 * 1. With k = 1 and R steps that draw noise at levels T..2 and D that do not: NFE 1 + R * M + D, by
 * monte-carlo T; REWARD M * (R + 1), or M * R if the last step draws none; by monte-carlo M or 0.
 * Learning costs T NFE and one REWARD a roll-out. K chains cost K times as much, and one REWARD
 * each where the last step draws none that could be scored already.
 *
 * @param width M, candidates of a sample; 0 takes as many as the budget pays for, by monte-carlo,
 *     whose evaluations do not grow with M, the paper's 20
 * @param alpha temperature of the choice; 0 keeps the best
 * @param value how a candidate is valued
 * @param block k, steps from one selection to the next; 1 if not given
 * @param target what monte-carlo learns; the reward if not given
 * @param chains K, chains of a sample; 0 takes as many as the budget pays for; 1 if not given
 * @param rollouts that monte-carlo learns from; if 0 or not given as many as the fit budget pays
 *     for
 */
public record Svdd(
    int width,
    double alpha,
    Value value,
    OptionalInt block,
    Optional<Target> target,
    OptionalInt rollouts,
    OptionalInt chains)
    implements Learner<ValueFit> {
  /** How a candidate is valued. */
  public enum Value {
    /** The reward of the posterior mean. */
    POSTERIOR_MEAN,
    /** The reward of a draw from the prediction; tokens only. */
    SAMPLE,
    /** A function learned from roll-outs. */
    MONTE_CARLO
  }

  /** What a value function is fitted to by least squares. */
  public enum Target {
    /** The reward r at the end of the roll-out. */
    REWARD,
    /** {@code exp(r / alpha)}. */
    EXPONENTIAL
  }

  /** Fills the budget; keeps the best by the value of the posterior mean. */
  public static final Svdd DEFAULT = new Svdd(0, 0, Value.POSTERIOR_MEAN);

  /** The most addresses that noise has for a sample. */
  private static final int MAX_WIDTH = 1 << 16;

  private static final int MAX_ROLLOUTS = 1 << 20;
  private static final int LEARNED_WIDTH = 20;

  /** Refuses what is out of range, and parameters of learning where nothing is learned. */
  public Svdd {
    if (width < 0 || width > MAX_WIDTH) {
      throw new IllegalArgumentException("width must be from 0 to " + MAX_WIDTH);
    }
    if (!(alpha >= 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("alpha must be finite and at least 0");
    }
    if (block.isPresent() && block.getAsInt() < 1) {
      throw new IllegalArgumentException("block must be at least 1");
    }
    if (target.isPresent() && value != Value.MONTE_CARLO) {
      throw new IllegalArgumentException("target is for the value monte-carlo");
    }
    if (target.equals(Optional.of(Target.EXPONENTIAL)) && alpha == 0) {
      throw new IllegalArgumentException("target exponential needs an alpha above 0");
    }
    if (rollouts.isPresent() && value != Value.MONTE_CARLO) {
      throw new IllegalArgumentException("rollouts is for the value monte-carlo");
    }
    if (chains.isPresent() && (chains.getAsInt() < 0 || chains.getAsInt() > MAX_WIDTH)) {
      throw new IllegalArgumentException("chains must be from 0 to " + MAX_WIDTH);
    }
    if (chains.orElse(1) == 0 && width == 0 && value != Value.MONTE_CARLO) {
      throw new IllegalArgumentException("only one of width and chains can fill the budget");
    }
    if ((long) chains.orElse(1) * width > MAX_WIDTH) {
      throw new IllegalArgumentException("width times chains must be at most " + MAX_WIDTH);
    }
    chains = chains.orElse(1) == 1 ? OptionalInt.empty() : chains; // one thing, one key
    if (rollouts.isPresent() && (rollouts.getAsInt() < 0 || rollouts.getAsInt() > MAX_ROLLOUTS)) {
      throw new IllegalArgumentException("rollouts must be from 0 to " + MAX_ROLLOUTS);
    }
  }

  /** Selects at every step. */
  public Svdd(int width, double alpha, Value value) {
    this(
        width,
        alpha,
        value,
        OptionalInt.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  @Override
  public Support supports(Problem problem) {
    if (!problem.process().stochastic()) {
      return new Support.No("candidates never differ in a deterministic chain (eta 0)");
    }
    if (!learns()) {
      return problem.process().decodes(decoding())
          ? Support.YES
          : new Support.No("the process cannot decode by " + decoding());
    }
    if (problem.process().steps() < 2) {
      return new Support.No("a chain of one step has no value to learn");
    }
    return rollouts.orElse(0) > 0 || problem.fit().isPresent()
        ? Support.YES
        : new Support.No("it needs rollouts, or budgets with a fit, to learn from");
  }

  @Override
  public List<String> warnings(Problem problem) {
    return size(problem).width == 1
        ? List.of("one candidate leaves nothing to choose from")
        : List.of();
  }

  @Override
  public boolean learns() {
    return value == Value.MONTE_CARLO;
  }

  private Decoding decoding() {
    return value == Value.SAMPLE ? Decoding.SAMPLE : Decoding.POSTERIOR_MEAN;
  }

  @Override
  public ValueFit fit(Problem problem, Session session) {
    return ValueFit.of(problem, session, rollouts(problem), softness());
  }

  @Override
  public void release(ValueFit learned) {
    learned.close();
  }

  /** What is learned: of how many roll-outs, and at which temperature unless of the reward. */
  private record FitKey(int rollouts, double alpha) {}

  @Override
  public Object fitKey() {
    return new FitKey(rollouts.orElse(0), softness());
  }

  private double softness() {
    return target.equals(Optional.of(Target.EXPONENTIAL)) ? alpha : 0;
  }

  private int rollouts(Problem problem) {
    int given = rollouts.orElse(0);
    if (given > 0 || problem.fit().isEmpty()) {
      return Math.max(1, given);
    }
    return LargestAffordable.largest(problem.fit().get(), MAX_ROLLOUTS, n -> fitCost(problem, n));
  }

  @Override
  public Cost fitCost(Problem problem) {
    return fitCost(problem, rollouts(problem));
  }

  private static Cost fitCost(Problem problem, long n) {
    long nfe = n * problem.process().steps();
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), n);
  }

  /** M and K at a problem. */
  private record Size(int width, int chains) {}

  @Override
  public Samples sample(Problem problem, Session session, ValueFit learned) {
    ReverseProcess process = problem.process();
    int steps = process.steps();
    Size size = size(problem);
    int chains = size.chains;
    Noise prior = session.noise(Purpose.PRIOR, steps).branched(chains);
    Batch x = process.prior(problem.count() * chains, prior);
    Prediction prediction = session.denoise(x, steps);
    boolean branched = false;
    double[] rewards = null;
    try (Arena.Steps arena = Arena.steps()) {
      for (int level = steps; level >= 1; level--) {
        arena.next();
        StepLaw law = process.law(x, level, prediction);
        if (!branched && process.stochasticAt(level)) {
          branched = true;
          law = law.select(Branching.repeat(x.size(), size.width));
        }
        int rows = branched ? chains * size.width : chains;
        x = law.sample(session.noise(Purpose.STEP, level).branched(rows));
        boolean last = lastOfBlock(steps, level);
        boolean denoised = level > 1 && !(last && learns());
        prediction = denoised ? session.denoise(x, level - 1) : null;
        if (last && branched) {
          double[] values = values(x, prediction, level, rows, session, learned);
          Noise choice = session.noise(Purpose.SELECT, level).branched(chains);
          int[] kept = Branching.keep(values, size.width, alpha, row -> choice.uniforms(row).at(0));
          x = x.select(kept);
          prediction = prediction == null ? null : prediction.select(kept);
          rewards = level == 1 ? new Scalars(values).select(kept).values() : null;
        }
        branched &= !last;
        if (level > 1 && !denoised) {
          prediction = session.denoise(x, level - 1);
        }
      }
    }
    return Samples.independent(chains == 1 ? x : best(x, rewards, chains, session));
  }

  /** The sample of the highest reward of each family of chains. */
  private static Batch best(Batch x, double[] rewards, int chains, Session session) {
    double[] known = rewards == null ? session.score(x) : rewards;
    return x.select(Branching.keep(known, chains, 0, index -> 0));
  }

  /** Values of candidates that a step from {@code level} led to. */
  private double[] values(
      Batch x, Prediction prediction, int level, int rows, Session session, ValueFit learned) {
    if (level == 1) {
      return session.score(x);
    }
    if (learns()) {
      return learned.value(x, level - 1);
    }
    return new ValueEstimate(decoding(), 1)
        .value(prediction, level, session, new Addressing(0, rows), alpha);
  }

  /** Whether the step from a level ends a block. */
  private boolean lastOfBlock(int steps, int level) {
    return level == 1 || (steps - level + 1) % block.orElse(1) == 0;
  }

  private Size size(Problem problem) {
    int m = width > 0 ? width : learns() ? LEARNED_WIDTH : 0;
    int k = chains.orElse(1);
    if (m == 0) {
      return new Size(largest(problem, MAX_WIDTH / k, n -> new Size(n, k)), k);
    }
    return new Size(m, k > 0 ? k : largest(problem, MAX_WIDTH / m, n -> new Size(m, n)));
  }

  private int largest(Problem problem, int most, IntFunction<Size> size) {
    boolean own = learns() && problem.fit().isEmpty();
    Cost learned = own ? fitCost(problem) : Cost.ZERO;
    return LargestAffordable.largest(
        problem.budget(), most, n -> learned.plus(sampleCost(problem, size.apply(n))));
  }

  @Override
  public Cost sampleCost(Problem problem) {
    return sampleCost(problem, size(problem));
  }

  private Cost sampleCost(Problem problem, Size size) {
    int steps = problem.process().steps();
    long nfe = 1;
    long rewards = 0;
    boolean scored = false;
    boolean branched = false;
    for (int level = steps; level >= 1; level--) {
      branched |= problem.process().stochasticAt(level);
      boolean last = lastOfBlock(steps, level);
      boolean survivors = !branched || (last && learns());
      nfe += level == 1 ? 0 : survivors ? 1 : size.width;
      rewards += last && branched && (level == 1 || !learns()) ? size.width : 0;
      scored = last && branched;
      branched &= !last;
    }
    rewards += size.chains > 1 && !scored ? 1 : 0;
    long all = (long) problem.count() * size.chains;
    return Cost.of(nfe * all, nfe * all * problem.rowsPerParticle(), rewards * all);
  }

  @Override
  public boolean usesBudget() {
    return chains.orElse(1) == 0 || (width == 0 && !learns());
  }
}
