package io.github.tiltbench.run;

import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.TokenLogits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Answers for one trial as another evaluator does, but asks it for the prediction at a sequence of
 * tokens once: again only if so many others were asked for since that it is forgotten, and never
 * where no token is masked.
 *
 * <p>For models whose predictions depend on the state and the prompt alone. A trial has one prompt,
 * so nothing is ever answered of another.
 */
final class SeenStates implements Evaluator {
  /** Numbers that are remembered; what the last query asked for is remembered whatever it takes. */
  private static final long MOST = 1 << 22;

  private static final TokenLogits CERTAIN = TokenLogits.exact(new double[0][]);

  private final Evaluator inner;
  private final Meter meter;
  private final int rowsPerParticle;
  private final Map<State, TokenLogits> seen = new LinkedHashMap<>(16, 0.75f, true);
  private final long most;
  private final StateSpace.Sequence space;
  private long held;

  /** A sequence by its tokens. */
  private record State(int[] tokens) {
    @Override
    public boolean equals(Object other) {
      return other instanceof State state && Arrays.equals(tokens, state.tokens);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(tokens);
    }
  }

  /** Around the evaluator of a trial, whose meter is told what need not be asked. */
  SeenStates(Evaluator inner, Denoiser denoiser, Meter meter) {
    this(inner, denoiser, meter, MOST);
  }

  /** The same with another number of numbers. */
  SeenStates(Evaluator inner, Denoiser denoiser, Meter meter, long most) {
    this.inner = inner;
    this.space = (StateSpace.Sequence) denoiser.space();
    this.rowsPerParticle = denoiser.rowsPerParticle();
    this.meter = meter;
    this.most = most;
  }

  @Override
  public Evaluation evaluate(Query query, Condition[] condition) {
    if (query.kind() != Query.Kind.PREDICTION || !(query.x() instanceof Batch.Tokens x)) {
      return inner.evaluate(query, condition);
    }
    List<State> states = new ArrayList<>();
    Set<State> distinct = new HashSet<>();
    List<Integer> fresh = new ArrayList<>();
    for (int row = 0; row < x.size(); row++) {
      State state = new State(x.row(row));
      states.add(state);
      if (masks(state) > 0 && distinct.add(state) && !seen.containsKey(state)) {
        fresh.add(row);
      }
    }
    if (fresh.isEmpty()) {
      spare(x.size());
      return recalled(x, states);
    }
    int[] rows = fresh.stream().mapToInt(Integer::intValue).toArray();
    Evaluation answer =
        inner.evaluate(query.select(rows), Arrays.copyOf(condition, rows.length)); // of one prompt
    Prediction.Logits logits = (Prediction.Logits) answer.prediction();
    for (int i = 0; i < rows.length; i++) {
      State state = states.get(rows[i]);
      seen.put(state, logits.rows().get(i));
      held += size(state);
    }
    spare(x.size() - rows.length);
    Evaluation all = recalled(x, states);
    forget(distinct.size());
    return all;
  }

  private void spare(int particles) {
    meter.spare(Cost.of(particles, (long) particles * rowsPerParticle, 0));
  }

  private Evaluation recalled(Batch.Tokens x, List<State> states) {
    return Evaluation.prediction(
        new Prediction.Logits(x, space, states.stream().map(this::known).toList()));
  }

  private TokenLogits known(State state) {
    return masks(state) == 0 ? CERTAIN : seen.get(state);
  }

  /** Forgets what was not asked for the longest, but for so many of the last. */
  private void forget(int kept) {
    Iterator<State> eldest = seen.keySet().iterator();
    while (held > most && seen.size() > kept) {
      held -= size(eldest.next());
      eldest.remove();
    }
  }

  private long size(State state) {
    return masks(state) * space.tokens();
  }

  private long masks(State state) {
    return Arrays.stream(state.tokens).filter(token -> token == space.mask()).count();
  }
}
