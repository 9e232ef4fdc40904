package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Solved;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Diffusion tree sampling (DTS) and search (DTS*): all chains of a trial are kept as one tree, a
 * walk down it ends where a node has too few children, and a child is drawn there, carried on to a
 * clean sample and scored; rewards are backed up by a soft mean.
 *
 * <p>Paper: Jain, Sareen, Pedramfar, Ravanbakhsh, arXiv 2506.20701. Code: vineetjain96/
 * Diffusion-Tree-Sampling was not at hand; vincehass/SpecDiffTree, a third party's, was.
 *
 * <p>The root stands above the prior, or is the template of a masked chain; below it states branch
 * at the levels {@code at}, and what lies between two of them is one edge. A node of n visits has
 * room for {@code width * n^growth} children. The value of a node is {@code beta log mean exp(value
 * / beta)} over its children, that of a leaf its reward. {@code returns: draw} walks from the root
 * by {@code exp(value / beta)}, once a sample, without asking the model: DTS. {@code best} returns
 * the leaves of the highest rewards: DTS*.
 *
 * <p><b>At the root alone it is best-of-n.</b> With {@code width} 2 and {@code growth} 0.8 the
 * first 36 roll-outs all start at the root (13 by 0.7): until then {@code draw} is importance
 * resampling of that many samples, and {@code best} is best-of-n draw for draw. {@code from_root}
 * is the share of a trial's roll-outs of which that is true, {@code expansions} says how many began
 * at each level.
 *
 * <p>If no walk looks at values ({@code uniform}, the default of {@code draw}, and {@code
 * least-visited}), exp(value of the root / beta) is unbiased for the evidence, and samples have the
 * tilted law as the tree grows; {@code log_evidence} is given then. {@code boltzmann}, published,
 * is <b>not exact</b> and does not become so: a child whose first roll-out was lucky is visited
 * again and falls, an unlucky one is left as it is, so values are low, and samples get worse from
 * the 37th iteration on. On a law of 81 sequences (in the tests) evidence is 0.74 of the truth
 * after 400 iterations and 0.73 after 10,000; uniform walks give 1.00. {@code uct} looks at values
 * too; it is for search, and the default of {@code best} and {@code greedy}.
 *
 * <p>Deviations, and why: walks of {@code draw} are uniform. The mean over children is as in the
 * paper; the code that was at hand sums, so that values grow with the number of children. {@code
 * best} returns the best leaves that were ever scored; {@code greedy}, published, those that a walk
 * by values comes to first. {@code exploration} is in units of beta, so that rewards and beta on
 * another scale change nothing (the paper names no value). {@code batch} walks are made before they
 * are rolled out together, each of which sees the visits of those before and not their rewards:
 * more than 1 is another tree, and not in the paper. Roll-outs of the root alone are asked about
 * together in any case, which changes none. A roll-out that the rest of the budget does not pay for
 * is not begun: its walk goes on down to a node where it does. {@code backup: max} is the paper's
 * for text. Published levels are {@code [0.8, 0.6, 0.4, 0.2]} for 50 and 100 steps, and growth 0.7
 * for text.
 *
 * <p>All samples of a trial are of one tree, so trials are what is independent. Fewer leaves than
 * samples are returned more than once.
 *
 * <p>Cost: a roll-out from a node of level t is t - 1 NFE, since what was predicted there is kept
 * ({@code stored: false} needs less memory and asks again, t NFE); from the root T, or on a masked
 * chain T - 1 and once 1; and one REWARD. A walk that ends in an old leaf costs nothing. At most
 * the whole budget, and as many REWARD as there were roll-outs if none but the first began at the
 * root and all others at the lowest of the levels. With M iterations, of which R find room at the
 * root, at most NFE R T + (M - R) (t - 1) with t the highest of the levels, REWARD M.
 *
 * @param iterations M, walks of a trial; 0 takes as many as the budget pays for
 * @param at shares of the chain that lie ahead where states branch; levels whose step draws no
 *     noise do not
 * @param width C, of the room for children
 * @param growth alpha, of the room for children
 * @param select how a walk chooses among children; uniform for draws and uct else, if not given
 * @param exploration of uct, in units of beta
 * @param backup what a node's value is of those of its children
 * @param returns which leaves are returned
 * @param batch walks that are rolled out together
 * @param stored whether predictions at nodes are kept
 */
public record DiffusionTree(
    int iterations,
    List<Double> at,
    double width,
    double growth,
    Optional<Select> select,
    double exploration,
    Backup backup,
    Returns returns,
    int batch,
    boolean stored)
    implements Algorithm {
  /** Chains of a sample that noise has addresses for. */
  static final int RANKS = 1 << 16;

  /** How a walk chooses among children. */
  public enum Select {
    /** Each as likely. */
    UNIFORM,
    /** The one with the fewest visits. */
    LEAST_VISITED,
    /** By exp(value / beta), as published for draws: biased. */
    BOLTZMANN,
    /** The largest value plus exploration, as published for search. */
    UCT
  }

  /** What a node's value is of those of its children. */
  public enum Backup {
    /** Their soft mean at temperature beta. */
    SOFT,
    /** The largest. */
    MAX
  }

  /** Which leaves are returned. */
  public enum Returns {
    /** Draws by value. */
    DRAW,
    /** The best that were scored. */
    BEST,
    /** Those that a walk by the largest values comes to first, as published. */
    GREEDY
  }

  /** Draws from a tree that fills the budget, as published but for its uniform walks. */
  public static final DiffusionTree DEFAULT =
      new DiffusionTree(
          0,
          List.of(0.8, 0.6, 0.4, 0.2),
          2,
          0.8,
          Optional.empty(),
          1,
          Backup.SOFT,
          Returns.DRAW,
          1,
          true);

  private static final double LEAST_GROWTH = 0.1;

  /** Refuses what is out of range. */
  public DiffusionTree {
    if (iterations < 0 || iterations > RANKS) {
      throw new IllegalArgumentException("iterations must be from 0 to " + RANKS);
    }
    if (at.isEmpty() || at.stream().anyMatch(share -> !(share > 0 && share < 1))) {
      throw new IllegalArgumentException("at must list shares above 0 and under 1");
    }
    if (!(width >= 1 && width < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("width must be finite and at least 1");
    }
    if (!(growth >= LEAST_GROWTH && growth <= 1)) {
      throw new IllegalArgumentException("growth must be from " + LEAST_GROWTH + " to 1");
    }
    if (!(exploration >= 0 && exploration < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("exploration must be finite and at least 0");
    }
    if (batch < 1 || batch > RANKS) {
      throw new IllegalArgumentException("batch must be from 1 to " + RANKS);
    }
    at = List.copyOf(at);
  }

  private Select rule() {
    return select.orElse(returns == Returns.DRAW ? Select.UNIFORM : Select.UCT);
  }

  /** Whether the shape of the tree does not hang on what was found. */
  private boolean blind() {
    return rule() == Select.UNIFORM || rule() == Select.LEAST_VISITED;
  }

  /** The child that a walk goes to. */
  TreeNode child(TreeNode node, double beta, double u) {
    return switch (rule()) {
      case UNIFORM -> node.any(u);
      case LEAST_VISITED -> node.leastVisited();
      case BOLTZMANN -> node.drawn(beta, u);
      case UCT -> node.uppermost(exploration * beta);
    };
  }

  /** Of the mean over children. */
  double temperature(double beta) {
    return backup == Backup.MAX ? 0 : beta;
  }

  /** Which of the first walks find room at the root. */
  BitSet roomAtRoot(int walks) {
    BitSet room = new BitSet();
    TreeNode root = new TreeNode(1, null, null);
    for (int walk = 0; walk < walks; walk++) {
      if (!root.full(width, growth)) {
        root.await();
        room.set(walk);
      }
      root.visit();
    }
    return room;
  }

  @Override
  public Support supports(Problem problem) {
    return new TreePrice(this, problem).levels().length > 0
        ? Support.YES
        : new Support.No(
            "no level of at can branch on this chain, and a tree that branches at its root alone"
                + " is best-of-n");
  }

  @Override
  public List<String> warnings(Problem problem) {
    List<String> warnings = new ArrayList<>();
    int paid = new TreePrice(this, problem).wholes();
    if (roomAtRoot(paid).cardinality() == paid) {
      String other = returns == Returns.DRAW ? "importance resampling" : "best-of-n";
      warnings.add("all " + paid + " chains it pays for start at the root: it is " + other);
    }
    if (returns == Returns.DRAW && !blind()) {
      warnings.add("walks that look at values bias the law of the draws, however many there are");
    }
    if (returns == Returns.DRAW && backup == Backup.MAX) {
      warnings.add("draws by the largest value below a node do not have the tilted law");
    }
    return warnings;
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    TreeGrowth growth = new TreeGrowth(this, problem, session);
    TreeNode root = growth.grow();
    double[] expansions = growth.expansions();
    Map<String, Double> scalars = new TreeMap<>();
    scalars.put("rollouts", (double) growth.leaves().size());
    scalars.put("from_root", expansions[0] / growth.leaves().size());
    if (blind() && backup == Backup.SOFT) {
      scalars.put("log_evidence", root.value() / problem.beta());
    }
    Batch states =
        Batch.concat(
            returned(problem, session, growth, root).stream().map(TreeNode::state).toList());
    Samples plain = NoiseMap.samples(problem, Solved.of(states), growth.spent(), scalars);
    return new Samples(
        states, plain.logWeights(), false, plain.scalars(), Map.of("expansions", expansions));
  }

  private List<TreeNode> returned(
      Problem problem, Session session, TreeGrowth growth, TreeNode root) {
    if (returns == Returns.DRAW) {
      Noise noise = session.noise(Purpose.RETURN, 0);
      return IntStream.range(0, problem.count())
          .mapToObj(i -> root.draw(problem.beta(), noise.uniforms(i)))
          .toList();
    }
    List<TreeNode> order = new ArrayList<>();
    if (returns == Returns.GREEDY) {
      root.leaves(order);
    } else {
      order.addAll(growth.leaves());
      order.sort(Comparator.comparingDouble(leaf -> -leaf.value()));
    }
    return IntStream.range(0, problem.count()).mapToObj(i -> order.get(i % order.size())).toList();
  }

  @Override
  public Cost cost(Problem problem) {
    return new TreePrice(this, problem).most();
  }

  /** How many roll-outs begin low in the tree hangs on the walks. */
  @Override
  public boolean costIsUpperBound() {
    return true;
  }

  @Override
  public boolean usesBudget() {
    return iterations == 0;
  }
}
