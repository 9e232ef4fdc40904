package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.FitFormat;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Learner;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Share;
import io.github.tiltbench.algorithm.Solved;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.engine.learning.LearnedNumbers;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Depth-first search: one particle that jumps back up in noise wherever its clean estimate is worth
 * less than a threshold.
 *
 * <p>Paper: Zhang et al., arXiv 2505.23614 (classical search). Code:
 * XiangchengZhang/Diffusion-inference-scaling.
 *
 * <p>At the levels of {@code at} the reward of the clean estimate is compared with the threshold. A
 * state that reaches it goes on. One that does not is noised again by {@code jump}, or drawn anew
 * where that leads to level T, as long as the run may; then it goes on from the best state that the
 * run has met at this level.
 *
 * <p>Deviations, and why: each sample is compared by itself (the code compares the sum of the
 * rewards of a batch, and has the sign of a loss), with one threshold at all levels (the code
 * divides it by the schedule, the paper writes one a level and uses one). What a good reward is
 * cannot be guessed, so the threshold is a quantile of the rewards of plain samples, or is given in
 * units of the reward. A run is over after a random number of evaluations: what is left of the
 * budget goes to further runs from other noise, of which the sample of the highest reward is
 * returned; a run goes back only as far as the budget can bring it down again. Not with gradients:
 * guided steps are {@code local-search}.
 *
 * <p>This is a maximiser, not a sampler of the tilted law: beta plays no part. With one evaluation
 * at the end and a whole chain for its jump, where a plain sample passes with probability 1 - q, a
 * run of B backtracks returns the law above the threshold with probability 1 - q^(B+1), else the
 * best of B + 1 below.
 *
 * <p>Cost of a sample, at most: a run NFE T + B j, with j the longest way back, min(jump, T + 1 -
 * t) at a level t; REWARD one an evaluation and one for its sample. As many runs as the budget pays
 * for spend all but less than T NFE of it, which is what {@code utilisation} says, as a share. To
 * learn the threshold costs T NFE and one REWARD a roll-out.
 *
 * @param backtracks B, of a run
 * @param runs of a sample; 0 takes as many as the budget pays for
 * @param at shares of the chain that lie ahead where states are judged; 0 is the last step
 * @param jump how far a state is noised, as a share of the chain; a step at least, 1 starts anew
 * @param threshold in units of the reward; the quantile if not given
 * @param quantile of the rewards of plain samples that is the threshold; 0.8 if not given
 * @param rollouts plain samples that the quantile is of; if 0 or not given as many as the fit
 *     budget pays for, or 8 where there is none
 */
public record Dfs(
    int backtracks,
    int runs,
    List<Double> at,
    double jump,
    OptionalDouble threshold,
    OptionalDouble quantile,
    OptionalInt rollouts)
    implements Learner<Double> {
  /** Four backtracks of half a chain, judged late, until the budget is spent. */
  public static final Dfs DEFAULT =
      new Dfs(
          4,
          0,
          List.of(0.25),
          0.5,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalInt.empty());

  private static final int MOST = 1 << 16;
  private static final int MOST_EVALUATIONS = 1 << 24;
  private static final int ROLLOUTS = 8;
  private static final double QUANTILE = 0.8;
  private static final int TOGETHER = 256;
  private static final String THRESHOLD = "threshold";

  /** Refuses what is out of range, and two thresholds. */
  public Dfs {
    if (backtracks < 1 || backtracks > MOST) {
      throw new IllegalArgumentException("backtracks must be from 1 to " + MOST);
    }
    if (runs < 0 || runs > MOST) {
      throw new IllegalArgumentException("runs must be from 0 to " + MOST);
    }
    if (at.isEmpty() || at.stream().anyMatch(share -> !(share >= 0 && share <= 1))) {
      throw new IllegalArgumentException("at must list shares from 0 to 1");
    }
    if (!(jump > 0 && jump <= 1)) {
      throw new IllegalArgumentException("jump must be above 0 and at most 1");
    }
    if (threshold.isPresent() && (quantile.isPresent() || rollouts.isPresent())) {
      throw new IllegalArgumentException(
          "a threshold is given, so there is none to learn by quantile or rollouts");
    }
    if (threshold.isPresent() && Double.isNaN(threshold.getAsDouble())) {
      throw new IllegalArgumentException("threshold must be a number");
    }
    if (quantile.isPresent() && !(quantile.getAsDouble() > 0 && quantile.getAsDouble() < 1)) {
      throw new IllegalArgumentException("quantile must be above 0 and below 1");
    }
    if (rollouts.isPresent() && (rollouts.getAsInt() < 0 || rollouts.getAsInt() > MOST)) {
      throw new IllegalArgumentException("rollouts must be from 0 to " + MOST);
    }
    at = List.copyOf(at);
  }

  @Override
  public Support supports(Problem problem) {
    if (!problem.process().decodes(Decoding.POSTERIOR_MEAN)) {
      return new Support.No("the process cannot decode by " + Decoding.POSTERIOR_MEAN);
    }
    return Support.estimates(problem);
  }

  @Override
  public boolean learns() {
    return threshold.isEmpty();
  }

  /** A quantile of the rewards of plain samples: the least that this share of them do not pass. */
  @Override
  public Double fit(Problem problem, Session session) {
    int all = rollouts(problem);
    double[] reward = new double[all];
    for (int from = 0; from < all; from += TOGETHER) {
      int count = Math.min(TOGETHER, all - from);
      Batch end = Rollout.learnedFrom(problem, session, from, count, (x, level) -> {});
      System.arraycopy(session.score(end), 0, reward, from, count);
    }
    Arrays.sort(reward);
    return reward[Share.ceiling(quantile.orElse(QUANTILE) * all) - 1];
  }

  @Override
  public Optional<FitFormat<Double>> format(Problem problem) {
    return Optional.of(
        new FitFormat<>(
            learned -> LearnedNumbers.of(Map.of(THRESHOLD, new double[] {learned})),
            numbers -> numbers.get(THRESHOLD, 1)[0]));
  }

  private record FitKey(int rollouts, double quantile) {}

  @Override
  public Object fitKey() {
    return new FitKey(rollouts.orElse(0), quantile.orElse(QUANTILE));
  }

  private int rollouts(Problem problem) {
    int given = rollouts.orElse(0);
    if (given > 0 || problem.fit().isEmpty()) {
      return given > 0 ? given : ROLLOUTS;
    }
    return LargestAffordable.largest(problem.fit().get(), MOST, n -> learning(problem, n));
  }

  @Override
  public Cost fitCost(Problem problem) {
    return learning(problem, rollouts(problem));
  }

  private static Cost learning(Problem problem, long n) {
    return problem.chains(n).plus(Cost.of(0, 0, n));
  }

  @Override
  public Samples sample(Problem problem, Session session, Double learned) {
    double least = threshold.isPresent() ? threshold.getAsDouble() : learned;
    DfsPlan plan = plan(problem);
    List<DfsChain> all = new ArrayList<>();
    for (int sample = 0; sample < problem.count(); sample++) {
      all.add(new DfsChain(plan, least, sample));
    }
    for (List<DfsChain> running = all; !running.isEmpty(); running = running(all)) {
      step(problem, session, running);
    }
    long nfe = all.stream().mapToLong(DfsChain::spent).sum();
    long evaluations = all.stream().mapToLong(DfsChain::evaluations).sum();
    long ends = all.stream().mapToLong(DfsChain::runs).sum();
    Cost spent = Cost.of(nfe, nfe * problem.rowsPerParticle(), evaluations + ends);
    Cost learning = learnsHere(problem) ? fitCost(problem) : Cost.ZERO;
    double count = problem.count();
    Map<String, Double> scalars =
        Map.of(
            THRESHOLD,
            least,
            "runs",
            ends / count,
            "backtracks",
            all.stream().mapToLong(DfsChain::backtracks).sum() / count,
            "passed",
            all.stream().mapToLong(DfsChain::passed).sum() / (double) evaluations,
            "utilisation",
            nfe / (double) sampleCost(problem).nfe());
    Batch found = Batch.concat(all.stream().map(DfsChain::found).toList());
    return NoiseMap.samples(problem, Solved.of(found), spent.plus(learning), scalars);
  }

  private static List<DfsChain> running(List<DfsChain> all) {
    return all.stream().filter(chain -> !chain.done()).toList();
  }

  /** One step of each chain, from whatever level it stands on. */
  private static void step(Problem problem, Session session, List<DfsChain> running) {
    ReverseProcess process = problem.process();
    Batch x = Batch.concat(running.stream().map(c -> c.state(process, session)).toList());
    int[] levels = running.stream().mapToInt(DfsChain::level).toArray();
    Prediction prediction = session.ask(new Query(Query.Kind.PREDICTION, x, levels)).prediction();
    StepLaw law = process.law(x, levels, prediction);
    int[] judged = rows(running, DfsChain::judged);
    double[] value = new double[running.size()];
    if (judged.length > 0) {
      Batch clean =
          session.clean(
              prediction.select(judged), Decoding.POSTERIOR_MEAN, session.noise(Purpose.DECODE, 0));
      scatter(session.score(clean), judged, value);
    }
    for (int i = 0; i < running.size(); i++) {
      DfsChain chain = running.get(i);
      Batch next = law.select(new int[] {i}).sample(chain.noise(session, Purpose.STEP));
      chain.move(next, value[i], process, session);
    }
    int[] ended = rows(running, DfsChain::ended);
    if (ended.length > 0) {
      List<Batch> states = IntStream.of(ended).mapToObj(i -> running.get(i).end()).toList();
      scatter(session.score(Batch.concat(states)), ended, value);
      for (int i : ended) {
        running.get(i).finish(value[i]);
      }
    }
  }

  private static int[] rows(List<DfsChain> chains, Predicate<DfsChain> which) {
    return IntStream.range(0, chains.size()).filter(i -> which.test(chains.get(i))).toArray();
  }

  private static void scatter(double[] values, int[] rows, double[] into) {
    for (int i = 0; i < rows.length; i++) {
      into[rows[i]] = values[i];
    }
  }

  private boolean learnsHere(Problem problem) {
    return learns() && problem.fit().isEmpty();
  }

  private DfsPlan plan(Problem problem) {
    int steps = problem.process().steps();
    DfsPlan one = DfsPlan.of(steps, at, jump, backtracks, runs);
    if (runs > 0) {
      return one;
    }
    Cost learned = learnsHere(problem) ? fitCost(problem) : Cost.ZERO;
    int affordable =
        LargestAffordable.largest(
            problem.budget(), MOST_EVALUATIONS, n -> learned.plus(cost(problem, one.spending(n))));
    return one.spending(Math.max(steps, affordable));
  }

  private static Cost cost(Problem problem, DfsPlan plan) {
    long nfe = plan.evaluations();
    Cost one = Cost.of(nfe, nfe * problem.rowsPerParticle(), plan.rewards());
    return one.times(problem.count());
  }

  @Override
  public Cost sampleCost(Problem problem) {
    return cost(problem, plan(problem));
  }

  @Override
  public boolean costIsUpperBound() {
    return true;
  }

  @Override
  public boolean usesBudget() {
    return runs == 0;
  }
}
