package io.github.tiltbench.algorithm.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.search.DiffusionTree.Returns;
import io.github.tiltbench.algorithm.search.DiffusionTree.Select;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.MaskedProcess;
import io.github.tiltbench.diffusion.Remask;
import io.github.tiltbench.diffusion.Template;
import io.github.tiltbench.exactness.ExactPaths;
import io.github.tiltbench.exactness.SampleMoments;
import io.github.tiltbench.exactness.TokenLabs;
import io.github.tiltbench.run.Lab;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What trees are worth, on the enumerable law of length 4 over 3 tokens and on a Gaussian chain of
 * ten steps. Numbers in the tables were computed apart from this code.
 */
class DiffusionTreeLawsTest {
  private static final Lab T43 = TokenLabs.t43(FirstHittingProcess::new);
  private static final ExactPaths TRUTH = new ExactPaths(T43);

  /** Mean and standard error of exp(value of the root) by the Boltzmann rule, 400 iterations. */
  private static final double PUBLISHED = 4.662;

  private static final double PUBLISHED_ERROR = 0.029;

  /** What trees say of the evidence and of the mean reward times it, and their draws' reward. */
  private record Found(SampleMoments evidence, SampleMoments product, SampleMoments draws) {
    static Found of(DiffusionTree rules, Lab lab, int trees) {
      Found found = new Found(new SampleMoments(), new SampleMoments(), new SampleMoments());
      for (int trial = 0; trial < trees; trial++) {
        TreeNode root = GrownTree.of(rules, lab, trial).root();
        double z = Math.exp(root.value());
        double reward = GrownTree.mean(root, TreeNode::value);
        found.evidence.add(z);
        found.product.add(z * reward);
        found.draws.add(reward);
      }
      return found;
    }
  }

  /** With all children at the root it is self-normalised importance sampling. */
  @ParameterizedTest
  @CsvSource({
    "1, 0.556116, 0.837803",
    "2, 0.436877, 1.376355",
    "4, 0.315958, 1.859893",
    "8, 0.199746, 2.253505"
  })
  void fewIterationsAreImportanceResampling(int iterations, double distance, double reward) {
    SampleMoments rewards = new SampleMoments();
    double[] law = new double[TRUTH.states()];
    int trees = 1_200;
    for (int trial = 0; trial < trees; trial++) {
      TreeNode root = GrownTree.of(GrownTree.rules(iterations), T43, trial).root();
      rewards.add(GrownTree.mean(root, TreeNode::value));
      GrownTree.leaves(
          root,
          (leaf, probability) ->
              law[TRUTH.index(((Batch.Tokens) leaf.state()).row(0))] += probability / trees);
    }
    rewards.assertMean(reward, 4, "reward");
    double[] tilted = TRUTH.tilted();
    double off =
        IntStream.range(0, law.length).mapToDouble(s -> Math.abs(law[s] - tilted[s])).sum();
    assertEquals(distance, off / 2, 0.025, "distance to the tilted law");
  }

  /** Walks that do not look at values leave the evidence and all it weighs unbiased. */
  @ParameterizedTest
  @CsvSource({"UNIFORM, 1", "LEAST_VISITED, 1", "UNIFORM, 7"})
  void blindWalksAreUnbiased(Select select, int batch) {
    DiffusionTree rules = GrownTree.rules(100, select, Returns.DRAW, batch);
    Found found = Found.of(rules, T43, 150);
    found.evidence.assertMean(TRUTH.evidence(), 4, "evidence");
    found.product.assertMean(TRUTH.evidence() * TRUTH.tiltedReward(), 4, "evidence times reward");
  }

  /** The same on chains that reveal several tokens a step, and mask some anew. */
  @Test
  void soTheyAreOnOtherChains() {
    for (Lab lab :
        new Lab[] {
          TokenLabs.t43(space -> new MaskedProcess(space, 4)),
          TokenLabs.t43(
              space ->
                  new Remask(4, Remask.Variant.CAP, 0.2, 0.55, 0.05, 0.9)
                      .from(Template.open(space)))
        }) {
      Found found = Found.of(GrownTree.rules(80), lab, 120);
      found.evidence.assertMean(new ExactPaths(lab).evidence(), 4, lab.process().toString());
    }
  }

  /** Draws come near the tilted law: at 400 iterations a mean reward of 2.810, against 2.822. */
  @Test
  void drawsApproachTheTiltedLaw() {
    Found found = Found.of(GrownTree.rules(400), T43, 40);
    found.draws.assertMean(2.810, 4, "reward of a draw");
  }

  /** The rule as published fails the test that blind walks pass, and by as much as it should. */
  @Test
  void publishedWalksFailThatTest() {
    Found found = Found.of(GrownTree.rules(400, Select.BOLTZMANN, Returns.DRAW, 1), T43, 40);
    double error = found.evidence.standardError();
    assertTrue(
        TRUTH.evidence() - found.evidence.mean() > 10 * error,
        () -> found.evidence.mean() + " is not far below " + TRUTH.evidence());
    assertEquals(PUBLISHED, found.evidence.mean(), 4 * Math.hypot(error, PUBLISHED_ERROR));
  }

  /** On the Gaussian chain with reward a x: evidence over the truth, and the mean of a draw. */
  @ParameterizedTest
  @CsvSource({"1, 0.829, 0.003", "3, 1.427, 0.015"})
  void gaussianChain(double a, double drawn, double error) {
    Lab lab = GrownTree.gaussian(a);
    double evidence = Math.exp(0.499987 * a + 0.333257 * a * a / 2);
    SampleMoments ratio = new SampleMoments();
    SampleMoments draws = new SampleMoments();
    for (int trial = 0; trial < 60; trial++) {
      TreeNode root = GrownTree.of(GrownTree.rules(200), lab, trial).root();
      ratio.add(Math.exp(root.value()) / evidence);
      draws.add(GrownTree.mean(root, leaf -> leaf.value() / a));
    }
    ratio.assertMean(1, 4, "evidence");
    assertEquals(drawn, draws.mean(), 4 * Math.hypot(error, draws.standardError()));
  }

  /** Its bias there: 0.950 and 0.774 after 200 iterations. */
  @Test
  void publishedWalksOnTheGaussianChain() {
    Lab lab = GrownTree.gaussian(1);
    SampleMoments ratio = new SampleMoments();
    SampleMoments draws = new SampleMoments();
    for (int trial = 0; trial < 40; trial++) {
      TreeNode root =
          GrownTree.of(GrownTree.rules(200, Select.BOLTZMANN, Returns.DRAW, 1), lab, trial).root();
      ratio.add(Math.exp(root.value() - 0.666616));
      draws.add(GrownTree.mean(root, TreeNode::value));
    }
    assertEquals(0.950, ratio.mean(), 4 * Math.hypot(0.002, ratio.standardError()));
    assertEquals(0.774, draws.mean(), 4 * Math.hypot(0.002, draws.standardError()));
    assertTrue(ratio.mean() + 4 * ratio.standardError() < 1, "biased");
  }

  /**
   * The best of 36 has a mean of 3.836. 64 iterations more, at 281 NFE in all, find the maximum in
   * all but 0.2 to 0.4 % of runs, also by a computation apart from this code; the best of 70, at
   * 280 NFE, has a mean of 3.974.
   */
  @Test
  void searchFindsTheMaximum() {
    SampleMoments first = new SampleMoments();
    int missed = 0;
    for (int trial = 0; trial < 150; trial++) {
      first.add(best(36, trial));
      missed += best(100, trial) < 4 ? 1 : 0;
    }
    first.assertMean(3.836049, 4, "as best of 36");
    assertTrue(missed <= 3, missed + " of 150 missed");
  }

  private static double best(int iterations, int trial) {
    DiffusionTree search = GrownTree.rules(iterations, Select.UCT, Returns.BEST, 1);
    return TokenLabs.rewards(T43, T43.run(search, 1, Budget.UNLIMITED, trial).states())[0];
  }
}
