package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * One search of {@link Treasure}: from the root to a frontier of clean sequences.
 *
 * <p>Every draw is addressed by level, sample and rank of the parent, so that it does not depend on
 * who else is asked when.
 */
final class TreeSearch {
  /** Ranks that noise has addresses for. */
  static final int RANKS = 1 << 16;

  private final Treasure rules;
  private final int beam;
  private final Problem problem;
  private final Session session;
  private final int sample;
  private final StateSpace.Sequence space;
  private final int steps;
  private final double[] ties;
  private final double[] entropy;

  TreeSearch(Treasure rules, int beam, Problem problem, Session session, int sample) {
    this.rules = rules;
    this.beam = beam;
    this.problem = problem;
    this.session = session;
    this.sample = sample;
    this.space = (StateSpace.Sequence) problem.space();
    this.steps = problem.process().steps();
    this.ties = new double[steps + 1];
    this.entropy = new double[steps + 1];
  }

  /**
   * What a search leaves.
   *
   * @param frontier the clean sequences, the best first
   * @param rewards of each
   * @param ties at levels T..0, the share of the candidates whose score another one has
   * @param entropy at levels T..0, the mean entropy in nats of the positions branched at
   */
  record Outcome(List<Candidate> frontier, double[] rewards, double[] ties, double[] entropy) {}

  /**
   * The frontier of a level and what is known of it.
   *
   * @param logits one row each; null where the model was not asked yet
   * @param rewards of each; null where it was not scored
   */
  private record Frontier(List<Candidate> nodes, Prediction.Logits logits, double[] rewards) {}

  /** Searches with positions as the rules draw them. */
  Outcome run() {
    return run(this::positions);
  }

  /** Searches with positions of somebody else's choice, by the number of masks. */
  Outcome run(IntFunction<UnmaskBranch.Positions> choice) {
    Noise prior = session.noise(Purpose.PRIOR, steps).from(sample);
    int[] root = ((Batch.Tokens) problem.process().prior(1, prior)).row(0);
    Candidate first = new Candidate(root, 0, -1, -1, 0, 0, 0);
    Frontier frontier = new Frontier(Collections.nCopies(rules.roots(), first), null, null);
    for (int masks = steps, level = 1; masks > 0; level++) {
      int left = masks - Math.min(rules.revealsPerLevel(), masks);
      frontier = descend(frontier, choice, masks, left, level);
      masks = left;
    }
    return new Outcome(frontier.nodes, frontier.rewards, ties, entropy);
  }

  private Frontier descend(
      Frontier from, IntFunction<UnmaskBranch.Positions> choice, int masks, int left, int level) {
    int[] row = rows(from);
    Prediction.Logits logits =
        from.logits == null ? ask(first(from.nodes, row), masks, left) : from.logits;
    List<Candidate> children = branch(from.nodes, logits, row, choice.apply(masks), masks, left);
    if (rules.dedupe()) {
      children = Candidate.distinct(children);
    }
    if (!rules.scored(steps, left)) {
      int[] drawn = drawn(children, Candidate::logPath, 1, left);
      return new Frontier(pick(children, drawn), null, null);
    }
    if (!rules.prunes(level, left)) {
      int[] all = sorted(children, IntStream.range(0, children.size()).toArray());
      return new Frontier(pick(children, all), null, null);
    }
    return scored(children, logits, row, left);
  }

  /** The row of the prediction for each node: equal sequences share one. */
  private static int[] rows(Frontier frontier) {
    if (frontier.logits != null) {
      return IntStream.range(0, frontier.nodes.size()).toArray();
    }
    Map<List<Integer>, Integer> seen = new HashMap<>();
    return frontier.nodes.stream()
        .mapToInt(
            node ->
                seen.computeIfAbsent(
                    Arrays.stream(node.tokens()).boxed().toList(), tokens -> seen.size()))
        .toArray();
  }

  /** The first node of each row. */
  private static List<Candidate> first(List<Candidate> nodes, int[] row) {
    List<Candidate> first = new ArrayList<>();
    for (int i = 0; i < row.length; i++) {
      if (row[i] == first.size()) {
        first.add(nodes.get(i));
      }
    }
    return first;
  }

  private Prediction.Logits ask(List<Candidate> nodes, int masks, int to) {
    return (Prediction.Logits) session.denoise(Candidate.batch(nodes), masks, to);
  }

  private List<Candidate> branch(
      List<Candidate> parents,
      Prediction.Logits logits,
      int[] row,
      UnmaskBranch.Positions choice,
      int masks,
      int left) {
    UnmaskBranch rule = rules.unmaskBranch();
    int further = masks - left - 1;
    int branches = Math.min(rules.positionsPerParent(), masks);
    Batch.Tokens fill = further == 0 ? null : fill(logits.select(row), masks);
    Noise noise = ranked(Purpose.PROPOSAL, masks);
    double[] log = new double[space.tokens()];
    List<Candidate> children = new ArrayList<>();
    double doubt = 0;
    for (int rank = 0; rank < parents.size(); rank++) {
      Candidate parent = parents.get(rank);
      int[] open = masked(parent.tokens());
      int count = Math.min(masks, branches + further);
      int[] order = choice.first(rank, logits, row[rank], open, count);
      for (int b = 0; b < branches; b++) {
        int[] tokens = parent.tokens().clone();
        double path = parent.logPath();
        for (int j = 1; j <= further; j++) {
          int position = order[(b + j) % order.length];
          tokens[position] = fill.data()[rank * space.length() + position];
          path += logits.log(row[rank], position, tokens[position], log);
        }
        logits.read(row[rank], order[b], log);
        doubt += UnmaskBranch.entropy(log);
        for (UnmaskBranch.Child child :
            rule.children(order[b], log, noise.round(b).uniforms(rank))) {
          int[] revealed = tokens.clone();
          revealed[child.position()] = child.token();
          children.add(
              new Candidate(
                  revealed,
                  rank,
                  child.position(),
                  child.token(),
                  child.log(),
                  path + child.log(),
                  0));
        }
      }
    }
    entropy[steps - masks] = doubt / (parents.size() * branches);
    return children;
  }

  /** Clean sequences that the positions beyond the branched one are taken from. */
  private Batch.Tokens fill(Prediction.Logits logits, int masks) {
    return (Batch.Tokens) session.clean(logits, rules.fill(), ranked(Purpose.DECODE, masks));
  }

  private int[] masked(int[] tokens) {
    return IntStream.range(0, tokens.length).filter(i -> tokens[i] == space.mask()).toArray();
  }

  /** The noise of a level whose row is a rank. */
  private Noise ranked(Purpose purpose, int masks) {
    return session.noise(purpose, masks).from(sample).branched(RANKS);
  }

  private UnmaskBranch.Positions positions(int masks) {
    Noise noise = ranked(Purpose.STEP, masks);
    return (rank, logits, row, open, count) ->
        switch (rules.position()) {
          case OWN -> UnmaskBranch.drawn(open, count, noise.uniforms(rank));
          case SHARED -> UnmaskBranch.drawn(open, count, noise.uniforms(0));
          case MAX_CONFIDENCE -> UnmaskBranch.surest(false, logits, row, open, count);
          case MIN_ENTROPY -> UnmaskBranch.surest(true, logits, row, open, count);
        };
  }

  private Frontier scored(
      List<Candidate> children, Prediction.Logits parents, int[] row, int left) {
    Batch.Tokens states = Candidate.batch(children);
    Prediction.Logits own = null;
    double[] reward;
    if (left == 0) {
      reward = session.score(states);
    } else {
      boolean fresh = rules.score() == Treasure.Score.CHILD;
      own = fresh ? ask(children, left, left - Math.min(rules.revealsPerLevel(), left)) : null;
      int[] from = children.stream().mapToInt(c -> row[c.parent()]).toArray();
      Prediction.Logits logits = fresh ? own : parents.select(from).at(states);
      reward = values(logits, left);
    }
    List<Candidate> ranked = new ArrayList<>();
    for (int i = 0; i < reward.length; i++) {
      Candidate child = children.get(i);
      double likelihood = rules.gamma() * child.logPath() / (steps - left);
      ranked.add(child.scored(rules.gamma() == 0 ? reward[i] : reward[i] + likelihood));
    }
    ties[steps - left] = Candidate.ties(ranked.stream().sorted(Candidate.ORDER).toList());
    int[] kept =
        rules.tau() == 0 ? best(ranked) : drawn(ranked, Candidate::score, rules.tau(), left);
    return new Frontier(
        pick(ranked, kept),
        own == null ? null : own.select(kept),
        Arrays.stream(kept).mapToDouble(i -> reward[i]).toArray());
  }

  /** The reward of the mode of each row, or the soft value of draws. */
  private double[] values(Prediction.Logits logits, int left) {
    Noise noise = ranked(Purpose.DECODE, left);
    if (rules.completions().isEmpty()) {
      return session.score(session.clean(logits, Decoding.POSTERIOR_MEAN, noise));
    }
    int draws = rules.completions().getAsInt();
    List<Batch> clean = new ArrayList<>();
    for (int draw = 1; draw <= draws; draw++) { // round 0 fills what a step reveals besides
      clean.add(session.clean(logits, Decoding.SAMPLE, noise.round(draw)));
    }
    double[] reward = session.score(Batch.concat(clean));
    double[] own = new double[reward.length]; // the draws of a row one after the other
    Arrays.setAll(own, i -> reward[i % draws * logits.size() + i / draws]);
    return ValueEstimate.Combination.SOFT.of(own, draws, problem.beta());
  }

  private int[] best(List<Candidate> candidates) {
    int[] all = sorted(candidates, IntStream.range(0, candidates.size()).toArray());
    return Arrays.copyOf(all, Math.min(beam, all.length));
  }

  /** As many as the beam is wide, drawn without replacement; the best in order first. */
  private int[] drawn(
      List<Candidate> candidates,
      ToDoubleFunction<Candidate> weight,
      double temperature,
      int left) {
    double[] u = ranked(Purpose.SELECT, left).uniforms(0).first(candidates.size());
    double[] key = new double[candidates.size()];
    for (int i = 0; i < key.length; i++) {
      key[i] = weight.applyAsDouble(candidates.get(i)) + temperature * UnmaskBranch.gumbel(u[i]);
    }
    int[] kept =
        IntStream.range(0, key.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -key[i]))
            .limit(beam)
            .mapToInt(i -> i)
            .toArray();
    return sorted(candidates, kept);
  }

  private static int[] sorted(List<Candidate> candidates, int[] index) {
    return Arrays.stream(index)
        .boxed()
        .sorted(Comparator.comparing(candidates::get, Candidate.ORDER))
        .mapToInt(i -> i)
        .toArray();
  }

  private static List<Candidate> pick(List<Candidate> candidates, int[] index) {
    return Arrays.stream(index).mapToObj(candidates::get).toList();
  }
}
