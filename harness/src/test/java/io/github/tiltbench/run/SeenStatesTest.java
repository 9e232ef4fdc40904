package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.model.EnumeratedLaw;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.result.Stored;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Component;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Toys;
import io.github.tiltbench.study.TrialId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not asked of a model because it was asked before: work, and nothing else. */
class SeenStatesTest {
  private static final String STUDY =
      """
      study: seen
      seed: 5
      repetitions: %d
      count: %d
      prompts: %s
      models:
        words:
          kind: markov-chain
          length: %d
          initial: [0.6, 0.4]
          transition: [[0.7, 0.3], [0.4, 0.6]]
          process: %s
          tokens: [a, b]
      verifiers: {ones: {kind: tokens, scores: [0, 1], equal_ends: 1, equal_neighbours: 0}}
      beta: 0.5
      algorithms: %s
      budgets: {unit: nfe, per: sample, at: [160]}
      """;

  private static Plan plan(
      int repetitions, int count, String prompts, int length, String process, String algorithms) {
    return Toys.plan(STUDY.formatted(repetitions, count, prompts, length, process, algorithms));
  }

  /** A model of which a trial asks everything anew, or whose calls are worth merging. */
  record Changed(ModelSpec inner, boolean timeless, boolean batched, List<int[]> asked)
      implements ModelSpec {
    @Override
    public StateSpace space() {
      return inner.space();
    }

    @Override
    public ReverseProcess reverse() {
      return inner.reverse();
    }

    @Override
    public ReverseProcess reverse(Condition prompt) {
      return inner.reverse(prompt);
    }

    @Override
    public Denoiser open() {
      Denoiser opened = inner.open();
      return new Denoiser() {
        @Override
        public StateSpace space() {
          return opened.space();
        }

        @Override
        public Prediction denoise(Batch x, int[] level, Condition[] condition) {
          for (int row = 0; row < x.size(); row++) {
            asked.add(((Batch.Tokens) x).row(row));
          }
          return opened.denoise(x, level, condition);
        }

        @Override
        public boolean timeless() {
          return timeless;
        }

        @Override
        public boolean batched() {
          return batched;
        }

        @Override
        public Cost odometer() {
          return opened.odometer();
        }
      };
    }
  }

  private static Cell changed(Cell cell, boolean timeless, boolean batched, List<int[]> asked) {
    Component<ModelSpec> part = cell.model();
    ModelSpec spec = new Changed(part.spec(), timeless, batched, asked);
    return new Cell(
        cell.key(),
        new Component<>(part.name(), part.kind(), spec, part.axes(), part.at()),
        cell.verifier(),
        cell.method(),
        cell.at(),
        cell.problem(),
        cell.cost(),
        cell.tasks(),
        cell.crossRewards(),
        cell.definition(),
        cell.lesson());
  }

  private static List<Trial> run(Cell cell, List<TrialId> ids) throws InterruptedException {
    try (FitCache fits = new FitCache();
        Worker worker = new Worker(5, fits)) {
      List<Trial> trials = new ArrayList<>();
      for (Worker.Outcome outcome : worker.run(cell, ids)) {
        assertNotNull(outcome.trial(), () -> cell + ": " + outcome.failure());
        trials.add(outcome.trial());
      }
      return trials;
    }
  }

  private static double actual(Trial trial) {
    return trial.scalars().get("nfe_actual");
  }

  private static int[] tokens(Trial trial) {
    return ((Batch.Tokens) ((Stored.Inline) trial.samples()).batch()).data();
  }

  /** Each method on each chain, alone and in lockstep: the same bytes, and never more work. */
  @ParameterizedTest
  @ValueSource(strings = {"first-hitting", "{kind: ancestral, steps: 9}"})
  void noByteOfASampleChanges(String process) throws InterruptedException {
    String methods =
        "[pretrained, best-of-n, {smc: {particles: 12}}, {svdd: {value: posterior-mean}},"
            + " {fk: {completions: 2, value: sample}}]";
    boolean spared = false;
    for (Cell cell : plan(2, 4, "[a, b a]", 6, process, methods).cells()) {
      List<TrialId> ids = new ArrayList<>();
      for (int repetition = 0; repetition < 2; repetition++) {
        ids.add(cell.trial("a", repetition));
        ids.add(cell.trial("b a", repetition));
      }
      List<Trial> all = run(changed(cell, false, false, new ArrayList<>()), ids);
      for (boolean lockstep : new boolean[] {false, true}) {
        List<Trial> known = run(changed(cell, true, lockstep, new ArrayList<>()), ids);
        for (int i = 0; i < all.size(); i++) {
          Trial one = all.get(i);
          Trial other = known.get(i);
          assertArrayEquals(tokens(one), tokens(other), cell.toString());
          assertArrayEquals(one.logWeights(), other.logWeights());
          assertArrayEquals(one.rewards(), other.rewards());
          assertEquals(one.cost(), other.cost(), "the price is nominal");
          Map<String, Double> scalars = new TreeMap<>(other.scalars());
          double actual = scalars.remove("nfe_actual");
          assertEquals(one.scalars(), scalars);
          assertTrue(actual <= other.cost().nfe(), cell + ": " + actual);
          spared |= actual < other.cost().nfe();
        }
      }
    }
    assertTrue(spared);
  }

  /** What a trial asks the model is each state it visits, once. */
  @Test
  void theModelIsAskedOfEachStateOnce() throws InterruptedException {
    String process = "{kind: ancestral, steps: 20}";
    for (Cell cell : plan(1, 3, "[a]", 6, process, "[pretrained, {smc: {particles: 9}}]").cells()) {
      List<TrialId> ids = List.of(cell.trial("a", 0));
      List<int[]> visited = new ArrayList<>();
      run(changed(cell, false, false, visited), ids);
      List<int[]> asked = new ArrayList<>();
      Trial trial = run(changed(cell, true, false, asked), ids).get(0);
      List<String> distinct =
          visited.stream()
              .filter(state -> Arrays.stream(state).anyMatch(token -> token == 2))
              .map(Arrays::toString)
              .distinct()
              .toList();
      assertEquals(distinct, asked.stream().map(Arrays::toString).toList());
      assertEquals(distinct.size(), actual(trial));
      assertTrue(distinct.size() < visited.size());
    }
  }

  /** Each token revealed at a level of its own: every state is new. */
  @Test
  void aFirstHittingChainVisitsAsManyStatesAsFreePositions() throws InterruptedException {
    Cell cell = plan(1, 1, "[a, b a b]", 9, "first-hitting", "[pretrained]").cells().get(0);
    for (Trial trial : run(cell, List.of(cell.trial("a", 0), cell.trial("b a b", 0)))) {
      int free = trial.id().prompt().equals("a") ? 8 : 6;
      assertEquals(free, trial.cost().nfe());
      assertEquals(free, actual(trial));
    }
  }

  /**
   * The number of levels at which a chain of L free positions reveals something, T (1 - (1 -
   * 1/T)^L), within four standard errors of the mean; the published table of it to its digits.
   */
  @ParameterizedTest
  @CsvSource({
    "7, 5, 400, -1",
    "64, 64, 40, 40.6",
    "128, 128, 20, 81.1",
    "1000, 128, 10, 120.2",
    "1000, 1024, 2, 641.0",
    "5000, 1024, 1, 926.0",
    "10000, 1024, 1, 973.4"
  })
  void theActualNfeHasItsExpectation(int steps, int length, int trials, double table)
      throws InterruptedException {
    double none = Math.pow(1 - 1.0 / steps, length);
    double expected = steps * (1 - none);
    if (table > 0) {
      assertEquals(table, expected, 0.05);
    }
    String process = "{kind: ancestral, steps: " + steps + "}";
    String study =
        STUDY
            .formatted(trials, 1, "['-']", length, process, "[pretrained]")
            .replace("at: [160]", "at: [" + steps + "]");
    Plan plan = Toys.plan(study);
    Cell cell = plan.cells().get(0);
    double sum = 0;
    for (Trial trial : run(cell, plan.trials(cell))) {
      assertEquals(steps, trial.cost().nfe());
      sum += actual(trial);
    }
    double variance =
        steps * none
            + steps * (steps - 1.0) * Math.pow(1 - 2.0 / steps, length)
            - Math.pow(steps * none, 2);
    assertEquals(expected, sum / trials, 4 * Math.sqrt(variance / trials));
  }

  /** What does not fit is forgotten, the longest unasked first; the last query is kept. */
  @Test
  void memoryIsBounded() {
    EnumeratedLaw law = new EnumeratedLaw(2, 2, new double[] {4, 3, 2, 1});
    Denoiser denoiser = law.denoiser();
    Evaluator model =
        (query, condition) ->
            Evaluation.prediction(denoiser.denoise(query.x(), query.level(), condition));
    Meter meter = new Meter(Budget.UNLIMITED);
    SeenStates four = new SeenStates(model, denoiser, meter, 4); // two states of one mask
    assertAsked(four, denoiser, 2, 0, 2, 2, 1);
    assertAsked(four, denoiser, 0, 0, 2, 2, 1);
    assertAsked(four, denoiser, 1, 2, 0);
    assertAsked(four, denoiser, 0, 2, 1);
    assertAsked(four, denoiser, 1, 0, 2); // it was asked for the longest ago
    assertAsked(four, denoiser, 1, 2, 0);
    SeenStates last = new SeenStates(model, denoiser, meter, 0);
    assertAsked(last, denoiser, 3, 0, 2, 2, 1, 2, 0);
    assertAsked(last, denoiser, 0, 2, 0, 0, 2, 2, 1, 0, 2);
    assertAsked(last, denoiser, 1, 2, 2);
    assertAsked(last, denoiser, 1, 0, 2);
    assertAsked(last, denoiser, 0, 1, 1, 0, 2); // certain, and the last
  }

  private static void assertAsked(
      Evaluator evaluator, Denoiser denoiser, int expected, int... tokens) {
    long before = denoiser.odometer().nfe();
    Batch.Tokens x = new Batch.Tokens(tokens, 2);
    Condition[] conditions = new Condition[x.size()];
    Arrays.fill(conditions, Condition.NONE);
    Prediction.Logits answer =
        (Prediction.Logits)
            evaluator.evaluate(new Query(Query.Kind.PREDICTION, x, 1), conditions).prediction();
    assertEquals(expected, denoiser.odometer().nfe() - before, Arrays.toString(tokens));
    Prediction.Logits own = (Prediction.Logits) denoiser.denoise(x, new int[x.size()], conditions);
    double[] one = new double[2];
    double[] other = new double[2];
    for (int at = 0; at < tokens.length; at++) {
      if (tokens[at] == 2) {
        answer.read(at / 2, at % 2, one);
        own.read(at / 2, at % 2, other);
        assertArrayEquals(other, one);
      }
    }
  }
}
