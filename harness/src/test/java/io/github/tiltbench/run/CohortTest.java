package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tiltbench.algorithm.Guided;
import io.github.tiltbench.algorithm.Sloped;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Contrast;
import io.github.tiltbench.diffusion.Prediction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class CohortTest {
  /** Doubles what it denoises, sums what it scores, and writes down each call. */
  private static final class Recorder implements Evaluator {
    final List<String> calls = new ArrayList<>();

    @Override
    public Prediction denoise(Batch x, int[] level, Condition[] condition) {
      calls.add("denoise" + Arrays.toString(level));
      double[] twice = Arrays.stream(((Batch.Reals) x).data()).map(v -> 2 * v).toArray();
      return new Prediction.Mean(new Batch.Reals(twice, new int[] {1}));
    }

    @Override
    public Contrast contrast(Batch x, int[] level, Condition[] condition) {
      calls.add("contrast" + Arrays.toString(level));
      Prediction asked = new Prediction.Mean((Batch.Reals) x);
      return new Contrast(asked, denoise(x, level, condition));
    }

    @Override
    public double[] score(Batch clean, Condition[] condition) {
      calls.add("score" + clean.size());
      if (clean.size() == 13) {
        throw new IllegalStateException("unlucky");
      }
      return ((Batch.Reals) clean).data().clone();
    }

    @Override
    public Guided guide(Batch x, int[] level, Condition[] condition) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Sloped slope(Batch x, int[] level, Condition[] condition) {
      throw new UnsupportedOperationException();
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
        int[] levels = new int[x.size()];
        Arrays.fill(levels, level);
        x = ((Prediction.Mean) evaluator.denoise(x, levels, none(x.size()))).clean();
      }
      return evaluator.score(x, none(x.size()))[0];
    };
  }

  @RepeatedTest(20)
  void callsMergeInTrialOrderWhateverTheTiming() throws InterruptedException {
    Recorder recorder = new Recorder();
    List<Cohort.Answer<Double>> answers =
        Cohort.run(recorder, List.of(trial(0, 2), trial(1, 2), trial(2, 3)));
    assertEquals(
        List.of(
            "denoise[2, 2, 2, 3, 3, 3]",
            "denoise[1, 1, 1, 2, 2, 2]",
            "denoise[1, 1, 1]",
            "score3",
            "score3"),
        recorder.calls);
    assertEquals(List.of(0.0, 4.0, 16.0), answers.stream().map(Cohort.Answer::value).toList());
  }

  @Test
  void contrastsMergeAndComeBackWhole() throws InterruptedException {
    Recorder recorder = new Recorder();
    Function<Evaluator, Double> one =
        e -> {
          Contrast c = e.contrast(rows(1, 3), new int[] {2}, none(1));
          double[] asked = ((Prediction.Mean) c.asked()).clean().data();
          double[] guided = ((Prediction.Mean) c.guided()).clean().data();
          return 10 * asked[0] + guided[0];
        };
    Function<Evaluator, Double> other =
        e -> {
          Contrast c = e.contrast(rows(2, 4), new int[] {1, 1}, none(2));
          return (double) c.size();
        };
    List<Cohort.Answer<Double>> answers = Cohort.run(recorder, List.of(one, other));
    assertEquals("contrast[2, 1, 1]", recorder.calls.get(0));
    assertEquals(List.of(36.0, 2.0), answers.stream().map(Cohort.Answer::value).toList());
  }

  @Test
  void aFailureStaysWithItsTrial() throws InterruptedException {
    List<Cohort.Answer<Double>> answers =
        Cohort.run(
            new Recorder(),
            List.of(
                trial(0, 1),
                evaluator -> {
                  throw new ArithmeticException("mine");
                },
                trial(12, 2)));
    assertEquals(0.0, answers.get(0).value());
    assertNull(answers.get(0).failure());
    assertEquals("mine", answers.get(1).failure().getMessage());
    assertInstanceOf(IllegalStateException.class, answers.get(2).failure());
  }

  @Test
  void inTurnTrialsMeetNobody() throws InterruptedException {
    Recorder recorder = new Recorder();
    List<Thread> threads = new ArrayList<>();
    List<Cohort.Answer<Double>> answers =
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
        List.of("denoise[2, 2]", "denoise[1, 1]", "score2", "denoise[1, 1, 1]", "score3"),
        recorder.calls);
    assertEquals(4.0, answers.get(0).value());
    assertEquals("mine", answers.get(1).failure().getMessage());
    assertEquals(4.0, answers.get(2).value());
    assertEquals(List.of(Thread.currentThread()), threads);
  }

  @Test
  void inTurnAnInterruptEndsTheRun() {
    List<Function<Evaluator, Double>> trials =
        List.of(
            evaluator -> {
              Thread.currentThread().interrupt();
              return 1.0;
            },
            trial(1, 1));
    Recorder recorder = new Recorder();
    assertThrows(InterruptedException.class, () -> Cohort.inTurn(recorder, trials));
    assertEquals(List.of(), recorder.calls);
  }

  @Test
  void anEmptyCohortGivesNothing() throws InterruptedException {
    assertEquals(0, Cohort.<Double>run(new Recorder(), List.of()).size());
  }
}
