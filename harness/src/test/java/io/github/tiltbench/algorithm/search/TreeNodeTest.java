package io.github.tiltbench.algorithm.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.tiltbench.diffusion.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Values of nodes and choices among children, on trees written down by hand. */
class TreeNodeTest {
  private static TreeNode node(double temperature, TreeNode... children) {
    TreeNode node = new TreeNode(1, null, null);
    for (TreeNode child : children) {
      node.add(child);
    }
    node.backUp(temperature);
    return node;
  }

  private static TreeNode leaf(double reward) {
    return TreeNode.leaf(new Batch.Reals(new double[] {reward}, new int[] {1}), reward);
  }

  /** Values are means over children: with sums the second child of A would make A larger. */
  @Test
  void valuesAreSoftMeans() {
    TreeNode a = node(1, leaf(1), leaf(3));
    TreeNode root = node(1, a, node(1, leaf(2)));
    assertEquals(2.433781, a.value(), 1e-6);
    assertEquals(2.240229, root.value(), 1e-6);
    double[] draws = new double[4];
    double toA = 0;
    int n = 1_000;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double first = (i + 0.5) / n;
        double second = (j + 0.5) / n;
        TreeNode drawn = root.draw(1, depth -> depth == 0 ? first : second);
        draws[(int) drawn.value()] += 1.0 / n / n;
      }
      toA += root.drawn(1, (i + 0.5) / n) == a ? 1.0 / n : 0;
    }
    assertEquals(0.606776, toA, 1.0 / n);
    assertArrayEquals(new double[] {0, 0.072329, 0.393224, 0.534447}, draws, 1.0 / n);
  }

  @Test
  void valuesAtTemperatureZeroAreTheLargest() {
    assertEquals(3, node(0, node(0, leaf(1), leaf(3)), node(0, leaf(2))).value());
    assertEquals(3, node(1e-3, leaf(1), leaf(3)).value(), 1e-3);
    double none = Double.NEGATIVE_INFINITY;
    assertEquals(none, node(1, leaf(none), leaf(none)).value());
    assertEquals(3 - Math.log(2), node(1, leaf(none), leaf(3)).value(), 1e-12);
  }

  /** A walk by weight has the probability exp(r) / (exp(value of the root) times the fan-outs). */
  @Test
  void probabilitiesTelescope() {
    SplittableRandom random = new SplittableRandom(3);
    for (int tree = 0; tree < 50; tree++) {
      TreeNode root = random(random, 4);
      double[] sum = {0};
      telescoped(root, root, 0, 1);
      GrownTree.leaves(root, (leaf, share) -> sum[0] += share);
      assertEquals(1, sum[0], 1e-12);
    }
  }

  private static TreeNode random(SplittableRandom random, int depth) {
    if (depth == 0) {
      return leaf(4 * random.nextDouble() - 2);
    }
    TreeNode[] children = new TreeNode[1 + random.nextInt(4)];
    Arrays.setAll(children, i -> random(random, depth - 1));
    return node(1, children);
  }

  private static void telescoped(TreeNode root, TreeNode at, double fans, double share) {
    if (at.leaf()) {
      assertEquals(Math.exp(at.value() - root.value() - fans), share, 1e-12);
      return;
    }
    double sum = at.children().stream().mapToDouble(c -> Math.exp(c.value())).sum();
    double fan = Math.log(at.children().size());
    for (TreeNode child : at.children()) {
      telescoped(root, child, fans + fan, share * Math.exp(child.value()) / sum);
    }
  }

  /** By hand: children of values 1, 3, 2 visited 1, 4, 2 times; the root 8 times. */
  @Test
  void waysToChooseAChild() {
    TreeNode[] child = {leaf(1), leaf(3), leaf(2)};
    TreeNode root = node(1, child);
    visit(root, 7);
    visit(child[1], 3);
    visit(child[2], 1);
    assertSame(child[0], root.leastVisited());
    assertSame(child[1], root.any(0.4));
    assertSame(child[1], root.uppermost(0));
    assertSame(child[1], root.uppermost(2)); // 3.884, 4.442, 4.039
    assertSame(child[0], root.uppermost(4)); // 6.768, 5.884, 6.079
    double[] weight = {Math.exp(1), Math.exp(3), Math.exp(2)};
    double sum = Arrays.stream(weight).sum();
    assertSame(child[0], root.drawn(1, weight[0] / sum - 1e-9));
    assertSame(child[1], root.drawn(1, weight[0] / sum + 1e-9));
    visit(child[0], 1);
    assertSame(child[0], root.leastVisited(), "the oldest of two");
  }

  /** What was never admissible so far is gone back to as the lowest of the others would be. */
  @Test
  void boundsOfTheInadmissibleRise() {
    TreeNode[] child = {leaf(Double.NEGATIVE_INFINITY), leaf(3), leaf(2)};
    TreeNode root = node(1, child);
    visit(root, 7);
    visit(child[1], 3);
    visit(child[2], 3);
    assertSame(child[1], root.uppermost(0));
    assertSame(child[0], root.uppermost(2)); // 2 + 2.884, 3 + 1.442, 2 + 1.442
    TreeNode none = node(1, leaf(Double.NEGATIVE_INFINITY), leaf(Double.NEGATIVE_INFINITY));
    visit(none, 1);
    visit(none.children().get(0), 1);
    assertSame(none.children().get(1), none.uppermost(1));
  }

  private static void visit(TreeNode node, int times) {
    IntStream.range(0, times).forEach(i -> node.visit());
  }

  /** The greedy walk goes by values of nodes: 2 alone is worth more than 3 beside 0. */
  @Test
  void theGreedyWalkIsNotTheBestLeaf() {
    List<TreeNode> order = new ArrayList<>();
    node(1, node(1, leaf(0), leaf(2.5)), node(1, leaf(2), leaf(1.9))).leaves(order);
    assertEquals(List.of(2.0, 1.9, 2.5, 0.0), order.stream().map(TreeNode::value).toList());
  }
}
