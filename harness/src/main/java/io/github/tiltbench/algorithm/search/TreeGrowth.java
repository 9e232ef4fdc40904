package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.MaskedChain;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Uniforms;
import java.util.ArrayList;
import java.util.List;

/**
 * The tree of one trial of {@link DiffusionTree}, from its root until iterations or budget are used
 * up.
 *
 * <p>Roll-out i is addressed as chain i of the trial: {@code i / count} of sample {@code i %
 * count}, so that the first are the candidates of best-of-n. Walk w draws its way by uniforms of
 * its own.
 */
final class TreeGrowth {
  /** Roll-outs of the root that are asked about in one call. */
  private static final int TOGETHER = 64;

  private final DiffusionTree rules;
  private final Problem problem;
  private final Session session;
  private final ReverseProcess process;
  private final TreePrice price;
  private final int mostWalks;
  private final int mostRollouts;
  private final Cost least;
  private final boolean[] branches;
  private final TreeNode root;
  private final List<TreeNode> leaves = new ArrayList<>();
  private final double[] expansions;
  private Cost spent = Cost.ZERO;
  private int walks;
  private int rollouts;

  TreeGrowth(DiffusionTree rules, Problem problem, Session session) {
    this.rules = rules;
    this.problem = problem;
    this.session = session;
    this.process = problem.process();
    this.price = new TreePrice(rules, problem);
    this.mostWalks = price.walks();
    this.mostRollouts = price.rollouts();
    this.least = price.least();
    int steps = process.steps();
    this.branches = new boolean[steps + 1];
    for (int level : price.levels()) {
      branches[level] = true;
    }
    this.expansions = new double[steps + 1];
    this.root = root(steps);
  }

  private TreeNode root(int steps) {
    if (!(process instanceof MaskedChain)) {
      return new TreeNode(steps + 1, null, process.initial(1));
    }
    Batch start = process.prior(1, session.noise(Purpose.PRIOR, steps));
    spent = price.start();
    return new TreeNode(
        steps,
        start,
        rules.stored() ? process.law(start, steps, session.denoise(start, steps)) : null);
  }

  /** Grows the tree. */
  TreeNode grow() {
    while (goesOn()) {
      List<Walk> batch = walks();
      rollOut(batch.stream().filter(walk -> !walk.end().leaf()).toList());
      batch.forEach(this::backUp);
    }
    return root;
  }

  /** The leaves, in the order in which they were found. */
  List<TreeNode> leaves() {
    return leaves;
  }

  /** What it has cost. */
  Cost spent() {
    return spent;
  }

  /** At levels T..0, the roll-outs that began there; those of the root are the first. */
  double[] expansions() {
    return expansions;
  }

  private boolean goesOn() {
    return walks < mostWalks && rollouts < mostRollouts && (rules.iterations() > 0 || pays(least));
  }

  private boolean pays(Cost cost) {
    return problem.budget().covers(problem.withDecoding(spent.plus(cost)));
  }

  /** A way down from the root to a leaf, or to a node that gets a child. */
  private static final class Walk {
    private final List<TreeNode> path;
    private final int rollout;
    private final List<TreeNode> grown = new ArrayList<>();
    private Batch state;
    private int level;

    Walk(List<TreeNode> path, int rollout) {
      this.path = path;
      this.rollout = rollout;
    }

    TreeNode end() {
      return path.get(path.size() - 1);
    }
  }

  /**
   * Walks of a batch; each counts its visits before the next sets out. One that finds nothing but
   * children on their way is not made, and ends the batch.
   */
  private List<Walk> walks() {
    List<Walk> batch = new ArrayList<>();
    while (goesOn()) {
      List<TreeNode> path = path();
      TreeNode end = path.get(path.size() - 1);
      if (!(end.leaf() || expands(end)) || !joins(path, batch)) {
        break;
      }
      walks++;
      path.forEach(TreeNode::visit);
      batch.add(new Walk(path, rollouts));
      if (!end.leaf()) {
        end.await();
        spent = spent.plus(price.of(end));
        rollouts++;
        expansions[Math.max(0, process.steps() - end.level())]++;
      }
    }
    if (batch.isEmpty()) {
      throw new IllegalStateException("the budget pays for no chain, which the price rules out");
    }
    return batch;
  }

  /** Those that end at the root choose nothing: they need not wait for each other. */
  private boolean joins(List<TreeNode> path, List<Walk> batch) {
    return batch.size() < rules.batch()
        || (batch.size() < TOGETHER
            && path.size() == 1
            && batch.stream().allMatch(walk -> walk.end() == root));
  }

  private List<TreeNode> path() {
    Uniforms u = session.noise(Purpose.SELECT, 0).uniforms(walks);
    List<TreeNode> path = new ArrayList<>(List.of(root));
    TreeNode at = root;
    while (!at.leaf() && !expands(at) && !at.children().isEmpty()) {
      at = rules.child(at, problem.beta(), u.at(path.size() - 1));
      path.add(at);
    }
    return path;
  }

  /** Not where the rest of the budget does not pay for it, so that it goes to cheaper nodes. */
  private boolean expands(TreeNode node) {
    return !node.full(rules.width(), rules.growth()) && pays(price.of(node));
  }

  /** Carries the new child of each walk's end down to a clean state that is scored. */
  private void rollOut(List<Walk> batch) {
    for (Walk walk : batch) {
      TreeNode from = walk.end();
      boolean known = from.law() != null;
      walk.state = known ? from.law().sample(noise(walk, from.level())) : from.state();
      walk.level = known ? from.level() - 1 : from.level();
    }
    List<Walk> running = running(batch);
    while (!running.isEmpty()) {
      step(running);
      running = running(running);
    }
    if (!batch.isEmpty()) {
      double[] rewards = session.score(states(batch));
      for (int i = 0; i < rewards.length; i++) {
        TreeNode leaf = TreeNode.leaf(batch.get(i).state, rewards[i]);
        batch.get(i).grown.add(leaf);
        leaves.add(leaf);
      }
    }
  }

  private static List<Walk> running(List<Walk> batch) {
    return batch.stream().filter(walk -> walk.level > 0).toList();
  }

  private static Batch states(List<Walk> batch) {
    return batch.size() == 1
        ? batch.get(0).state
        : Batch.concat(batch.stream().map(walk -> walk.state).toList());
  }

  private void step(List<Walk> running) {
    Batch x = states(running);
    int[] levels = running.stream().mapToInt(walk -> walk.level).toArray();
    Prediction prediction = session.ask(new Query(Query.Kind.PREDICTION, x, levels)).prediction();
    StepLaw laws = process.law(x, levels, prediction);
    for (int i = 0; i < levels.length; i++) {
      Walk walk = running.get(i);
      StepLaw law = levels.length == 1 ? laws : laws.select(new int[] {i});
      if (branches[walk.level] && walk.level < walk.end().level()) {
        walk.grown.add(new TreeNode(walk.level, walk.state, rules.stored() ? law : null));
      }
      walk.state = law.sample(noise(walk, walk.level));
      walk.level--;
    }
  }

  /** The noise of a roll-out where it leaves a level. */
  private Noise noise(Walk walk, int level) {
    int steps = process.steps();
    Noise noise =
        level > steps ? session.noise(Purpose.PRIOR, steps) : session.noise(Purpose.STEP, level);
    return noise
        .from(walk.rollout % problem.count())
        .branched(DiffusionTree.RANKS)
        .skip(walk.rollout / problem.count());
  }

  private void backUp(Walk walk) {
    double temperature = rules.temperature(problem.beta());
    if (walk.grown.isEmpty()) {
      return; // an old leaf: nobody's children have changed
    }
    walk.end().arrive(walk.grown.get(0));
    for (int i = walk.grown.size() - 2; i >= 0; i--) {
      TreeNode node = walk.grown.get(i);
      node.add(walk.grown.get(i + 1));
      node.visit();
      node.backUp(temperature);
    }
    for (int i = walk.path.size() - 1; i >= 0; i--) {
      walk.path.get(i).backUp(temperature);
    }
  }
}
