package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.FitFormat;
import io.github.tiltbench.algorithm.Learner;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Share;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.particle.Weights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

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
 * <p>On tokens the posterior mean is the mode of each masked position, as in the released code (the
 * paper has the mean), and on the first-hitting chain a candidate is a position with a token.
 * Logits {@code parent} fill a candidate's masks by the prediction it was drawn from, so that
 * candidates are not denoised. Value {@code sample} takes the soft value of several completions at
 * alpha (at the study's beta where alpha is 0), and value {@literal rollout} that of whole chains:
 * with many of them the exact value. {@code distinct} asks once about candidates that are one
 * sequence, and not again about what is still its parent, for models that are told no time (the
 * code asks about all).
 *
 * <p>{@code replaced} is SVDD-R (algorithm 2 of the NeurIPS version; its formula could not be read
 * and no code is published): after each selection that share of the trial's samples, the worst,
 * give way to copies of others drawn by exp(value / alpha). Samples are not independent then.
 *
 * <p>{@code weights} makes it exact for any M and any values: with h = value / alpha, 0 at the
 * start, a selection multiplies a chain's weight by the mean of exp(h) over the candidates over
 * exp(h) of the parent, the end by exp(r / beta - h). That is nested SMC, at equal cost, but as
 * good as the values: of four tokens the mean square of a weight by the square of its mean is 4.65
 * for M = 1; for M = 4 and 10 it is 1.71 and 1.28 by soft values, 11.9 and 12.3 by modes.
 *
 * <p>Cost of a sample: let m(t) be M if a step of t's block from t or above draws noise, else 1.
 * NFE 1 + the sum over t = T..2 of m(t), where by monte-carlo the last step of a block counts 1;
 * REWARD the sum of m(t) over the blocks' last steps t where it is M, by monte-carlo only over t =
 * 1. With k = 1 and R steps that draw noise at levels T..2 and D that do not: NFE 1 + R * M + D, by
 * monte-carlo T; REWARD M * (R + 1), or M * R if the last step draws none; by monte-carlo M or 0.
 * Values by parent or rollout count 1 as monte-carlo does, a value that draws costs so many REWARD,
 * and a rollout from level t adds t NFE each. {@code distinct} spends less. Learning costs T NFE
 * and one REWARD a roll-out. K chains cost K times as much, and one REWARD each where the last step
 * draws none that could be scored already.
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
 * @param logits whose prediction values a candidate; its own if not given
 * @param completions draws of a value that draws; 1 if not given
 * @param selection how the survivor is chosen; by a draw if not given
 * @param replaced share of the samples that give way to copies of better ones at each selection
 * @param distinct whether equal candidates are asked about once; not if not given
 * @param weights whether samples come with the weights that make them exact; not if not given
 */
public record Svdd(
    int width,
    double alpha,
    Value value,
    OptionalInt block,
    Optional<Target> target,
    OptionalInt rollouts,
    OptionalInt chains,
    Optional<Logits> logits,
    OptionalInt completions,
    Optional<Selection> selection,
    OptionalDouble replaced,
    Optional<Boolean> distinct,
    Optional<Boolean> weights)
    implements Learner<StateValue> {
  /** How a candidate is valued. */
  public enum Value {
    /** The reward of the posterior mean. */
    POSTERIOR_MEAN,
    /** The reward of a draw from the prediction; tokens only. */
    SAMPLE,
    /** A function learned from roll-outs. */
    MONTE_CARLO,
    /** The rewards of chains of the model that start from the state. */
    ROLLOUT
  }

  /** Whose prediction values a candidate; tokens only. */
  public enum Logits {
    /** Its own. */
    CHILD,
    /** That of the state it branched from, at the positions still masked. */
    PARENT
  }

  /** How the survivor is chosen. */
  public enum Selection {
    /** By a draw from exp(value / alpha), which alpha 0 makes the best. */
    CATEGORICAL,
    /** The best whatever alpha is, as the released code has it. */
    ARGMAX
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
  static final int MAX_WIDTH = 1 << 16;

  static final int MAX_ROLLOUTS = 1 << 20;

  /** Refuses what is out of range, and parameters of learning where nothing is learned. */
  public Svdd {
    refuse(width < 0 || width > MAX_WIDTH, "width must be from 0 to " + MAX_WIDTH);
    refuse(
        !(alpha >= 0 && alpha < Double.POSITIVE_INFINITY), "alpha must be finite and at least 0");
    refuse(block.orElse(1) < 1, "block must be at least 1");
    boolean learned = value == Value.MONTE_CARLO;
    refuse(target.isPresent() && !learned, "target is for the value monte-carlo");
    refuse(
        target.equals(Optional.of(Target.EXPONENTIAL)) && alpha == 0,
        "target exponential needs an alpha above 0");
    refuse(rollouts.isPresent() && !learned, "rollouts is for the value monte-carlo");
    refuse(
        chains.orElse(1) < 0 || chains.orElse(1) > MAX_WIDTH,
        "chains must be from 0 to " + MAX_WIDTH);
    refuse(
        chains.orElse(1) == 0 && width == 0 && !learned,
        "only one of width and chains can fill the budget");
    refuse(
        (long) chains.orElse(1) * width > MAX_WIDTH,
        "width times chains must be at most " + MAX_WIDTH);
    chains = chains.orElse(1) == 1 ? OptionalInt.empty() : chains; // one thing, one key
    logits = logits.filter(whose -> whose != Logits.CHILD);
    selection = selection.filter(how -> how != Selection.CATEGORICAL);
    distinct = distinct.filter(once -> once);
    weights = weights.filter(kept -> kept);
    completions = completions.orElse(1) == 1 ? OptionalInt.empty() : completions;
    replaced = replaced.orElse(0) == 0 ? OptionalDouble.empty() : replaced;
    boolean decoded = value == Value.POSTERIOR_MEAN || value == Value.SAMPLE;
    refuse(logits.isPresent() && !decoded, "logits is for the values posterior-mean and sample");
    refuse(
        completions.isPresent() && value != Value.SAMPLE && value != Value.ROLLOUT,
        "completions is for the values sample and rollout");
    long each = completions.orElse(1);
    refuse(
        each < 1 || (each > 1 && each * chains.orElse(1) * Math.max(1, width) > MAX_WIDTH),
        "completions must be at least 1, and times width and chains at most " + MAX_WIDTH);
    refuse(
        !(replaced.orElse(0) >= 0 && replaced.orElse(0) < 1),
        "replaced must be at least 0 and below 1");
    refuse(replaced.isPresent() && chains.isPresent(), "replaced is for one chain a sample");
    refuse(
        weights.isPresent()
            && (alpha == 0 || selection.isPresent() || chains.isPresent() || replaced.isPresent()),
        "weights is for draws by an alpha above 0, one chain a sample, none replaced");
    refuse(
        distinct.isPresent() && (learned || block.orElse(1) != 1),
        "distinct is for values that cost rewards, selected at every step");
    refuse(
        rollouts.orElse(0) < 0 || rollouts.orElse(0) > MAX_ROLLOUTS,
        "rollouts must be from 0 to " + MAX_ROLLOUTS);
  }

  private static void refuse(boolean wrong, String why) {
    if (wrong) {
      throw new IllegalArgumentException(why);
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

  /** Without what is for tokens or departs from the paper's rule. */
  public Svdd(
      int width,
      double alpha,
      Value value,
      OptionalInt block,
      Optional<Target> target,
      OptionalInt rollouts,
      OptionalInt chains) {
    this(
        width,
        alpha,
        value,
        block,
        target,
        rollouts,
        chains,
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public Support supports(Problem problem) {
    if (!problem.process().stochastic()) {
      return new Support.No("candidates never differ in a deterministic chain (eta 0)");
    }
    if (byParent() && Support.parents(problem) instanceof Support.No no) {
      return no;
    }
    if (once() && !(problem.space() instanceof StateSpace.Sequence)) {
      return new Support.No("distinct candidates are for tokens");
    }
    if (!learns()) {
      return Support.decodes(problem, decoding());
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
    return new SvddPrice(this, problem).warnings();
  }

  @Override
  public boolean learns() {
    return value == Value.MONTE_CARLO;
  }

  /** How many of some streams give way to copies of others. */
  int replaces(int streams) {
    return Share.whole(replaced.orElse(0) * streams);
  }

  boolean byParent() {
    return logits.isPresent();
  }

  boolean once() {
    return distinct.isPresent();
  }

  boolean weighs() {
    return weights.isPresent();
  }

  int draws() {
    return completions.orElse(1);
  }

  double selectionTemperature() {
    return selection.isPresent() ? 0 : alpha;
  }

  /** Whether candidates are valued without their predictions, which survivors alone need. */
  boolean denoisesSurvivors() {
    return learns() || byParent() || value == Value.ROLLOUT;
  }

  Decoding decoding() {
    return value == Value.SAMPLE ? Decoding.SAMPLE : Decoding.POSTERIOR_MEAN;
  }

  @Override
  public StateValue fit(Problem problem, Session session) {
    return ValueFit.of(problem, session, new SvddPrice(this, problem).rollouts(), softness());
  }

  @Override
  public Optional<FitFormat<StateValue>> format(Problem problem) {
    return Optional.of(
        new FitFormat<>(
            value -> ((ValueFit) value).numbers(), numbers -> ValueFit.read(problem, numbers)));
  }

  @Override
  public void release(StateValue learned) {
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

  @Override
  public Cost fitCost(Problem problem) {
    return new SvddPrice(this, problem).learning();
  }

  @Override
  public Samples sample(Problem problem, Session session, StateValue learned) {
    SvddPrice.Size size = new SvddPrice(this, problem).size();
    SvddChains.End end = new SvddChains(this, problem, session, learned, size).run();
    Batch x = end.states();
    if (size.chains() > 1) {
      double[] known = end.rewards() == null ? session.score(x) : end.rewards();
      x = x.select(Branching.keep(known, size.chains(), 0, index -> 0));
    }
    if (weighs()) {
      double[] log = end.logWeights(session, problem.beta());
      double evidence = new Weights(log).logMean();
      return new Samples(x, log, false, Map.of("log_evidence", evidence), Map.of());
    }
    boolean independent = replaces(problem.count()) == 0;
    return new Samples(x, new double[x.size()], independent, Map.of(), Map.of());
  }

  /** Whether the step from a level ends a block. */
  boolean lastOfBlock(int steps, int level) {
    return level == 1 || (steps - level + 1) % block.orElse(1) == 0;
  }

  @Override
  public Cost sampleCost(Problem problem) {
    SvddPrice price = new SvddPrice(this, problem);
    return price.sampling(price.size());
  }

  /** Where equal candidates are asked about once. */
  @Override
  public boolean costIsUpperBound() {
    return once();
  }

  @Override
  public boolean usesBudget() {
    return chains.orElse(1) == 0 || (width == 0 && !learns());
  }
}
