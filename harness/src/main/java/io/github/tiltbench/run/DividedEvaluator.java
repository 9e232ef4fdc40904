package io.github.tiltbench.run;

import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.engine.OutOfDeviceMemory;
import io.github.tiltbench.engine.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Answers as another evaluator does, in halves where a device has no memory for the whole.
 *
 * <p>A half that does not fit is divided again; a single row that does not fit is a failure. Rows
 * are independent, so the answer is the same but for the rounding of networks, which depends on the
 * rows that share a call. How a query is divided follows from its size and the memory alone: what
 * did not fit once is remembered, and as many rows or more are divided without another try, as
 * trying them would have ended.
 */
final class DividedEvaluator implements Evaluator {
  private final Evaluator inner;
  private final Supplier<Cost> odometer;
  private final Limits limits;
  private Cost lost = Cost.ZERO;

  /** What did not fit so far, of one model and one reward; shared by their evaluators. */
  static final class Limits {
    private final String what;
    private final Map<Query.Kind, Integer> tooMany = new EnumMap<>(Query.Kind.class);
    private final List<String> news = new ArrayList<>();

    /** Nothing yet, of what is called so. */
    Limits(String what) {
      this.what = what;
    }

    private boolean allow(Query query) {
      return query.x().size() < tooMany.getOrDefault(query.kind(), Integer.MAX_VALUE);
    }

    private void lower(Query query) {
      int rows = query.x().size();
      tooMany.put(query.kind(), rows);
      news.add(what + ": " + query.kind() + " of " + rows + " particles or more");
    }

    /** A line for everything that was learned since the last call. */
    List<String> takeNews() {
      List<String> taken = List.copyOf(news);
      news.clear();
      return taken;
    }
  }

  /**
   * An evaluator around another.
   *
   * @param odometer of the model that the other calls
   */
  DividedEvaluator(Evaluator inner, Supplier<Cost> odometer, Limits limits) {
    this.inner = inner;
    this.odometer = odometer;
    this.limits = limits;
  }

  /** Work of calls that did not end, as the odometer has counted it; no trial pays for it. */
  Cost lost() {
    return lost;
  }

  @Override
  public Evaluation evaluate(Query query, Condition[] condition) {
    if (limits.allow(query)) {
      Cost before = odometer.get();
      try {
        return inner.evaluate(query, condition);
      } catch (RuntimeException e) {
        if (!OutOfDeviceMemory.saidBy(e)) {
          throw e;
        }
        if (query.x().size() == 1) {
          throw OutOfDeviceMemory.atLeast(
              limits.what + ": " + query.kind() + " of one particle", e);
        }
        lost = lost.plus(odometer.get().minus(before));
        limits.lower(query);
        Torch.releaseMemory();
      }
    }
    int size = query.x().size();
    int half = (size + 1) / 2;
    return Evaluation.joined(
        List.of(
            evaluate(query.rows(0, half), Arrays.copyOf(condition, half)),
            evaluate(query.rows(half, size), Arrays.copyOfRange(condition, half, size))));
  }
}
