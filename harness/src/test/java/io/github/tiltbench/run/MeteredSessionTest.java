package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.VerifierFailure;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.budget.Overdrawn;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.random.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session charges, and what it refuses, under classifier-free guidance. */
class MeteredSessionTest {
  private static final StateSpace.Euclidean LINE = new StateSpace.Euclidean(new int[] {1});
  private static final Batch.Reals THREE = new Batch.Reals(new double[3], new int[] {1});

  private final List<Query> asked = new ArrayList<>();
  private double value = 1;
  private double slope = 1;
  private Batch.Reals clean = THREE;

  private MeteredSession session(Meter meter, Budget budget) {
    Problem problem =
        new Problem(
            LINE,
            new Ddim(20, 1, SchedulerConfig.DEFAULT).over(LINE),
            1,
            1,
            budget,
            Optional.empty(),
            2,
            true);
    Evaluator evaluator =
        (query, condition) -> {
          asked.add(query);
          Prediction mean = new Prediction.Mean(clean);
          Batch.Reals gradient = new Batch.Reals(new double[] {0, slope, 0}, new int[] {1});
          Scalars values = new Scalars(new double[] {0, value, 0});
          return new Evaluation(mean, mean, values, gradient, gradient);
        };
    return new MeteredSession(problem, Condition.NONE, new Seed(1), meter, evaluator);
  }

  private static Query query(Query.Kind kind) {
    return kind == Query.Kind.PULLBACK
        ? Query.pullback(THREE, 2, 1, THREE)
        : new Query(kind, THREE, kind.denoises() ? 2 : 0);
  }

  /** Of three particles of two rows. */
  @ParameterizedTest
  @CsvSource({
    "PREDICTION, 3, 6, 0, 0",
    "GUIDANCE, 3, 6, 0, 0",
    "REWARD, 0, 0, 0, 3",
    "GRADIENT, 3, 6, 3, 3",
    "ESTIMATE_GRADIENT, 3, 6, 0, 3",
    "REWARD_GRADIENT, 0, 0, 0, 3",
    "PULLBACK, 3, 6, 3, 0"
  })
  void everyQuestionIsCharged(Query.Kind kind, long nfe, long rows, long backward, long reward) {
    Meter meter = new Meter(Budget.UNLIMITED);
    session(meter, Budget.UNLIMITED).ask(query(kind));
    assertEquals(new Cost(nfe, rows, backward, reward, 0), meter.spent());
  }

  @ParameterizedTest
  @EnumSource(
      value = Query.Kind.class,
      names = {"PREDICTION", "GUIDANCE", "GRADIENT", "ESTIMATE_GRADIENT", "PULLBACK"})
  void whatTheBudgetDoesNotCoverIsNotRun(Query.Kind kind) {
    for (Budget budget : List.of(Budget.of(Unit.NFE, 2), Budget.of(Unit.ROWS, 5))) {
      Meter meter = new Meter(budget);
      MeteredSession session = session(meter, budget);
      assertThrows(Overdrawn.class, () -> session.ask(query(kind)));
      assertEquals(Cost.ZERO, meter.spent());
    }
    assertEquals(List.of(), asked);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 21})
  void levelsAreThoseOfTheChain(int level) {
    MeteredSession session = session(new Meter(Budget.UNLIMITED), Budget.UNLIMITED);
    assertThrows(IllegalArgumentException.class, () -> session.denoise(THREE, level));
    assertEquals(List.of(), asked);
  }

  /** A part that was not asked for is not there to be taken for something. */
  @Test
  void anAnswerHasWhatWasAskedFor() {
    Evaluation answer = Evaluation.reward(new double[] {4, 5});
    assertThrows(IllegalStateException.class, answer::prediction);
    assertThrows(IllegalStateException.class, answer::guided);
    assertThrows(IllegalStateException.class, answer::gradient);
    assertThrows(IllegalStateException.class, answer::estimateGradient);
    assertArrayEquals(new double[] {5, 5, 4}, answer.select(new int[] {1, 1, 0}).value().values());
  }

  /** Of a verifier that was given what is no number nobody says that it failed. */
  @Test
  void aModelThatDivergesIsBlamedAndNotTheVerifier() {
    value = Double.NaN;
    Meter meter = new Meter(Budget.UNLIMITED);
    MeteredSession session = session(meter, Budget.UNLIMITED);
    assertThrows(VerifierFailure.class, () -> session.ask(query(Query.Kind.REWARD)));
    Batch.Reals diverged = new Batch.Reals(new double[] {0, Double.NaN, 0}, new int[] {1});
    String message =
        assertThrows(
                ModelFailure.class, () -> session.ask(new Query(Query.Kind.REWARD, diverged, 0)))
            .getMessage();
    assertEquals(
        "the states to be scored are not finite; the chain of the model diverged", message);
    clean = diverged;
    value = 1; // which a verifier may give of anything
    for (Query.Kind kind : Query.Kind.values()) {
      if (kind.denoises()) {
        assertThrows(ModelFailure.class, () -> session.ask(query(kind)), kind.toString());
      }
    }
  }
}
