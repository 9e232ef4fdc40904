package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Solved;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Rollover budget forcing: a chain draws candidates at a level until one beats all that it has
 * seen, and what its quota saved rolls over to the next level; all that is left is spent at the
 * last.
 *
 * <p>Paper: Kim et al., arXiv 2503.19385, Algorithm 2. Code: KAIST-Visual-AI-Group/
 * Flow-Inference-Time-Scaling.
 *
 * <p>A candidate is a draw of the model's own step with the reward of its clean estimate. One that
 * beats the chain's record becomes the chain's state; where the quota runs out the best of the
 * level does, and the record stays. The result is the clean estimate of the best candidate of the
 * last level, of all chains. Its prediction serves its reward and its next step, so a candidate is
 * one NFE and one REWARD.
 *
 * <p>Where paper and released code differ, a parameter names both: {@code start: one} (paper) or
 * {@code best-of} the 25 noises of {@code starts} (code); {@code end: quota} (paper) or {@code
 * forcing} (code). The record is the highest reward of a chain in both, and a quota that runs out
 * leaves it. What is returned is the clean estimate at the last level that has a candidate: in the
 * code, on ten levels of the process's {@code schedule: rbf}, that of time 0.436. The code picks
 * among its chains by the best of the level where each stands, as is done here; the paper says
 * nothing, and by forcing that is the last level of all. The code's network is a distilled one
 * (FLUX.1-schnell), the paper's is called FLUX; here it is the study's. Their beta, 0.1 and 0.5,
 * and the code's weights {@code exp(reward / beta)}, which overflow, are those of other methods.
 *
 * <p>With {@code gradient_scale} c the score of a step is that of the model plus {@code c / beta}
 * times the gradient in the state of the clean estimate's reward: in Euler's rule for the SDE, and
 * so here on every chain, its mean moves by half the variance of the step times that. The paper
 * does so with c = 1 (with DPS); of the code that part was not released.
 *
 * <p>Deviations, and why: the budget is spent whole (the code stops at the batch that would reach
 * it, 498 of 500 by two chains). The grid is the chain's own, and {@code last} may end the search
 * above level 1; the samples are then clean estimates from there, blurred for a model that was not
 * distilled, or by {@code finish: ode} what the chain's ODE leads to from there. A step that draws
 * no noise has one candidate, and the rest of its quota rolls over. Candidate j of a level is
 * addressed as candidate j of SVDD is, so that by {@code end: quota} without {@code rollover} a
 * chain is SVDD with the quota for its width as far as it searches. A state whose gradient is taken
 * is evaluated once more for it, instead of keeping the graphs of all candidates.
 *
 * <p>This is a maximiser: beta plays no part but in {@code gradient_scale}.
 *
 * <p>Cost of a sample, by forcing: each of B chains makes as many evaluations as the budget pays
 * for, NFE and REWARD alike. By quota at most B (J + Q C), with C levels T - 1 to {@code last}, J
 * starts and a quota Q of (n - J) / C where the budget pays for n a chain (by forcing, / (C + 1),
 * the code's). By {@code finish: ode} {@code last} - 1 NFE more. By {@code gradient_scale} B G more
 * of NFE, BACKWARD and REWARD, with G levels T to {@code last} + 1 whose step draws noise.
 *
 * @param chains B, of a sample
 * @param quota Q, candidates of a level before what rolls over; 0 divides the budget among levels
 * @param start where chains start
 * @param starts J, noises of a chain of which the best is its start; 25 if not given
 * @param end how the last level ends
 * @param rollover whether a candidate that beats the record is taken at once
 * @param last lowest level that is searched
 * @param finish what becomes of the best state of the last level
 * @param gradientScale c, of the gradient in the score of a step; no gradient if not given
 */
public record Rbf(
    int chains,
    int quota,
    Start start,
    OptionalInt starts,
    End end,
    boolean rollover,
    int last,
    Finish finish,
    OptionalDouble gradientScale)
    implements Algorithm {
  /** Where chains start. */
  public enum Start {
    /** One noise a chain. */
    ONE,
    /** The best of several noises, by the reward of their clean estimates. */
    BEST_OF
  }

  /** How the last level ends. */
  public enum End {
    /** As every level does. */
    QUOTA,
    /** With the budget. */
    FORCING
  }

  /** What becomes of the best state of the last level. */
  public enum Finish {
    /** Its clean estimate. */
    MEAN,
    /** What the probability-flow ODE leads to from it. */
    ODE
  }

  /** Two chains of one start each that spend the budget. */
  public static final Rbf DEFAULT =
      new Rbf(
          2,
          0,
          Start.ONE,
          OptionalInt.empty(),
          End.FORCING,
          true,
          1,
          Finish.MEAN,
          OptionalDouble.empty());

  private static final int MOST = 1 << 16;
  private static final int RELEASED_STARTS = 25;

  /** Refuses what is out of range, and starts where there is one. */
  public Rbf {
    if (chains < 1 || chains > MOST) {
      throw new IllegalArgumentException("chains must be from 1 to " + MOST);
    }
    if (quota < 0 || quota > MOST) {
      throw new IllegalArgumentException("quota must be from 0 to " + MOST);
    }
    if (starts.isPresent() && (start == Start.ONE || starts.getAsInt() < 1)) {
      throw new IllegalArgumentException(
          "starts must be at least 1, and is for start best-of alone");
    }
    if (last < 1) {
      throw new IllegalArgumentException("last must be at least 1");
    }
    if (gradientScale.isPresent()
        && !(gradientScale.getAsDouble() >= 0 && Double.isFinite(gradientScale.getAsDouble()))) {
      throw new IllegalArgumentException("gradient_scale must be finite and at least 0");
    }
  }

  @Override
  public Support supports(Problem problem) {
    ReverseProcess process = problem.process();
    if (!process.decodes(Decoding.POSTERIOR_MEAN)) {
      return new Support.No("the process cannot decode by " + Decoding.POSTERIOR_MEAN);
    }
    if (finish == Finish.ODE && !(process instanceof GaussianProcess)) {
      return new Support.No("the process has no ODE to finish by");
    }
    if (!process.stochastic()) {
      return new Support.No("candidates never differ in a deterministic chain (eta 0)");
    }
    if (gradientScale.isPresent() && Support.gradients(problem) instanceof Support.No no) {
      return no;
    }
    if (last >= process.steps()) {
      return new Support.No("last leaves no level of " + process.steps() + " to search");
    }
    return process.stochasticAt(last + 1)
        ? Support.YES
        : new Support.No("the step to level " + last + " draws no noise: last must be higher");
  }

  @Override
  public List<String> warnings(Problem problem) {
    return gradientScale.orElse(1) == 0
        ? List.of("gradient_scale 0 takes gradients and moves nothing")
        : List.of();
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    int steps = problem.process().steps();
    Size size = size(problem);
    List<RbfChain> all = new ArrayList<>();
    for (int sample = 0; sample < problem.count(); sample++) {
      for (int chain = 0; chain < chains; chain++) {
        all.add(new RbfChain(this, size.quota, steps, sample, chain));
      }
    }
    start(problem, session, all);
    for (int spent = noises(); spent < size.evaluations; spent++) {
      List<RbfChain> running = all.stream().filter(chain -> !chain.done()).toList();
      if (running.isEmpty()) {
        break;
      }
      push(problem, session, running);
      Batch x = Batch.concat(running.stream().map(c -> c.draw(problem, session)).toList());
      int[] levels = running.stream().mapToInt(chain -> chain.level() - 1).toArray();
      RbfChain.State candidates = evaluated(session, x, levels);
      for (int i = 0; i < running.size(); i++) {
        running.get(i).learn(candidates.select(new int[] {i}));
      }
    }
    return result(problem, session, all);
  }

  private void start(Problem problem, Session session, List<RbfChain> all) {
    int steps = problem.process().steps();
    List<Batch> drawn = new ArrayList<>();
    for (RbfChain chain : all) {
      Noise noise = chain.noise(session.noise(Purpose.PRIOR, steps)).branched(noises());
      drawn.add(problem.process().prior(noises(), noise));
    }
    Batch x = Batch.concat(drawn);
    int[] levels = new int[x.size()];
    Arrays.fill(levels, steps);
    RbfChain.State state = evaluated(session, x, levels);
    int[] best = Branching.keep(state.reward().values(), noises(), 0, index -> 0);
    for (int i = 0; i < best.length; i++) {
      all.get(i).start(state.select(new int[] {best[i]}), noises());
    }
  }

  /** Takes the gradients of states that have become parents, where their step draws noise. */
  private void push(Problem problem, Session session, List<RbfChain> running) {
    List<RbfChain> parents =
        running.stream()
            .filter(chain -> gradientScale.isPresent() && !chain.hasStep())
            .filter(chain -> problem.process().stochasticAt(chain.level()))
            .toList();
    if (parents.isEmpty()) {
      return;
    }
    Batch x = Batch.concat(parents.stream().map(chain -> chain.at().x()).toList());
    int[] levels = parents.stream().mapToInt(RbfChain::level).toArray();
    Batch.Reals gradient = session.ask(new Query(Query.Kind.GRADIENT, x, levels)).gradient();
    Batch.Reals half = gradient.times(gradientScale.getAsDouble() / (2 * problem.beta()));
    for (int i = 0; i < levels.length; i++) {
      parents.get(i).push(problem, half.select(new int[] {i}));
    }
  }

  private static RbfChain.State evaluated(Session session, Batch x, int[] levels) {
    Prediction prediction = session.ask(new Query(Query.Kind.PREDICTION, x, levels)).prediction();
    Batch clean =
        session.clean(prediction, Decoding.POSTERIOR_MEAN, session.noise(Purpose.DECODE, 0));
    return new RbfChain.State(x, prediction, clean, new Scalars(session.score(clean)));
  }

  private Samples result(Problem problem, Session session, List<RbfChain> all) {
    double[] found = all.stream().mapToDouble(chain -> chain.result().value()).toArray();
    List<RbfChain.State> winners =
        Arrays.stream(Branching.keep(found, chains, 0, index -> 0))
            .mapToObj(i -> all.get(i).result())
            .toList();
    Batch samples =
        finish == Finish.MEAN
            ? Batch.concat(winners.stream().map(RbfChain.State::clean).toList())
            : solved(problem, session, winners);
    long spent = all.stream().mapToLong(RbfChain::evaluations).sum();
    Samples plain = NoiseMap.samples(problem, Solved.of(samples), cost(problem, spent), Map.of());
    return new Samples(samples, plain.logWeights(), true, plain.scalars(), RbfChain.traces(all));
  }

  private Batch solved(Problem problem, Session session, List<RbfChain.State> winners) {
    Batch x = Batch.concat(winners.stream().map(RbfChain.State::x).toList());
    List<Batch> means = new ArrayList<>();
    for (RbfChain.State winner : winners) {
      means.add(((Prediction.Mean) winner.prediction()).clean());
    }
    Prediction known = new Prediction.Mean((Batch.Reals) Batch.concat(means));
    GaussianProcess process = (GaussianProcess) problem.process();
    return Solve.of(process, last, 0, last).run(session, x, known).states();
  }

  private int noises() {
    return start == Start.ONE ? 1 : starts.orElse(RELEASED_STARTS);
  }

  /**
   * How much a chain does.
   *
   * @param quota Q
   * @param evaluations at most
   */
  private record Size(int quota, int evaluations) {}

  private Size size(Problem problem) {
    int levels = problem.process().steps() - last;
    if (end == End.QUOTA && quota > 0) {
      return new Size(quota, noises() + quota * levels);
    }
    int share = end == End.FORCING ? levels + 1 : levels;
    int least = noises() + (quota > 0 ? quota * levels : share);
    int affordable =
        LargestAffordable.largest(
            problem.budget(), MOST, n -> cost(problem, (long) problem.count() * chains * n));
    int evaluations = Math.max(least, affordable);
    int each = quota > 0 ? quota : (evaluations - noises()) / share;
    return new Size(each, end == End.FORCING ? evaluations : noises() + each * levels);
  }

  @Override
  public Cost cost(Problem problem) {
    return cost(problem, (long) problem.count() * chains * size(problem).evaluations);
  }

  /** The price of so many evaluations, of gradients and of what comes after them. */
  private Cost cost(Problem problem, long evaluations) {
    long after = finish == Finish.ODE ? (long) problem.count() * (last - 1) : 0;
    long gradients =
        gradientScale.isEmpty() ? 0 : (long) problem.count() * chains * parents(problem);
    long nfe = evaluations + gradients + after;
    long rows = nfe * problem.rowsPerParticle();
    return new Cost(nfe, rows, gradients, evaluations + gradients, 0);
  }

  /** G, the levels of a chain from which candidates are drawn that differ. */
  private long parents(Problem problem) {
    return IntStream.rangeClosed(last + 1, problem.process().steps())
        .filter(problem.process()::stochasticAt)
        .count();
  }

  @Override
  public boolean costIsUpperBound() {
    return end == End.QUOTA;
  }

  @Override
  public boolean usesBudget() {
    return end == End.FORCING || quota == 0;
  }
}
