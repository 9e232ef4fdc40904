package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.engine.EngineException;
import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.OutOfDeviceMemory;
import io.github.tiltbench.particle.Scalars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DividedEvaluatorTest {
  private static final int[] ITEM = {1};
  private static final String CUDA =
      """
      The following operation failed in the TorchScript interpreter.
      Traceback of TorchScript, serialized code (most recent call last):
        File "code/__torch__.py", line 5, in forward
      RuntimeError: CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity""";

  private final List<Integer> answered = new ArrayList<>();
  private final List<Integer> refused = new ArrayList<>();
  private final Counting denoiser = new Counting();

  /** Counts what it is told to. */
  private static final class Counting implements Denoiser {
    private Cost odometer = Cost.ZERO;

    @Override
    public StateSpace space() {
      return new StateSpace.Euclidean(ITEM);
    }

    @Override
    public Prediction denoise(Batch x, int[] level, Condition[] condition) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Cost odometer() {
      return odometer;
    }
  }

  /** Has memory for some rows; each part of an answer tells of the row it belongs to. */
  private DividedEvaluator fits(int most) {
    return new DividedEvaluator(
        (query, condition) -> {
          int rows = query.x().size();
          denoiser.odometer = denoiser.odometer.plus(Cost.of(rows, rows, 0));
          if (rows > most) {
            refused.add(rows);
            throw new EngineException(CUDA);
          }
          answered.add(rows);
          return answer(query, condition);
        },
        denoiser::odometer,
        new DividedEvaluator.Limits("net x reward"));
  }

  private static Evaluation answer(Query query, Condition[] condition) {
    Batch.Reals x = (Batch.Reals) query.x();
    double[] value = new double[x.size()];
    double[] shift = query.cotangent().map(Batch.Reals::data).orElse(value);
    Arrays.setAll(
        value,
        i -> x.data()[i] + 10 * query.level()[i] + 100 * condition[i].text().length() + shift[i]);
    Prediction mean = new Prediction.Mean(x.times(2));
    return switch (query.kind()) {
      case PREDICTION -> Evaluation.prediction(mean);
      case GUIDANCE -> Evaluation.guidance(mean, new Prediction.Mean(x.times(3)));
      case REWARD -> Evaluation.reward(value);
      case GRADIENT -> new Evaluation(mean, null, new Scalars(value), x.times(4), x.times(5));
      case ESTIMATE_GRADIENT -> new Evaluation(mean, null, new Scalars(value), x.times(4), null);
      case REWARD_GRADIENT -> new Evaluation(null, null, new Scalars(value), null, x.times(5));
      case PULLBACK -> new Evaluation(mean, null, null, null, new Batch.Reals(value, ITEM));
    };
  }

  private static Batch.Reals states(int rows) {
    return new Batch.Reals(IntStream.range(0, rows).asDoubleStream().toArray(), ITEM);
  }

  private static Query query(Query.Kind kind, int rows) {
    int[] level = IntStream.range(0, rows).map(i -> kind.denoises() ? 1 + i % 3 : 0).toArray();
    return kind == Query.Kind.PULLBACK
        ? Query.pullback(states(rows), 2, 1, states(rows).times(-7))
        : new Query(kind, states(rows), level);
  }

  private static Condition[] conditions(int rows) {
    Condition[] condition = new Condition[rows];
    Arrays.setAll(condition, i -> new Condition("x".repeat(1 + i % 4)));
    return condition;
  }

  private static Evaluation ask(DividedEvaluator evaluator, Query query) {
    return evaluator.evaluate(query, conditions(query.x().size()));
  }

  private static List<double[]> parts(Evaluation e, Query.Kind kind) {
    List<double[]> parts = new ArrayList<>();
    if (kind.denoises()) {
      parts.add(((Prediction.Mean) e.prediction()).clean().data());
    }
    switch (kind) {
      case PREDICTION -> {}
      case GUIDANCE -> parts.add(((Prediction.Mean) e.guided()).clean().data());
      case REWARD -> parts.add(e.value().values());
      case ESTIMATE_GRADIENT -> {
        parts.add(e.value().values());
        parts.add(e.estimateGradient().data());
      }
      case GRADIENT -> {
        parts.add(e.value().values());
        parts.add(e.estimateGradient().data());
        parts.add(e.gradient().data());
      }
      case REWARD_GRADIENT, PULLBACK -> parts.add(e.gradient().data());
    }
    return parts;
  }

  @ParameterizedTest
  @EnumSource(Query.Kind.class)
  void theAnswerIsThatOfTheWhole(Query.Kind kind) {
    Query query = query(kind, 11);
    List<double[]> whole = parts(ask(fits(11), query), kind);
    List<double[]> halves = parts(ask(fits(3), query), kind);
    assertEquals(whole.size(), halves.size());
    for (int i = 0; i < whole.size(); i++) {
      assertArrayEquals(whole.get(i), halves.get(i));
    }
    assertEquals(List.of(11, 3, 3, 3, 2), answered);
  }

  @Test
  void whatDidNotFitIsNotTriedAgain() {
    DividedEvaluator evaluator = fits(16);
    ask(evaluator, query(Query.Kind.PREDICTION, 64));
    assertEquals(List.of(64, 32), refused);
    ask(evaluator, query(Query.Kind.PREDICTION, 64));
    assertEquals(List.of(64, 32), refused);
    ask(evaluator, query(Query.Kind.REWARD, 20));
    assertEquals(List.of(64, 32, 20), refused, "another kind takes other memory");
  }

  /** Else a run that goes on after a stop would give other bytes. */
  @ParameterizedTest
  @ValueSource(ints = {7, 16, 17, 31, 33, 48, 63})
  void howAQueryIsDividedDoesNotDependOnWhatWasAskedBefore(int rows) {
    ask(fits(16), query(Query.Kind.PREDICTION, rows));
    List<Integer> fresh = List.copyOf(answered);
    DividedEvaluator evaluator = fits(16);
    ask(evaluator, query(Query.Kind.PREDICTION, 100));
    answered.clear();
    ask(evaluator, query(Query.Kind.PREDICTION, rows));
    assertEquals(fresh, answered);
  }

  @Test
  void workThatIsLostIsKnown() {
    DividedEvaluator evaluator = fits(16);
    ask(evaluator, query(Query.Kind.PREDICTION, 64));
    assertEquals(Cost.of(64 + 32, 64 + 32, 0), evaluator.lost());
    assertEquals(Cost.of(64, 64, 0), denoiser.odometer.minus(evaluator.lost()));
  }

  @Test
  void oneRowThatDoesNotFitIsAFailureInOneLine() {
    String message =
        assertThrows(OutOfDeviceMemory.class, () -> ask(fits(0), query(Query.Kind.GRADIENT, 5)))
            .getMessage();
    assertEquals(
        "net x reward: GRADIENT of one particle does not fit: RuntimeError: CUDA out of memory."
            + " Tried to allocate 20.00 MiB. GPU 0 has a total capacity",
        message);
    assertEquals(List.of(5, 3, 2, 1), refused);
  }

  @Test
  void anythingElseIsNotTriedAgain() {
    IllegalStateException fault = new IllegalStateException("no such class");
    DividedEvaluator evaluator =
        new DividedEvaluator(
            (query, condition) -> {
              refused.add(query.x().size());
              throw fault;
            },
            denoiser::odometer,
            new DividedEvaluator.Limits("net x reward"));
    assertSame(
        fault,
        assertThrows(
            IllegalStateException.class, () -> ask(evaluator, query(Query.Kind.REWARD, 5))));
    assertEquals(List.of(5), refused);
  }
}
