package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Solved;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Readings;
import io.github.tiltbench.verifier.ComparingVerifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class CohortTest {
  /** Doubles what it denoises, sums what it scores, and writes down each call. */
  private static final class Recorder implements Evaluator {
    final List<String> calls = new ArrayList<>();

    @Override
    public Evaluation evaluate(Query query, Condition[] condition) {
      Batch.Reals x = (Batch.Reals) query.x();
      calls.add(query.kind() + Arrays.toString(query.level()));
      return switch (query.kind()) {
        case PREDICTION -> Evaluation.prediction(twice(x));
        case GUIDANCE -> Evaluation.guidance(new Prediction.Mean(x), twice(x));
        case REWARD -> {
          if (x.size() == 13) {
            throw new IllegalStateException("unlucky");
          }
          yield Evaluation.reward(x.data().clone());
        }
        case PULLBACK ->
            new Evaluation(twice(x), null, null, null, query.cotangent().orElseThrow().times(3));
        case GRADIENT, ESTIMATE_GRADIENT, REWARD_GRADIENT ->
            throw new UnsupportedOperationException();
      };
    }

    private static Prediction twice(Batch.Reals x) {
      return new Prediction.Mean(x.times(2));
    }
  }

  /** Scores rows at once, each when it comes to it; of a set, how many it has and the first. */
  private record Hesitant() implements ComparingVerifier {
    @Override
    public Readings read(Batch clean, Optional<Batch.Reals> estimate, Condition[] condition) {
      double[] x = ((Batch.Reals) clean).data();
      double[] way = estimate.orElseThrow().data();
      double[][] rows = new double[x.length][];
      IntStream.range(0, x.length)
          .parallel()
          .forEach(
              i -> {
                LockSupport.parkNanos(i * 7L % 5 * 300_000);
                rows[i] = new double[] {x[i], way[i]};
              });
      return new Readings(rows, set -> new double[] {set.length, set[0][0], set[0][1]});
    }
  }

  /** However late some rows are answered, and whoever asks beside: a trial has its own. */
  @Test
  void readingsComeBackInOrderAndWithTheirEstimates() throws InterruptedException {
    DirectEvaluator evaluator = new DirectEvaluator(null, null, new Hesitant());
    List<Function<Evaluator, double[]>> trials = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int number = i;
      trials.add(
          trial -> {
            Batch.Reals own = (Batch.Reals) rows(number + 1, number);
            Query query = Query.reward(new Solved(own, Optional.of(own.times(10))));
            return trial.evaluate(query, none(number + 1)).readings().scores();
          });
    }
    List<Cohort.Result<double[]>> results = Cohort.run(evaluator, trials);
    for (int i = 0; i < 6; i++) {
      assertArrayEquals(new double[] {i + 1, i, 10 * i}, results.get(i).value());
    }
  }

  private static Batch rows(int count, double value) {
    double[] data = new double[count];
    Arrays.fill(data, value);
    return new Batch.Reals(data, new int[] {1});
  }

  private static Condition[] none(int count) {
    Condition[] none = new Condition[count];
    Arrays.fill(none, Condition.NONE);
    return none;
  }

  /** A trial of {@code steps} denoisings of its own number of rows, then one score. */
  private static Function<Evaluator, Double> trial(int number, int steps) {
    return evaluator -> {
      Batch x = rows(number + 1, number);
      for (int level = steps; level >= 1; level--) {
        Query query = new Query(Query.Kind.PREDICTION, x, level);
        Evaluation answer = evaluator.evaluate(query, none(x.size()));
        x = ((Prediction.Mean) answer.prediction()).clean();
      }
      return evaluator.evaluate(Query.reward(x), none(x.size())).value().values()[0];
    };
  }

  @RepeatedTest(20)
  void callsMergeInTrialOrderWhateverTheTiming() throws InterruptedException {
    Recorder recorder = new Recorder();
    List<Cohort.Result<Double>> results =
        Cohort.run(recorder, List.of(trial(0, 2), trial(1, 2), trial(2, 3)));
    assertEquals(
        List.of(
            "PREDICTION[2, 2, 2, 3, 3, 3]",
            "PREDICTION[1, 1, 1, 2, 2, 2]",
            "PREDICTION[1, 1, 1]",
            "REWARD[0, 0, 0]",
            "REWARD[0, 0, 0]"),
        recorder.calls);
    assertEquals(List.of(0.0, 4.0, 16.0), results.stream().map(Cohort.Result::value).toList());
  }

  @Test
  void contrastsMergeAndComeBackWhole() throws InterruptedException {
    Recorder recorder = new Recorder();
    Function<Evaluator, Double> one =
        e -> {
          Evaluation a = e.evaluate(new Query(Query.Kind.GUIDANCE, rows(1, 3), 2), none(1));
          double[] asked = ((Prediction.Mean) a.prediction()).clean().data();
          double[] guided = ((Prediction.Mean) a.guided()).clean().data();
          return 10 * asked[0] + guided[0];
        };
    Function<Evaluator, Double> other =
        e -> {
          Query query = new Query(Query.Kind.GUIDANCE, rows(2, 4), 1);
          return (double) e.evaluate(query, none(2)).size();
        };
    List<Cohort.Result<Double>> results = Cohort.run(recorder, List.of(one, other));
    assertEquals("GUIDANCE[2, 1, 1]", recorder.calls.get(0));
    assertEquals(List.of(36.0, 2.0), results.stream().map(Cohort.Result::value).toList());
  }

  /** Each trial with its cotangents, and with scores in its order however late it asks. */
  @Test
  void cotangentsMergeWithTheirStates() throws InterruptedException {
    Recorder recorder = new Recorder();
    List<Function<Evaluator, Double>> trials = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int number = i;
      trials.add(
          evaluator -> {
            LockSupport.parkNanos((number * 7 % 6) * 1_000_000L);
            Query query =
                Query.pullback(
                    rows(1, 1), 2, 1, new Batch.Reals(new double[] {number}, new int[] {1}));
            double pulled = evaluator.evaluate(query, none(1)).gradient().data()[0];
            return pulled
                + evaluator.evaluate(Query.reward(rows(1, number)), none(1)).value().values()[0];
          });
    }
    List<Cohort.Result<Double>> results = Cohort.run(recorder, trials);
    assertEquals("PULLBACK[2, 2, 2, 2, 2, 2]", recorder.calls.get(0));
    assertEquals(
        List.of(0.0, 4.0, 8.0, 12.0, 16.0, 20.0),
        results.stream().map(Cohort.Result::value).toList());
  }

  @Test
  void aFailureStaysWithItsTrial() throws InterruptedException {
    List<Cohort.Result<Double>> results =
        Cohort.run(
            new Recorder(),
            List.of(
                trial(0, 1),
                evaluator -> {
                  throw new ArithmeticException("mine");
                },
                trial(12, 2)));
    assertEquals(0.0, results.get(0).value());
    assertNull(results.get(0).failure());
    assertEquals("mine", results.get(1).failure().getMessage());
    assertInstanceOf(IllegalStateException.class, results.get(2).failure());
  }

  @Test
  void inTurnTrialsMeetNobody() throws InterruptedException {
    Recorder recorder = new Recorder();
    List<Thread> threads = new ArrayList<>();
    List<Cohort.Result<Double>> results =
        Cohort.inTurn(
            recorder,
            List.of(
                trial(1, 2),
                evaluator -> {
                  threads.add(Thread.currentThread());
                  throw new ArithmeticException("mine");
                },
                trial(2, 1)));
    assertEquals(
        List.of(
            "PREDICTION[2, 2]",
            "PREDICTION[1, 1]",
            "REWARD[0, 0]",
            "PREDICTION[1, 1, 1]",
            "REWARD[0, 0, 0]"),
        recorder.calls);
    assertEquals(4.0, results.get(0).value());
    assertEquals("mine", results.get(1).failure().getMessage());
    assertEquals(4.0, results.get(2).value());
    assertEquals(List.of(Thread.currentThread()), threads);
  }

  @Test
  void inTurnAnInterruptEndsTheRun() {
    List<Function<Evaluator, Double>> trials =
        List.of(
            evaluator -> {
              Thread.currentThread().interrupt();
              return trial(1, 1).apply(evaluator);
            },
            trial(1, 1));
    Recorder recorder = new Recorder();
    assertThrows(InterruptedException.class, () -> Cohort.inTurn(recorder, trials));
    assertEquals(List.of(), recorder.calls);
  }

  @Test
  void inTurnAnInterruptAfterTheLastCallIsKeptForLater() throws InterruptedException {
    List<Function<Evaluator, Double>> trials =
        List.of(
            trial(1, 1),
            evaluator -> {
              double value = trial(1, 1).apply(evaluator);
              Thread.currentThread().interrupt();
              return value;
            });
    List<Cohort.Result<Double>> results = Cohort.inTurn(new Recorder(), trials);
    assertTrue(Thread.interrupted(), "the interrupt is lost");
    assertEquals(results.get(0).value(), results.get(1).value());
  }

  @Test
  void anEmptyCohortGivesNothing() throws InterruptedException {
    assertEquals(0, Cohort.<Double>run(new Recorder(), List.of()).size());
  }
}
