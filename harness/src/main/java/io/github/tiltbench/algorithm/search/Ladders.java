package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.particle.Rows;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Ladders of replica exchange, each with one state a level: at every other level a state is
 * denoised down and the one under it noised up, and the pair is taken by Metropolis' rule; see
 * {@link Crepe}.
 */
final class Ladders {
  /** Where the start came from, and not from a new state of level T. */
  static final int START = -1;

  private final Crepe rule;
  private final Problem problem;
  private final ReverseProcess process;
  private final Session session;
  private final int count;
  private final Rung[] rungs;
  private final double[] floor;
  private final long[] tried;
  private final long[] taken;

  /**
   * What stands at a level, one row a ladder.
   *
   * @param state the states
   * @param prediction at them; null at level 0
   * @param twist rho, what the level's law is tilted by: r / beta at level 0, 0 at level T
   * @param drawn the iteration in which its first ancestor was drawn at level T
   * @param arrived the iteration in which it came to its level
   */
  record Rung(Batch state, Prediction prediction, double[] twist, int[] drawn, int[] arrived)
      implements Rows<Rung> {
    @Override
    public int size() {
      return twist.length;
    }

    @Override
    public Rung select(int[] index) {
      return new Rung(
          state.select(index),
          prediction == null ? null : prediction.select(index),
          Arrays.stream(index).mapToDouble(i -> twist[i]).toArray(),
          Arrays.stream(index).map(i -> drawn[i]).toArray(),
          Arrays.stream(index).map(i -> arrived[i]).toArray());
    }

    /** These rows, but those of another where it is taken. */
    Rung or(Rung other, boolean[] taken) {
      int[] index = IntStream.range(0, size()).map(i -> taken[i] ? size() + i : i).toArray();
      return new Rung(
              Batch.concat(List.of(state, other.state)),
              prediction == null ? null : Prediction.joined(List.of(prediction, other.prediction)),
              Scalars.joined(twist, other.twist),
              IntStream.concat(Arrays.stream(drawn), Arrays.stream(other.drawn)).toArray(),
              IntStream.concat(Arrays.stream(arrived), Arrays.stream(other.arrived)).toArray())
          .select(index);
    }
  }

  private Ladders(
      Crepe rule, Problem problem, Session session, int count, Rung[] rungs, double[] floor) {
    this.rule = rule;
    this.problem = problem;
    this.process = problem.process();
    this.session = session;
    this.count = count;
    this.rungs = rungs;
    this.floor = floor;
    this.tried = new long[process.steps() + 1];
    this.taken = new long[process.steps() + 1];
  }

  /** From one run of the model a ladder, stopped at each level. */
  static Ladders start(Crepe rule, Problem problem, Session session, int count) {
    ReverseProcess process = problem.process();
    int steps = process.steps();
    Batch[] states = new Batch[steps + 1];
    Prediction[] predictions = new Prediction[steps + 1];
    states[steps] = process.prior(count, session.noise(Purpose.PRIOR, steps));
    for (int level = steps; level >= 1; level--) {
      predictions[level] = session.denoise(states[level], level);
      states[level - 1] =
          process
              .law(states[level], level, predictions[level])
              .sample(session.noise(Purpose.STEP, level));
    }
    return at(rule, problem, session, states, predictions);
  }

  /**
   * From given states.
   *
   * @param states at the levels 0..T, one row a ladder each
   * @param predictions at them; entry 0 is unused
   */
  static Ladders at(
      Crepe rule, Problem problem, Session session, Batch[] states, Prediction[] predictions) {
    int steps = states.length - 1;
    int count = states[0].size();
    Ladders ladders =
        new Ladders(rule, problem, session, count, new Rung[steps + 1], new double[count]);
    int[] levels = IntStream.range(0, steps).toArray();
    double[][] values =
        ladders.values(levels, Arrays.copyOf(states, steps), Arrays.copyOf(predictions, steps), 0);
    for (int ladder = 0; ladder < count; ladder++) {
      int row = ladder;
      ladders.floor[ladder] =
          Arrays.stream(values, 1, steps)
              .mapToDouble(value -> value[row])
              .filter(Double::isFinite)
              .min()
              .orElse(0);
    }
    int[] start = new int[count];
    Arrays.fill(start, START);
    for (int level = 0; level <= steps; level++) {
      double[] twist = level == steps ? new double[count] : ladders.twist(values[level], level);
      ladders.rungs[level] = new Rung(states[level], predictions[level], twist, start, start);
    }
    return ladders;
  }

  /** What stands at a level T..0. */
  Rung rung(int level) {
    return rungs[level];
  }

  /** The share of all swaps so far that were taken. */
  double accepted() {
    return (double) Arrays.stream(taken).sum() / Math.max(1, Arrays.stream(tried).sum());
  }

  /**
   * The same at each level T..0, by the level that a state came down to; 0 where none was tried.
   */
  double[] acceptedByLevel() {
    double[] share = new double[taken.length];
    for (int level = 0; level < share.length; level++) {
      share[share.length - 1 - level] = (double) taken[level] / Math.max(1, tried[level]);
    }
    return share;
  }

  /** The upper levels of the pairs of an iteration, highest first. */
  private int[] tops(int iteration) {
    return IntStream.iterate(process.steps() - iteration % 2, t -> t >= 1, t -> t - 2).toArray();
  }

  /** Swaps all pairs of an iteration. */
  void iterate(int iteration) {
    int steps = process.steps();
    int[] tops = tops(iteration);
    if (tops.length == 0) {
      return;
    }
    if (tops[0] == steps && iteration > 0 && rule.redraws(problem)) {
      rungs[steps] = drawn(iteration);
    }
    Batch below = down(tops, iteration);
    List<Batch> states = new ArrayList<>();
    List<Integer> levels = new ArrayList<>();
    for (int k = 0; k < tops.length; k++) {
      states.add(below.select(IntStream.range(k * count, (k + 1) * count).toArray()));
      levels.add(tops[k] - 1);
    }
    for (int t : tops) {
      if (rule.rises(problem, t)) {
        states.add(
            process.renoise(
                rungs[t - 1].state,
                t - 1,
                t,
                session.noise(Purpose.RENOISE, t).round(round(iteration))));
        levels.add(t);
      }
    }
    Rung[] proposed = proposed(states, levels, iteration);
    int risen = tops.length;
    for (int k = 0; k < tops.length; k++) {
      boolean rises = rule.rises(problem, tops[k]);
      swap(
          tops[k],
          proposed[k],
          rises ? Optional.of(proposed[risen++]) : Optional.empty(),
          iteration);
    }
  }

  /** Rounds of noise after that of the start. */
  private static int round(int iteration) {
    return iteration + 1;
  }

  /** A new state of level T. */
  private Rung drawn(int iteration) {
    int steps = process.steps();
    Batch x = process.prior(count, session.noise(Purpose.PRIOR, steps).round(round(iteration)));
    int[] now = all(iteration);
    return new Rung(x, session.denoise(x, steps), new double[count], now, now);
  }

  private int[] all(int iteration) {
    int[] now = new int[count];
    Arrays.fill(now, iteration);
    return now;
  }

  /** One step of the model from each upper level, pair by pair. */
  private Batch down(int[] tops, int iteration) {
    Batch x = Batch.concat(Arrays.stream(tops).mapToObj(t -> rungs[t].state).toList());
    Prediction prediction =
        Prediction.joined(Arrays.stream(tops).mapToObj(t -> rungs[t].prediction).toList());
    int[] level =
        Arrays.stream(tops).flatMap(t -> IntStream.generate(() -> t).limit(count)).toArray();
    return process
        .law(x, level, prediction)
        .sample(session.noise(Purpose.STEP, process.steps()).round(round(iteration)));
  }

  /** Proposals with what is known of them; where their ancestors come from is for their pair. */
  private Rung[] proposed(List<Batch> states, List<Integer> levels, int iteration) {
    int[] level = levels.stream().mapToInt(Integer::intValue).toArray();
    Batch[] x = states.toArray(Batch[]::new);
    Prediction[] predictions = predictions(x, level);
    double[][] values = values(level, x, predictions, round(iteration));
    Rung[] proposed = new Rung[x.length];
    int[] now = all(iteration);
    Arrays.setAll(
        proposed, i -> new Rung(x[i], predictions[i], twist(values[i], level[i]), now, now));
    return proposed;
  }

  private Prediction[] predictions(Batch[] x, int[] level) {
    int[] asked = IntStream.range(0, x.length).filter(i -> level[i] > 0).toArray();
    Prediction[] predictions = new Prediction[x.length];
    if (asked.length == 0) {
      return predictions;
    }
    int[] levels =
        Arrays.stream(asked)
            .flatMap(i -> IntStream.generate(() -> level[i]).limit(count))
            .toArray();
    Batch all = Batch.concat(Arrays.stream(asked).mapToObj(i -> x[i]).toList());
    Prediction answer = session.ask(new Query(Query.Kind.PREDICTION, all, levels)).prediction();
    for (int k = 0; k < asked.length; k++) {
      predictions[asked[k]] = answer.select(IntStream.range(k * count, (k + 1) * count).toArray());
    }
    return predictions;
  }

  /** The value of each row of each part: of level 0 its reward; 0 above it where none is asked. */
  private double[][] values(int[] level, Batch[] x, Prediction[] predictions, int round) {
    ValueEstimate estimate = rule.estimate();
    boolean valued = rule.value() != Crepe.Value.NONE;
    int[] estimated = IntStream.range(0, x.length).filter(i -> valued && level[i] > 0).toArray();
    int[] clean = IntStream.range(0, x.length).filter(i -> level[i] == 0).toArray();
    List<Batch> scored = new ArrayList<>();
    if (estimated.length > 0) {
      Prediction all =
          Prediction.joined(Arrays.stream(estimated).mapToObj(i -> predictions[i]).toList());
      scored.add(
          session.clean(
              all.select(Branching.repeat(all.size(), estimate.completions())),
              estimate.how(),
              session
                  .noise(Purpose.DECODE, process.steps())
                  .branched(estimate.completions())
                  .round(round)));
    }
    Arrays.stream(clean).forEach(i -> scored.add(x[i]));
    double[][] values = new double[x.length][count];
    if (scored.isEmpty()) {
      return values;
    }
    double[] reward = session.score(Batch.concat(scored));
    int rows = count * estimate.completions();
    for (int k = 0; k < estimated.length; k++) {
      double[] own = Arrays.copyOfRange(reward, k * rows, (k + 1) * rows);
      values[estimated[k]] = estimate.combination().of(own, estimate.completions(), problem.beta());
    }
    int from = estimated.length * rows;
    for (int k = 0; k < clean.length; k++) {
      values[clean[k]] = Arrays.copyOfRange(reward, from + k * count, from + (k + 1) * count);
    }
    return values;
  }

  /** rho; an estimate that is not admissible counts as the lowest one of its ladder's start. */
  private double[] twist(double[] value, int level) {
    double share = level == 0 ? 1 : rule.share(level, process.steps());
    double[] twist = new double[count];
    for (int i = 0; i < count; i++) {
      double v = level > 0 && value[i] == Double.NEGATIVE_INFINITY ? floor[i] : value[i];
      twist[i] = share * v / problem.beta();
    }
    return twist;
  }

  /** Takes or leaves the proposals of a pair; without one for its upper level, that one stays. */
  private void swap(int top, Rung down, Optional<Rung> up, int iteration) {
    Rung upper = rungs[top];
    Rung lower = rungs[top - 1];
    boolean[] taken = new boolean[count];
    double[] u = new double[count];
    session.noise(Purpose.SELECT, top).round(round(iteration)).uniforms(count, u);
    for (int i = 0; i < count; i++) {
      double now = upper.twist[i] + lower.twist[i];
      double next = down.twist[i] + (up.isPresent() ? up.get().twist[i] : upper.twist[i]);
      taken[i] = now == Double.NEGATIVE_INFINITY || Math.log(u[i]) < next - now;
      this.tried[top - 1]++;
      this.taken[top - 1] += taken[i] ? 1 : 0;
    }
    int[] origin = top == process.steps() ? all(iteration) : upper.drawn;
    rungs[top - 1] =
        lower.or(new Rung(down.state, down.prediction, down.twist, origin, down.arrived), taken);
    up.ifPresent(
        r ->
            rungs[top] =
                upper.or(new Rung(r.state, r.prediction, r.twist, lower.drawn, r.arrived), taken));
  }
}
