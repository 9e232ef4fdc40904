package io.github.tiltbench.algorithm.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.search.DiffusionTree.Backup;
import io.github.tiltbench.algorithm.search.DiffusionTree.Returns;
import io.github.tiltbench.algorithm.search.DiffusionTree.Select;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.SchedulerFile;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.Linear;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjDoubleConsumer;
import java.util.function.ToDoubleFunction;

/**
 * A tree that has grown, at temperature 1, with its price held against the meter.
 *
 * @param root of it
 * @param growth what it came of
 */
record GrownTree(TreeNode root, TreeGrowth growth) {
  static DiffusionTree rules(int iterations) {
    return rules(iterations, Select.UNIFORM, Returns.DRAW, 1);
  }

  static DiffusionTree rules(int iterations, Select select, Returns returns, int batch) {
    return new DiffusionTree(
        iterations,
        List.of(0.8, 0.6, 0.4, 0.2),
        2,
        0.8,
        Optional.of(select),
        1,
        Backup.SOFT,
        returns,
        batch,
        true);
  }

  static GrownTree of(DiffusionTree rules, Lab lab, int trial) {
    return of(rules, lab, Budget.UNLIMITED, trial);
  }

  static GrownTree of(DiffusionTree rules, Lab lab, Budget budget, int trial) {
    Problem problem = lab.problem(1, budget);
    Meter meter = new Meter(budget);
    TreeGrowth growth = new TreeGrowth(rules, problem, lab.session(problem, meter, trial));
    TreeNode root = growth.grow();
    assertEquals(meter.spent(), growth.spent(), "price against meter");
    return new GrownTree(root, growth);
  }

  /** Ten DDIM steps to N(0.5, 0.64) with reward a x. */
  static Lab gaussian(double a) {
    Ddim chain =
        new Ddim(
            10,
            1,
            SchedulerFile.of(
                "scheduler", "{\"clip_sample\": false, \"timestep_spacing\": \"trailing\"}"));
    Gaussian model = new Gaussian(new double[] {0.5}, new double[] {0.64}, chain);
    return new Lab(model.open(), model.reverse(), new Linear(new double[] {a}, 0), 1);
  }

  /** Each leaf with the probability of a walk by weight to it, child by child. */
  static void leaves(TreeNode root, ObjDoubleConsumer<TreeNode> each) {
    leaves(root, 1, each);
  }

  private static void leaves(TreeNode node, double share, ObjDoubleConsumer<TreeNode> each) {
    if (node.leaf()) {
      each.accept(node, share);
      return;
    }
    double sum = node.children().stream().mapToDouble(child -> Math.exp(child.value())).sum();
    node.children().forEach(child -> leaves(child, share * Math.exp(child.value()) / sum, each));
  }

  /** The mean over walks by weight of a number of their leaf. */
  static double mean(TreeNode root, ToDoubleFunction<TreeNode> number) {
    double[] sum = {0};
    leaves(root, (leaf, share) -> sum[0] += share * number.applyAsDouble(leaf));
    return sum[0];
  }
}
