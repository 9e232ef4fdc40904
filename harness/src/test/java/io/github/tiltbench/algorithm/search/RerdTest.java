package io.github.tiltbench.algorithm.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.exactness.ExactPaths;
import io.github.tiltbench.exactness.G10;
import io.github.tiltbench.exactness.SampleMoments;
import io.github.tiltbench.exactness.TokenLabs;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.TokenScores;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rounds of refinement, held against their own law, and what they cost. */
class RerdTest {
  private static final Lab T43 = TokenLabs.t43(FirstHittingProcess::new);
  private static final ExactPaths EXACT = new ExactPaths(T43);
  private static final double[] BASE = EXACT.base();

  /** One chain a sample with everything but the width, the rounds and the depth as by default. */
  private static Rerd rerd(int width, int rounds, double depth) {
    return new Rerd(width, 0, rounds, 1, depth, 1, true, true);
  }

  /** A round that masks one position and keeps the best of so many tokens for it. */
  private static double[] round(double[] law, int width) {
    double[] reward = EXACT.reward();
    double[] next = new double[law.length];
    for (int s = 0; s < law.length; s++) {
      for (int at = 0; law[s] > 0 && at < 4; at++) {
        int[] other = new int[3];
        for (int v = 0; v < 3; v++) {
          int[] x = EXACT.state(s);
          x[at] = v;
          other[v] = EXACT.index(x);
        }
        double all = Arrays.stream(other).mapToDouble(o -> BASE[o]).sum();
        for (int o : other) {
          double below = mass(BASE, reward, other, reward[o], false) / all;
          double upTo = mass(BASE, reward, other, reward[o], true) / all;
          double best = Math.pow(upTo, width) - Math.pow(below, width);
          next[o] += law[s] / 4 * best * BASE[o] / all / (upTo - below);
        }
      }
    }
    return next;
  }

  private static double mass(double[] p, double[] r, int[] states, double limit, boolean equal) {
    return Arrays.stream(states)
        .filter(o -> r[o] < limit - 1e-9 || (equal && r[o] < limit + 1e-9))
        .mapToDouble(o -> p[o])
        .sum();
  }

  private static double[] after(int rounds, int width) {
    double[] law = BASE;
    for (int i = 0; i < rounds; i++) {
      law = round(law, width);
    }
    return law;
  }

  /** Mean rewards after 0, 1, 5, 20 rounds and for ever, and how far the last is from the tilt. */
  @ParameterizedTest
  @CsvSource({
    "1, 0.837803, 0.837803, 0.837803, 0.837803, 0.837803, 0.556116",
    "2, 0.837803, 1.120863, 1.571029, 1.901491, 1.972483, 0.298302",
    "4, 0.837803, 1.383652, 2.241129, 2.803438, 2.972128, 0.262802"
  })
  void roundsHaveALawOfTheirOwn(
      int width, double none, double one, double five, double twenty, double ever, double off) {
    double[] expected = {none, one, five, twenty, ever};
    int[] rounds = {0, 1, 5, 20, 2000};
    for (int i = 0; i < rounds.length; i++) {
      double mean = ExactPaths.dot(after(rounds[i], width), EXACT.reward());
      assertEquals(expected[i], mean, 1e-6, rounds[i] + " rounds");
    }
    double[] last = after(2000, width);
    double[] tilted = EXACT.tilted();
    double distance =
        IntStream.range(0, last.length).mapToDouble(s -> Math.abs(last[s] - tilted[s])).sum() / 2;
    assertEquals(off, distance, 1e-6);
    double most =
        IntStream.range(0, last.length)
            .filter(s -> EXACT.reward()[s] > 3.9)
            .mapToDouble(s -> last[s])
            .sum();
    if (width > 1) {
      assertEquals(width == 2 ? 0.183150 : 0.367812, most, 1e-6);
    }
  }

  /** The same laws, by the method itself from samples of the model. */
  @ParameterizedTest
  @CsvSource({"1, 20", "2, 1", "2, 5", "2, 20", "4, 1", "4, 5", "4, 20"})
  void roundsFollowTheirLaw(int width, int rounds) {
    int n = 2000;
    Batch x = T43.run(new Pretrained(), n, Budget.UNLIMITED, 3).states();
    Problem problem = T43.problem(n, Budget.UNLIMITED);
    Session session = T43.session(problem, new Meter(Budget.UNLIMITED), 4);
    Rerd rerd = rerd(width, rounds, 0.25);
    SvddChains svdd = rerd.svdd(problem, session, width);
    for (int round = 1; round <= rounds; round++) {
      x = rerd.round(problem, session, svdd, x, round).states();
    }
    double[] law = after(rounds, width);
    long[] count = new long[EXACT.states()];
    SampleMoments reward = new SampleMoments();
    for (int row = 0; row < n; row++) {
      int state = EXACT.index(((Batch.Tokens) x).row(row));
      count[state]++;
      reward.add(EXACT.reward()[state]);
    }
    reward.assertMean(ExactPaths.dot(law, EXACT.reward()), 4, "reward");
    double off = ExactPaths.chiSquare(count, law);
    assertTrue(off < 4, "chi-square lies " + off + " deviations off");
  }

  /** With L = 4, in closed form, with reuse and as the released code asks. */
  @ParameterizedTest
  @CsvSource({"3, 1, 1, 1", "3, 5, 1, 1", "3, 5, 2, 1", "2, 7, 4, 1", "1, 3, 2, 1", "3, 2, 2, 5"})
  void pricesAreInClosedForm(int m, int i, int k, int chains) {
    double depth = k / 4.0;
    Problem one = T43.problem(1, Budget.UNLIMITED);
    int reused = (1 + 3 * m + i * (1 + (k - 1) * m)) * chains;
    int released = (1 + m) * (4 + i * k) * chains;
    int rewards = (4 * m + i * k * m) * chains;
    Rerd reusing = new Rerd(m, 0, i, chains, depth, 1, true, true);
    Rerd asking = new Rerd(m, 0, i, chains, depth, 1, true, false);
    assertEquals(Cost.of(reused, reused, rewards), reusing.cost(one));
    assertEquals(Cost.of(released, released, rewards), asking.cost(one));
    Samples a = T43.run(reusing, 5, Budget.UNLIMITED, 1);
    Samples b = T43.run(asking, 5, Budget.UNLIMITED, 1);
    assertArrayEquals(((Batch.Tokens) a.states()).data(), ((Batch.Tokens) b.states()).data());
  }

  /** What is returned is the best of all rounds, or by choice the last. */
  @Test
  void theBestEverIsReturned() {
    int n = 200;
    double[] best = null;
    for (int rounds = 1; rounds <= 6; rounds++) {
      double[] last =
          rewards(T43.run(new Rerd(2, 0, rounds, 1, 0.5, 1, false, true), n, Budget.UNLIMITED, 2));
      double[] ever = rewards(T43.run(rerd(2, rounds, 0.5), n, Budget.UNLIMITED, 2));
      double[] before = best;
      for (int row = 0; row < n; row++) {
        assertTrue(ever[row] >= last[row], "a round was better than the best");
        assertTrue(before == null || ever[row] >= before[row], "the best was forgotten");
        if (before != null) {
          assertEquals(Math.max(before[row], last[row]), ever[row]);
        }
      }
      best = ever;
      assertTrue(rounds < 2 || !Arrays.equals(ever, last), "a round is not always the best");
    }
  }

  private static double[] rewards(Samples samples) {
    return TokenLabs.rewards(T43, samples.states());
  }

  /** Chains are drawn by exp(r / (tau beta)). */
  @ParameterizedTest
  @CsvSource({"1, 1", "0.5, 1", "2, 0.25"})
  void chainsAreResampledByTheirRewards(double tau, double beta) {
    int n = 4000;
    Lab lab = new Lab(T43.denoiser(), T43.process(), T43.verifier(), beta);
    Problem problem = lab.problem(n, Budget.UNLIMITED);
    Session session = lab.session(problem, new Meter(Budget.UNLIMITED), 0);
    double[] own = {0, 1, -0.5};
    double[] rewards = new double[3 * n];
    int[] labels = new int[3 * n];
    Arrays.setAll(rewards, row -> own[row % 3]);
    Arrays.setAll(labels, row -> row);
    Rerd rerd = new Rerd(2, 0, 1, 3, 0.25, tau, true, true);
    Batch.Tokens drawn =
        (Batch.Tokens) rerd.resampled(problem, session, new Batch.Tokens(labels, 1), rewards, 1);
    SampleMoments[] children = {new SampleMoments(), new SampleMoments(), new SampleMoments()};
    for (int sample = 0; sample < n; sample++) {
      int[] count = new int[3];
      for (int chain = 0; chain < 3; chain++) {
        int from = drawn.data()[3 * sample + chain];
        assertEquals(sample, from / 3, "chains of another sample");
        count[from % 3]++;
      }
      for (int chain = 0; chain < 3; chain++) {
        children[chain].add(count[chain]);
      }
    }
    double[] w = new Weights(Arrays.stream(own).map(r -> r / (tau * beta)).toArray()).normalised();
    for (int chain = 0; chain < 3; chain++) {
      children[chain].assertMean(3 * w[chain], 4, "children of chain " + chain);
    }
    Arrays.fill(rewards, Double.NEGATIVE_INFINITY);
    Batch kept = rerd.resampled(problem, session, new Batch.Tokens(labels, 1), rewards, 1);
    assertArrayEquals(labels, ((Batch.Tokens) kept).data());
  }

  /** A reward of ten times the scale at ten times the temperature gives the same samples. */
  @Test
  void theScaleOfTheRewardDoesNotMatter() {
    Rerd rerd = new Rerd(2, 0, 5, 4, 0.5, 1, false, true);
    TokenScores tenfold = new TokenScores(new double[] {0, 0, 10}, 15, -5);
    Lab scaled = new Lab(T43.denoiser(), T43.process(), tenfold, 10);
    Samples a = T43.run(rerd, 50, Budget.UNLIMITED, 1);
    Samples b = scaled.run(rerd, 50, Budget.UNLIMITED, 1);
    assertArrayEquals(((Batch.Tokens) a.states()).data(), ((Batch.Tokens) b.states()).data());
  }

  /** An alpha above 0 draws among candidates, which costs reward. */
  @Test
  void alphaIsUsed() {
    Rerd keen = rerd(4, 5, 0.5);
    Rerd soft = new Rerd(4, 5, 5, 1, 0.5, 1, true, true);
    double best = Arrays.stream(rewards(T43.run(keen, 500, Budget.UNLIMITED, 1))).sum();
    double drawn = Arrays.stream(rewards(T43.run(soft, 500, Budget.UNLIMITED, 1))).sum();
    assertTrue(best > drawn + 50, best + " is not above " + drawn);
  }

  /** The rest of a budget that pays for no round more stays; the first generation takes half. */
  @ParameterizedTest
  @CsvSource({"29", "97", "331"})
  void aBudgetBuysRounds(int nfe) {
    Lab lab = G10.lab(10, 1);
    Budget budget = Budget.of(Unit.NFE, 3L * nfe);
    Problem problem = lab.problem(3, budget);
    long spent = Rerd.DEFAULT.cost(problem).nfe() / 3;
    int width = Math.min(20, (nfe / 2 - 1) / 9);
    assertEquals(0, (spent - 1 - 9L * width) % (1 + width), "whole rounds");
    assertTrue(spent <= nfe && spent + 1 + width > nfe, spent + " of " + nfe);
    lab.run(Rerd.DEFAULT, 3, budget, 0);
  }

  @Test
  void whatItLacksIsSaid() {
    Problem still = G10.lab(10, 0).problem(1, Budget.UNLIMITED);
    Support support = rerd(2, 1, 0.2).supports(still);
    assertTrue(assertInstanceOf(Support.No.class, support).reason().contains("deterministic"));
    Problem noisy = G10.lab(10, 1).problem(1, Budget.UNLIMITED);
    assertEquals(List.of(), rerd(2, 1, 0.2).warnings(noisy));
    assertTrue(rerd(2, 1, 0.1).warnings(noisy).get(0).contains("no step draws noise"));
    assertTrue(rerd(1, 1, 0.2).warnings(noisy).get(0).contains("one candidate"));
  }
}
