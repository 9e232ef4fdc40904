package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Uniforms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A state of a {@link DiffusionTree}, with all that has come of it.
 *
 * <p>Where the prior draws noise the root is no state: it stands above level T, and its children
 * are draws of the prior.
 */
final class TreeNode {
  private final int level;
  private final Batch state;
  private final StepLaw law;
  private final List<TreeNode> children = new ArrayList<>();
  private double value;
  private int visits = 1;
  private int awaited;

  /**
   * A node without children.
   *
   * @param state one row; null above level T
   * @param law of its children; null where it is not kept
   */
  TreeNode(int level, Batch state, StepLaw law) {
    this.level = level;
    this.state = state;
    this.law = law;
  }

  /** A clean state and its reward. */
  static TreeNode leaf(Batch state, double reward) {
    TreeNode leaf = new TreeNode(0, state, null);
    leaf.value = reward;
    return leaf;
  }

  int level() {
    return level;
  }

  Batch state() {
    return state;
  }

  StepLaw law() {
    return law;
  }

  double value() {
    return value;
  }

  int visits() {
    return visits;
  }

  List<TreeNode> children() {
    return Collections.unmodifiableList(children);
  }

  boolean leaf() {
    return level == 0;
  }

  /** Whether it has as many children as its visits warrant, with those that are on their way. */
  boolean full(double width, double growth) {
    return children.size() + awaited >= width * Math.pow(visits, growth);
  }

  /** Counts a walk through it. */
  void visit() {
    visits++;
  }

  /** Counts a child that is on its way. */
  void await() {
    awaited++;
  }

  /** Takes the child that was awaited longest. */
  void arrive(TreeNode child) {
    awaited--;
    add(child);
  }

  void add(TreeNode child) {
    children.add(child);
  }

  /** Values it by its children: their soft mean at a temperature, at 0 their largest. */
  void backUp(double temperature) {
    double[] values = values();
    if (temperature == 0) {
      value = values[Branching.keep(values, values.length, 0, family -> 0)[0]];
      return;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= temperature;
    }
    value = temperature * new Weights(values).logMean();
  }

  private double[] values() {
    return children.stream().mapToDouble(TreeNode::value).toArray();
  }

  /** A child by its weight exp(value / beta). */
  TreeNode drawn(double beta, double u) {
    return children.get(Branching.keep(values(), children.size(), beta, family -> u)[0]);
  }

  /** Any child, each as likely. */
  TreeNode any(double u) {
    return children.get((int) (u * children.size()));
  }

  /** The child that was visited least, the oldest among equals. */
  TreeNode leastVisited() {
    return largest(child -> -child.visits);
  }

  /**
   * The child of the largest upper bound, the oldest among equals; one of which nothing admissible
   * came counts as the lowest of the others.
   */
  TreeNode uppermost(double exploration) {
    double log = Math.log(visits);
    double lowest = Arrays.stream(values()).filter(Double::isFinite).min().orElse(0);
    return largest(
        child -> Math.max(child.value, lowest) + exploration * Math.sqrt(log / child.visits));
  }

  private TreeNode largest(ToDoubleFunction<TreeNode> score) {
    TreeNode largest = children.get(0);
    double record = score.applyAsDouble(largest);
    for (TreeNode child : children) {
      double found = score.applyAsDouble(child);
      if (found > record) {
        largest = child;
        record = found;
      }
    }
    return largest;
  }

  /** A leaf below it, child by child by weight. */
  TreeNode draw(double beta, Uniforms u) {
    TreeNode at = this;
    for (int depth = 0; !at.leaf(); depth++) {
      at = at.drawn(beta, u.at(depth));
    }
    return at;
  }

  /** The leaves below it where the best child comes first with all its leaves, and so on down. */
  void leaves(List<TreeNode> into) {
    if (leaf()) {
      into.add(this);
      return;
    }
    children.stream()
        .sorted(Comparator.comparingDouble(child -> -child.value))
        .forEach(child -> child.leaves(into));
  }
}
