package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.StateSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * TReASURe: a beam over the order of unmasking. Every sequence of the beam branches at a masked
 * position into its K likeliest tokens (UnmaskBranch), each child is scored by the reward of itself
 * with the other masks filled by their likeliest tokens (ResubstituteScore), the best M go on.
 *
 * <p>It is a maximiser, not a sampler of the tilted law: tokens are not drawn but for their
 * positions, and what survives ignores how likely it is beyond the K first tokens. Its rewards are
 * to be read beside the likelihood and the diversity of what it returns. Nor is a wider beam always
 * better: the score is a guess.
 *
 * <p>Paper: arXiv 2509.23146, of which abstract and reviews were read, not its algorithm boxes; no
 * code is published. What they leave open is decided here: ties of tokens go to the lower id; the
 * beam is ordered by score, then by the token's probability given its parent, then by rank of the
 * parent, position and token, scores and probabilities compared without what is beyond a relative
 * 1e-9; equal sequences are merged before they are scored, the first in that order stays. A tree
 * has one root, and each parent draws a position of its own ({@code shared}: one draw for the
 * level). Position and token come without reveal times, which no network here is told.
 *
 * <p>Score {@code parent}, the published one, fills by the prediction that the parent branched by:
 * no evaluation more, and siblings differ at one position. {@code child} asks the model about each
 * child; a survivor's answer serves its own branching.
 *
 * <p>Options beyond the paper: {@code completions} scores a child by the soft value, at the study's
 * beta, of so many draws from the prediction in place of its mode. {@code gamma} adds the mean
 * log-probability of the revealed tokens to the score. {@code tau} draws the survivors without
 * replacement by exp(score / tau); the order of the beam stays. {@code prune_from} leaves that
 * share of the tokens to the model: until it is revealed nothing is scored, since completions of
 * nearly empty sequences are no text, and survivors are drawn by their own probability, without
 * replacement. Between two prunings ({@code levels_between_pruning}) all candidates go on. Several
 * positions a parent share the K tokens evenly. Several reveals a level fill those beyond the
 * branched one from the same prediction, at the positions next in order.
 *
 * <p>It branches where one token is revealed, so it needs the first-hitting chain; on a grid of
 * times most steps reveal none.
 *
 * <p>Cost of a sample: let C(d) be the candidates of level d = 1..D and F(d) = min(M, C(d)) those
 * that go on (C(d) between prunings), F(0) = 1 the root; C(d) = F(d - 1) K, or K a root at level 1.
 * NFE by parent the sum of F(0)..F(D - 1), by child F(0) and the sum of C(1)..C(D - 1); where
 * nothing is scored F(d) takes the place of C(d). REWARD the sum of C(d) over the levels that are
 * pruned by score, times the completions above the last. This is the most: merged candidates and
 * impossible tokens (a nucleus leaves fewer than K) spend less.
 *
 * @param beam M, sequences that go on; 0 takes as many as the budget pays for
 * @param branch K, children of a parent
 * @param score whose prediction fills the masks of a child
 * @param position how the position of a parent is chosen
 * @param tokens whether children are the likeliest tokens or drawn without replacement
 * @param topP mass of the likeliest tokens that may be children; 1 for all
 * @param tau temperature of pruning; 0 keeps the best
 * @param gamma weight of the mean log-probability beside the reward
 * @param dedupe whether equal sequences are merged
 * @param roots copies of the root, which draw positions of their own
 * @param positionsPerParent B, positions a parent branches at
 * @param revealsPerLevel g, tokens revealed a level
 * @param fill how tokens beyond the branched one are revealed, by their mode or a draw
 * @param levelsBetweenPruning f, levels from one pruning to the next
 * @param pruneFrom share of the tokens that is revealed before anything is scored
 * @param completions draws from the prediction that score a child; its mode if not given
 */
public record Treasure(
    int beam,
    int branch,
    Score score,
    Position position,
    Tokens tokens,
    double topP,
    double tau,
    double gamma,
    boolean dedupe,
    int roots,
    int positionsPerParent,
    int revealsPerLevel,
    Decoding fill,
    int levelsBetweenPruning,
    double pruneFrom,
    OptionalInt completions)
    implements Algorithm {
  /** Whose prediction fills the masks of a child. */
  public enum Score {
    /** The parent's. */
    PARENT,
    /** Its own. */
    CHILD
  }

  /** How the position of a parent is chosen. */
  public enum Position {
    /** Uniformly, each parent for itself. */
    OWN,
    /** Uniformly, by one draw for all parents of a level. */
    SHARED,
    /** Where the likeliest token is most probable. */
    MAX_CONFIDENCE,
    /** Where the prediction has the least entropy. */
    MIN_ENTROPY
  }

  /** Which tokens a parent branches into. */
  public enum Tokens {
    /** The likeliest. */
    TOP,
    /** A draw without replacement. */
    SAMPLE
  }

  /** Fills the budget with five children a parent, each scored by its parent's prediction. */
  public static final Treasure DEFAULT = new Treasure(0, 5, Score.PARENT);

  /** More candidates than any budget pays for. */
  private static final long MANY = 1L << 40;

  /** Refuses what is out of range. */
  public Treasure {
    if (beam < 0 || beam > TreeSearch.RANKS) {
      throw new IllegalArgumentException("beam must be from 0 to " + TreeSearch.RANKS);
    }
    atLeastOne("branch", branch);
    atLeastOne("roots", roots);
    atLeastOne("positionsPerParent", positionsPerParent);
    atLeastOne("revealsPerLevel", revealsPerLevel);
    atLeastOne("levelsBetweenPruning", levelsBetweenPruning);
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("topP must be above 0 and at most 1");
    }
    if (!(tau >= 0 && tau < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("tau must be finite and at least 0");
    }
    if (!Double.isFinite(gamma)) {
      throw new IllegalArgumentException("gamma must be finite");
    }
    if (branch % positionsPerParent != 0) {
      throw new IllegalArgumentException("branch must be a multiple of positions_per_parent");
    }
    if (completions.orElse(1) < 1) {
      throw new IllegalArgumentException("completions must be at least 1");
    }
    if (!(pruneFrom >= 0 && pruneFrom < 1)) {
      throw new IllegalArgumentException("pruneFrom must be at least 0 and below 1");
    }
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1");
    }
  }

  /** As published, one root and one position a parent. */
  public Treasure(int beam, int branch, Score score) {
    this(
        beam,
        branch,
        score,
        Position.OWN,
        Tokens.TOP,
        1,
        0,
        0,
        true,
        1,
        1,
        1,
        Decoding.POSTERIOR_MEAN,
        1,
        0,
        OptionalInt.empty());
  }

  @Override
  public Support supports(Problem problem) {
    if (!(problem.space() instanceof StateSpace.Sequence)) {
      return new Support.No("it unmasks tokens, which these states have none of");
    }
    return problem.process() instanceof FirstHittingProcess
        ? Support.YES
        : new Support.No("it branches where one token is revealed (process first-hitting)");
  }

  @Override
  public List<String> warnings(Problem problem) {
    return beam(problem) == 1 && children(problem) == 1
        ? List.of("one child a parent leaves nothing to choose from")
        : List.of();
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    List<TreeSearch.Outcome> outcomes = new ArrayList<>();
    for (int sample = 0; sample < problem.count(); sample++) {
      outcomes.add(new TreeSearch(this, beam(problem), problem, session, sample).run());
    }
    List<Candidate> best = outcomes.stream().map(o -> o.frontier().get(0)).toList();
    return new Samples(
        Candidate.batch(best),
        new double[best.size()],
        true,
        Map.of("log_path", best.stream().mapToDouble(Candidate::logPath).average().orElseThrow()),
        Map.of(
            "ties", mean(outcomes.stream().map(TreeSearch.Outcome::ties).toList()),
            "branch_entropy", mean(outcomes.stream().map(TreeSearch.Outcome::entropy).toList()),
            "frontier", mean(outcomes.stream().map(TreeSearch.Outcome::rewards).toList())));
  }

  /** The mean of each element; of rows of different length as far as the shortest goes. */
  private static double[] mean(List<double[]> rows) {
    double[] mean = new double[rows.stream().mapToInt(row -> row.length).min().orElseThrow()];
    Arrays.setAll(mean, i -> rows.stream().mapToDouble(row -> row[i]).average().orElseThrow());
    return mean;
  }

  UnmaskBranch unmaskBranch() {
    return new UnmaskBranch(branch / positionsPerParent, tokens == Tokens.SAMPLE, topP);
  }

  /** Whether candidates with so many masks left of all are scored. */
  boolean scored(int steps, int left) {
    return left == 0 || steps - left > pruneFrom * steps;
  }

  /** Whether the candidates of a level, counted from 1, are pruned by their scores. */
  boolean prunes(int level, int left) {
    return left == 0 || level % levelsBetweenPruning == 0;
  }

  private int beam(Problem problem) {
    return beam > 0
        ? beam
        : LargestAffordable.largest(problem.budget(), TreeSearch.RANKS, m -> cost(problem, m));
  }

  @Override
  public Cost cost(Problem problem) {
    return cost(problem, beam(problem));
  }

  private Cost cost(Problem problem, int m) {
    int steps = problem.process().steps();
    long frontier = roots;
    long nfe = 1;
    long rewards = 0;
    for (int masks = steps, level = 1; masks > 0; level++) {
      int left = masks - Math.min(revealsPerLevel, masks);
      long positions = Math.min(positionsPerParent, masks);
      long candidates = Math.min(MANY, frontier * positions * children(problem));
      boolean scored = scored(steps, left);
      boolean ranked = scored && prunes(level, left);
      frontier = scored && !ranked ? candidates : Math.min(m, candidates);
      nfe += left == 0 ? 0 : ranked && score == Score.CHILD ? candidates : frontier;
      rewards += ranked ? candidates * (left == 0 ? 1 : completions.orElse(1)) : 0;
      masks = left;
    }
    return Cost.of(nfe, nfe * problem.rowsPerParticle(), rewards).times(problem.count());
  }

  /** Most children of a parent at one position. */
  private long children(Problem problem) {
    return Math.min(branch / positionsPerParent, ((StateSpace.Sequence) problem.space()).tokens());
  }

  /** Merged candidates and impossible tokens spend less. */
  @Override
  public boolean costIsUpperBound() {
    return true;
  }

  @Override
  public boolean usesBudget() {
    return beam == 0;
  }
}
