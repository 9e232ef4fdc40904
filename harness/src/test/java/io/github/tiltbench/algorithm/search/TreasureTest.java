package io.github.tiltbench.algorithm.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.search.Treasure.Position;
import io.github.tiltbench.algorithm.search.Treasure.Score;
import io.github.tiltbench.algorithm.search.Treasure.Tokens;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.MaskedProcess;
import io.github.tiltbench.model.EnumeratedLaw;
import io.github.tiltbench.model.MarkovLaw;
import io.github.tiltbench.model.TokenLaw;
import io.github.tiltbench.run.Lab;
import io.github.tiltbench.verifier.TokenScores;
import io.github.tiltbench.verifier.Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * TReASURe on the enumerable law of length 4 over 3 tokens and on a Markov chain of length 64,
 * whose tables were computed apart from this code.
 */
class TreasureTest {
  private static final double[] INITIAL = {0.5, 0.3, 0.2};
  private static final double[][] TRANSITION = {{0.6, 0.3, 0.1}, {0.2, 0.5, 0.3}, {0.3, 0.3, 0.4}};
  private static final EnumeratedLaw T43 = t43();
  private static final TokenScores REWARD = new TokenScores(new double[] {0, 0, 1}, 1.5, -0.5);
  private static final TokenScores CHAIN_REWARD = new TokenScores(new double[] {0, 0, 1}, 0, -0.5);

  private static EnumeratedLaw t43() {
    double[] weights = new double[81];
    for (int s = 0; s < 81; s++) {
      int[] x = {s / 27, s / 9 % 3, s / 3 % 3, s % 3};
      weights[s] = INITIAL[x[0]] * (x[0] == x[3] ? 2 : 1);
      for (int i = 1; i < 4; i++) {
        weights[s] *= TRANSITION[x[i - 1]][x[i]];
      }
    }
    return new EnumeratedLaw(4, 3, weights);
  }

  private static Lab lab(TokenLaw law, Verifier reward) {
    return new Lab(law.denoiser(), new FirstHittingProcess(law.space()), reward, 1);
  }

  private static double reward(int[] x) {
    return REWARD.score(new Batch.Tokens(x, x.length), null)[0];
  }

  private static double logProbability(int[] x) {
    int index = Arrays.stream(x).reduce(0, (s, token) -> 3 * s + token);
    return Math.log(T43.weights()[index] / Arrays.stream(T43.weights()).sum());
  }

  /** What a search returns for each sequence of position draws, all of them as likely. */
  private static final class Draws {
    private final List<Integer> digits = new ArrayList<>();
    private final List<Integer> radix = new ArrayList<>();
    private int read;

    int draw(int count) {
      if (read == digits.size()) {
        digits.add(0);
        radix.add(count);
      }
      return digits.get(read++);
    }

    double probability() {
      return radix.stream().mapToDouble(r -> 1.0 / r).reduce(1, (a, b) -> a * b);
    }

    /** On to the next sequence of draws; false after the last. */
    boolean next() {
      read = 0;
      while (!digits.isEmpty()) {
        int last = digits.size() - 1;
        digits.set(last, digits.get(last) + 1);
        if (digits.get(last) < radix.get(last)) {
          return true;
        }
        digits.remove(last);
        radix.remove(last);
      }
      return false;
    }
  }

  /**
   * The table, in exact arithmetic. In its last four rows several sequences of reward 4 tie but for
   * the probability of a token, equal as a fraction and not in doubles: the mean log-probability of
   * the output is -4.089422, -4.070906, -4.089288 and -4.114131 where the last digit decides.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 1, PARENT, 0.000000, 0.000000, -1.843411, 1",
    "1, 1, CHILD, 0.000000, 0.000000, -1.843411, 1",
    "1, 2, PARENT, 1.458333, 0.041667, -3.747247, 9",
    "1, 2, CHILD, 0.979167, 0.000000, -3.555607, 7",
    "1, 3, PARENT, 3.166667, 0.166667, -4.460556, 3",
    "1, 3, CHILD, 4.000000, 1.000000, -3.976098, 1",
    "2, 2, PARENT, 1.708333, 0.041667, -3.884655, 11",
    "2, 2, CHILD, 1.729167, 0.041667, -3.856025, 10",
    "2, 3, PARENT, 3.944444, 0.944444, -4.053461, 4",
    "2, 3, CHILD, 4.000000, 1.000000, -4.010972, 2",
    "3, 3, PARENT, 3.968750, 0.968750, -3.997389, 3",
    "3, 3, CHILD, 4.000000, 1.000000, -4.027560, 3"
  })
  void expectationsOverAllPositionDraws(
      int beam, int branch, Score score, double mean, double best, double log, int outputs) {
    Lab lab = lab(T43, REWARD);
    Problem problem = lab.problem(1, Budget.UNLIMITED);
    Treasure treasure = new Treasure(beam, branch, score);
    Draws draws = new Draws();
    double r = 0;
    double four = 0;
    double logP = 0;
    double all = 0;
    Set<List<Integer>> seen = new HashSet<>();
    do {
      TreeSearch search =
          new TreeSearch(
              treasure, beam, problem, lab.session(problem, new Meter(Budget.UNLIMITED), 0), 0);
      TreeSearch.Outcome outcome =
          search.run(
              masks ->
                  (rank, logits, row, open, count) -> new int[] {open[draws.draw(open.length)]});
      int[] x = outcome.frontier().get(0).tokens();
      double p = draws.probability();
      all += p;
      r += p * reward(x);
      four += reward(x) == 4 ? p : 0;
      logP += p * logProbability(x);
      seen.add(Arrays.stream(x).boxed().toList());
    } while (draws.next());
    assertEquals(1, all, 1e-12, "the draws themselves");
    assertEquals(mean, r, 1e-6);
    assertEquals(best, four, 1e-6);
    assertEquals(log, logP, 1e-6);
    assertEquals(outputs, seen.size());
  }

  /**
   * The children of the root at position 0, best first. By the parent 0000, 1000 and 2000 score 0,
   * -1 and 0, and the likelier token wins the tie; by themselves 0000, 1111 and 2212 score 0, 0, 4.
   */
  @ParameterizedTest
  @CsvSource({"PARENT, 0 2 1", "CHILD, 2 0 1"})
  void childrenOfTheRoot(Score score, String tokens) {
    Lab lab = lab(T43, REWARD);
    Problem problem = lab.problem(1, Budget.UNLIMITED);
    Meter meter = new Meter(Budget.UNLIMITED);
    List<String> first = new ArrayList<>();
    TreeSearch.Outcome outcome =
        new TreeSearch(new Treasure(3, 3, score), 3, problem, lab.session(problem, meter, 0), 0)
            .run(
                masks ->
                    (rank, logits, row, open, count) -> {
                      if (masks == 3) {
                        first.add(Integer.toString(logits.state().row(row)[0]));
                      }
                      return new int[] {open[0]};
                    });
    assertEquals(tokens, String.join(" ", first));
    assertEquals(2.0 / 3, outcome.ties()[1], 1e-12, "two of three scores are 0");
  }

  /**
   * By soft values of drawn completions the child 1 is before 0, which modes leave to the token's
   * probability: over all completions they are 1.07, 1.52 and 3.00 by themselves.
   */
  @Test
  void softValuesOfTheRootsChildren() {
    Lab lab = lab(T43, REWARD);
    Treasure soft =
        new Treasure(
            3,
            3,
            Score.CHILD,
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
            OptionalInt.of(2000));
    Problem problem = lab.problem(1, Budget.UNLIMITED);
    Meter meter = new Meter(Budget.UNLIMITED);
    List<String> first = new ArrayList<>();
    new TreeSearch(soft, 3, problem, lab.session(problem, meter, 0), 0)
        .run(
            masks ->
                (rank, logits, row, open, count) -> {
                  if (masks == 3) {
                    first.add(Integer.toString(logits.state().row(row)[0]));
                  }
                  return new int[] {open[0]};
                });
    assertEquals("2 1 0", String.join(" ", first));
    assertEquals((3 + 9 + 9) * 2000 + 9, meter.spent().reward());
    assertEquals(meter.spent().reward(), soft.cost(problem).reward());
  }

  @ParameterizedTest
  @EnumSource(Score.class)
  void withoutPruningItFindsTheMaximum(Score score) {
    Lab lab = lab(T43, REWARD);
    for (int trial = 0; trial < 20; trial++) {
      Samples samples = lab.run(new Treasure(81, 3, score), 1, Budget.UNLIMITED, trial);
      assertEquals(4, reward(row(samples, 0)));
      double[] frontier = samples.traces().get("frontier");
      assertEquals(81, frontier.length);
      assertEquals(4, frontier[0]);
    }
  }

  private static int[] row(Samples samples, int row) {
    return ((Batch.Tokens) samples.states()).row(row);
  }

  /** A reward plus a constant, and times a positive one, choose alike. */
  @Test
  void scaleAndOriginOfTheRewardDoNotMatter() {
    for (int trial = 0; trial < 20; trial++) {
      Treasure treasure = new Treasure(2, 2, Score.PARENT);
      Samples plain = lab(T43, REWARD).run(treasure, 4, Budget.UNLIMITED, trial);
      for (double[] change : new double[][] {{1, 1000}, {1, -7.3}, {0.01, 0}, {123.4, 0}}) {
        Verifier changed =
            (x, condition) ->
                Arrays.stream(REWARD.score(x, condition))
                    .map(r -> change[0] * r + change[1])
                    .toArray();
        Samples other = lab(T43, changed).run(treasure, 4, Budget.UNLIMITED, trial);
        assertArrayEquals(data(plain), data(other), () -> Arrays.toString(change));
      }
    }
  }

  private static int[] data(Samples samples) {
    return ((Batch.Tokens) samples.states()).data();
  }

  /** Tokens under other ids: the same sequences under these ids, since nothing ties here. */
  @Test
  void namesOfTokensDoNotMatter() {
    int[] id = {2, 0, 1};
    double[][] own = {{0.613, 0.287, 0.1}, {0.211, 0.487, 0.302}, {0.317, 0.284, 0.399}};
    double[] scores = {0.1, 0.23, 1};
    double[] initial = new double[3];
    double[][] transition = new double[3][3];
    double[] score = new double[3];
    for (int v = 0; v < 3; v++) {
      initial[id[v]] = INITIAL[v];
      score[id[v]] = scores[v];
      for (int w = 0; w < 3; w++) {
        transition[id[v]][id[w]] = own[v][w];
      }
    }
    Treasure treasure = new Treasure(3, 2, Score.CHILD);
    for (int trial = 0; trial < 10; trial++) {
      int[] plain =
          data(
              lab(new MarkovLaw(9, INITIAL, own), new TokenScores(scores, 0.37, -0.5))
                  .run(treasure, 3, Budget.UNLIMITED, trial));
      int[] renamed =
          data(
              lab(new MarkovLaw(9, initial, transition), new TokenScores(score, 0.37, -0.5))
                  .run(treasure, 3, Budget.UNLIMITED, trial));
      assertArrayEquals(Arrays.stream(plain).map(v -> id[v]).toArray(), renamed);
    }
  }

  /**
   * The table of the Markov chain: closed costs, and rewards whose mean agrees with the table's
   * within 4 standard errors of both (its runs, standard deviation and mean are given).
   */
  @ParameterizedTest
  @CsvSource({
    "1, 3, PARENT, 12, 32.50, 0.00, 64, 192",
    "4, 3, PARENT, 12, 32.33, 0.31, 252, 756",
    "8, 3, PARENT, 6, 32.17, 0.55, 500, 1500",
    "8, 2, PARENT, 6, 15.58, 3.10, 495, 990",
    "1, 3, CHILD, 12, 32.50, 0.00, 190, 192",
    "4, 3, CHILD, 12, 32.25, 0.38, 745, 756",
    "8, 3, CHILD, 6, 32.42, 0.19, 1477, 1500",
    "8, 2, CHILD, 6, 16.83, 1.37, 975, 990"
  })
  void markovChain(
      int beam, int branch, Score score, int runs, double mean, double sd, long nfe, long rewards) {
    Lab lab = lab(new MarkovLaw(64, INITIAL, TRANSITION), CHAIN_REWARD);
    Treasure treasure = new Treasure(beam, branch, score);
    Problem problem = lab.problem(1, Budget.UNLIMITED);
    double[] r = new double[12];
    for (int trial = 0; trial < r.length; trial++) {
      Meter meter = new Meter(Budget.UNLIMITED);
      Samples samples = treasure.sample(problem, lab.session(problem, meter, trial));
      assertEquals(Cost.of(nfe, nfe, rewards), meter.spent());
      assertEquals(meter.spent(), treasure.cost(problem));
      r[trial] = CHAIN_REWARD.score(samples.states(), null)[0];
      assertEquals(r[trial], samples.traces().get("frontier")[0], 1e-12);
    }
    double own = Arrays.stream(r).average().orElseThrow();
    double spread = Arrays.stream(r).map(x -> (x - own) * (x - own)).sum() / (r.length - 1);
    double error = Math.sqrt(sd * sd / runs + spread / r.length);
    assertEquals(mean, own, 4 * error + 0.005, "the table rounds to 0.01");
    assertTrue(Arrays.stream(r).allMatch(x -> x <= 32.5));
  }

  @Test
  void aBudgetBuysTheWidestBeam() {
    Problem problem =
        lab(new MarkovLaw(64, INITIAL, TRANSITION), CHAIN_REWARD)
            .problem(2, Budget.of(Unit.NFE, 2 * 500 + 1));
    Treasure treasure = new Treasure(0, 3, Score.PARENT);
    assertEquals(1000, treasure.cost(problem).nfe());
    assertTrue(treasure.usesBudget());
    assertEquals(500 * 2, new Treasure(8, 3, Score.PARENT).cost(problem).nfe());
  }

  private static Treasure with(
      int beam,
      int branch,
      Position position,
      Tokens tokens,
      double tau,
      double gamma,
      int roots,
      int positions,
      int reveals,
      int levels,
      double pruneFrom) {
    return new Treasure(
        beam,
        branch,
        Score.PARENT,
        position,
        tokens,
        1,
        tau,
        gamma,
        true,
        roots,
        positions,
        reveals,
        Decoding.POSTERIOR_MEAN,
        levels,
        pruneFrom,
        OptionalInt.empty());
  }

  /** One child, drawn: a chain of the model as it is. */
  @Test
  void oneDrawnChildIsTheModel() {
    double[] share = shares(with(1, 1, Position.OWN, Tokens.SAMPLE, 0, 0, 1, 1, 1, 1, 0), 200);
    double sum = Arrays.stream(T43.weights()).sum();
    assertShares(Arrays.stream(T43.weights()).map(w -> w / sum).toArray(), share, 20_000);
  }

  /** All but the last token are drawn; the last is the best at its position. */
  @Test
  void tokensBeforePruningAreDrawnByTheModel() {
    double[] share = shares(with(1, 3, Position.OWN, Tokens.TOP, 0, 0, 1, 1, 1, 1, 0.75), 200);
    double[] law = new double[81];
    double sum = Arrays.stream(T43.weights()).sum();
    for (int s = 0; s < 81; s++) {
      for (int i = 0; i < 4; i++) {
        int[] x = T43.sequence(s);
        int best = -1;
        for (int v = 0; v < 3; v++) {
          x[i] = v;
          int index = index(x);
          boolean better =
              best < 0
                  || reward(x) > reward(T43.sequence(best))
                  || (reward(x) == reward(T43.sequence(best))
                      && T43.weights()[index] > T43.weights()[best] + 1e-12);
          best = better ? index : best;
        }
        law[best] += T43.weights()[s] / sum / 4;
      }
    }
    assertShares(law, share, 20_000);
    Treasure late = with(1, 3, Position.OWN, Tokens.TOP, 0, 0, 1, 1, 1, 1, 0.75);
    assertEquals(Cost.of(4, 4, 3), late.cost(lab(T43, REWARD).problem(1, Budget.UNLIMITED)));
  }

  private static int index(int[] x) {
    return Arrays.stream(x).reduce(0, (s, token) -> 3 * s + token);
  }

  private static double[] shares(Treasure treasure, int trials) {
    Lab lab = lab(T43, REWARD);
    double[] share = new double[81];
    for (int trial = 0; trial < trials; trial++) {
      Samples samples = lab.run(treasure, 100, Budget.UNLIMITED, trial);
      for (int row = 0; row < 100; row++) {
        share[index(row(samples, row))] += 1.0 / (100 * trials);
      }
    }
    return share;
  }

  private static void assertShares(double[] law, double[] share, int draws) {
    for (int s = 0; s < law.length; s++) {
      double se = Math.sqrt(law[s] * (1 - law[s]) / draws);
      assertEquals(law[s], share[s], 4.5 * se + 1e-12, Arrays.toString(T43.sequence(s)));
    }
  }

  /** Survivors drawn at a small temperature are the best; at a large one they are not. */
  @Test
  void pruningByDrawsComesFromTheBest() {
    TokenScores distinct = new TokenScores(new double[] {0.11, 0.37, 1}, 1.5, -0.53);
    Lab lab = lab(T43, distinct);
    Treasure best = with(2, 3, Position.OWN, Tokens.TOP, 0, 0, 1, 1, 1, 1, 0);
    Treasure cold = with(2, 3, Position.OWN, Tokens.TOP, 1e-9, 0, 1, 1, 1, 1, 0);
    Treasure hot = with(2, 3, Position.OWN, Tokens.TOP, 100, 0, 1, 1, 1, 1, 0);
    int[] expected = data(lab.run(best, 50, Budget.UNLIMITED, 0));
    int[] other = data(lab.run(cold, 50, Budget.UNLIMITED, 0));
    int same = 0;
    for (int row = 0; row < 50; row++) {
      same += Arrays.equals(expected, 4 * row, 4 * row + 4, other, 4 * row, 4 * row + 4) ? 1 : 0;
    }
    assertTrue(same >= 45, same + " of 50: only ties may fall otherwise");
    double[] r = distinct.score(lab.run(hot, 50, Budget.UNLIMITED, 0).states(), null);
    assertTrue(Arrays.stream(r).average().orElseThrow() < 3.5);
  }

  /** Weighed heavily, the likelihood alone decides: the beam of the mode. */
  @Test
  void likelihoodCanDecide() {
    Treasure likely = with(81, 3, Position.OWN, Tokens.TOP, 0, 1e6, 1, 1, 1, 1, 0);
    assertArrayEquals(
        new int[] {0, 0, 0, 0}, row(lab(T43, REWARD).run(likely, 1, Budget.UNLIMITED, 3), 0));
  }

  /** A shared position is one for all parents of a level; chosen ones need no draw. */
  @ParameterizedTest
  @EnumSource(Position.class)
  void positions(Position position) {
    Lab lab = lab(T43, REWARD);
    Problem problem = lab.problem(1, Budget.UNLIMITED);
    Treasure treasure = with(3, 3, position, Tokens.TOP, 0, 0, 1, 1, 1, 1, 0);
    Set<Integer> roots = new HashSet<>();
    int differing = 0;
    for (int trial = 0; trial < 20; trial++) {
      List<Candidate> frontier =
          new TreeSearch(
                  treasure, 3, problem, lab.session(problem, new Meter(Budget.UNLIMITED), trial), 0)
              .run()
              .frontier();
      roots.add(frontier.get(0).position());
      differing += frontier.stream().map(Candidate::position).distinct().count() > 1 ? 1 : 0;
    }
    boolean drawn = position == Position.OWN || position == Position.SHARED;
    assertEquals(drawn, roots.size() > 1);
    assertTrue(position == Position.SHARED ? differing == 0 : true);
    assertTrue(position == Position.OWN ? differing > 0 : true);
  }

  /** The root's surest position is the first: 0.51 is the largest probability of a token. */
  @ParameterizedTest
  @CsvSource({"MAX_CONFIDENCE", "MIN_ENTROPY"})
  void surestPositionFirst(Position position) {
    Treasure one = with(1, 1, position, Tokens.TOP, 0, 0, 1, 1, 4, 1, 0);
    Samples samples = lab(T43, REWARD).run(one, 1, Budget.UNLIMITED, 0);
    double[] p = T43.conditionals(new int[] {3, 3, 3, 3})[0];
    double entropy = Arrays.stream(p).map(x -> -x * Math.log(x)).sum();
    assertEquals(entropy, samples.traces().get("branch_entropy")[0], 1e-12);
    double path =
        Arrays.stream(T43.conditionals(new int[] {3, 3, 3, 3}))
            .mapToDouble(row -> Math.log(Arrays.stream(row).max().orElseThrow()))
            .sum();
    assertEquals(path, samples.scalars().get("log_path"), 1e-12, "all four by their mode");
  }

  /** Reveals in groups, several positions a parent, unpruned levels, roots: the most they cost. */
  @ParameterizedTest
  @CsvSource({
    // roots, positions, reveals, levels; nfe, rewards of M 4, K 2 at length 9
    "1, 1, 1, 1, 31, 62", // 1 + 2 + 7 * 4, twice as many
    "1, 1, 2, 1, 15, 30", // groups of 2, 2, 2, 2, 1
    "1, 1, 4, 1, 7, 14",
    "1, 2, 1, 1, 31, 58", // the last level has one position
    "3, 1, 1, 1, 33, 70", // the first asks about one state, the second level has 4 already
    "1, 1, 1, 3, 63, 72" // 1, 2, 4, pruned to 4, 8, 16, pruned to 4, 8, 16; 8 + 32 + 32 scored
  })
  void costs(int roots, int positions, int reveals, int levels, long nfe, long rewards) {
    Treasure treasure =
        with(4, 2, Position.OWN, Tokens.TOP, 0, 0, roots, positions, reveals, levels, 0);
    Lab lab = lab(new MarkovLaw(9, INITIAL, TRANSITION), CHAIN_REWARD);
    Problem problem = lab.problem(1, Budget.UNLIMITED);
    Meter meter = new Meter(Budget.UNLIMITED);
    treasure.sample(problem, lab.session(problem, meter, 1));
    assertEquals(Cost.of(nfe, nfe, rewards), treasure.cost(problem));
    assertTrue(meter.spent().within(treasure.cost(problem)));
    if (roots == 1 && positions == 1) {
      assertEquals(treasure.cost(problem), meter.spent());
    }
  }

  /** Two roots that branch at one position have the same children: they are merged. */
  @Test
  void equalSequencesAreMerged() {
    Lab lab = lab(T43, REWARD);
    Problem problem = lab.problem(1, Budget.UNLIMITED);
    Treasure merged = with(81, 3, Position.SHARED, Tokens.TOP, 0, 0, 2, 1, 1, 1, 0);
    Meter meter = new Meter(Budget.UNLIMITED);
    merged.sample(problem, lab.session(problem, meter, 0));
    assertEquals(Cost.of(1 + 3 + 9 + 27, 40, 3 + 9 + 27 + 81), meter.spent());
  }

  /** Tokens that are impossible are no children, whatever K is. */
  @Test
  void impossibleTokensAreNoChildren() {
    double[] weights = new double[81];
    weights[0] = 1;
    weights[80] = 2;
    EnumeratedLaw two = new EnumeratedLaw(4, 3, weights);
    Samples samples = lab(two, REWARD).run(new Treasure(9, 3, Score.CHILD), 1, Budget.UNLIMITED, 0);
    assertArrayEquals(new int[] {2, 2, 2, 2}, row(samples, 0));
    assertEquals(2, samples.traces().get("frontier").length);
  }

  /** A nucleus of the likeliest tokens; among equals the lower id comes first. */
  @Test
  void tokensOfAPosition() {
    double[] log = Arrays.stream(new double[] {0.3, 0.1, 0.3, 0.2, 0.1}).map(Math::log).toArray();
    log[2] += 1e-14;
    assertEquals(List.of(0, 2, 3, 1, 4), tokens(new UnmaskBranch(9, false, 1), log));
    assertEquals(List.of(0, 2, 3), tokens(new UnmaskBranch(9, false, 0.75), log));
    assertEquals(List.of(0, 2), tokens(new UnmaskBranch(2, false, 1), log));
    assertEquals(3, new HashSet<>(tokens(new UnmaskBranch(3, true, 1), log)).size());
  }

  private static List<Integer> tokens(UnmaskBranch rule, double[] log) {
    return rule.children(0, log, i -> (i * 7 % 10 + 0.5) / 10).stream()
        .map(UnmaskBranch.Child::token)
        .toList();
  }

  /** Differences beyond a relative 1e-9 are none; larger ones are. */
  @Test
  void scoresAreComparedRounded() {
    Candidate a = candidate(0.3, -1, 1);
    Candidate b = candidate(0.1 + 0.2, -1, 0);
    assertTrue(Candidate.ORDER.compare(a, b) > 0, "they tie: the lower rank comes first");
    assertTrue(Candidate.ORDER.compare(candidate(1 + 1e-8, -2, 1), candidate(1, -1, 0)) < 0);
    assertTrue(Candidate.ORDER.compare(candidate(0, -2, 0), candidate(-0.0, -1, 1)) > 0);
    double none = Double.NEGATIVE_INFINITY;
    assertTrue(Candidate.ORDER.compare(candidate(none, -1, 0), candidate(-1e300, -1, 1)) > 0);
  }

  private static Candidate candidate(double score, double log, int parent) {
    return new Candidate(new int[] {0}, parent, 0, 0, log, log, score);
  }

  @Test
  void othersAreSkippedByName() {
    Lab grid = new Lab(T43.denoiser(), new MaskedProcess(T43.space(), 4), REWARD, 1);
    Support.No no =
        assertInstanceOf(
            Support.No.class, Treasure.DEFAULT.supports(grid.problem(1, Budget.UNLIMITED)));
    assertTrue(no.reason().contains("first-hitting"), no.reason());
    assertThrows(
        IllegalArgumentException.class,
        () -> with(4, 3, Position.OWN, Tokens.TOP, 0, 0, 1, 2, 1, 1, 0));
  }
}
