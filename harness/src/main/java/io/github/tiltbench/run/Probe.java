package io.github.tiltbench.run;

import static java.lang.Math.max;

import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.OutOfDeviceMemory;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.engine.program.Programs;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Component;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.verifier.Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;

/** What a plan's networks take here, from a few timed forwards of each. */
public final class Probe {
  private static final int ROWS = 32;
  private static final int LEAST_ROWS = 16;
  private static final int MOST_ROWS = 128;
  private static final int MOST_ROWS_GPU = 1024;
  private static final int TIMED = 3;

  /** Seconds of a call after which no larger one is tried. */
  private static final double LONGEST = 2;

  /** A larger batch must be faster by this factor a row to be worth its memory. */
  private static final double WORTHWHILE = 1.1;

  /** Arrays of a state's size that a particle has at a time, at most. */
  private static final int ARRAYS = 32;

  private static final Verifier NO_GUIDE = (clean, condition) -> new double[clean.size()];

  private Probe() {}

  /**
   * Starts every program of a plan and hears what it is, so that one that does not answer, or is
   * not what the study says, is known before anything runs.
   *
   * @throws io.github.tiltbench.engine.program.ProgramFailure if there is one
   */
  public static void hearPrograms(Plan plan) {
    try (Programs programs = Programs.unlogged()) {
      for (Cell cell : plan.cells()) {
        ModelSpec model = cell.model().spec();
        if (!model.programs().isEmpty()) {
          model.open(programs).close();
        }
        Stream.concat(Stream.of(cell.verifier()), cell.crossRewards().stream())
            .map(Component::spec)
            .filter(spec -> !spec.programs().isEmpty())
            .forEach(spec -> spec.open(model.space(), programs).close());
      }
    }
  }

  /** Seconds that a bare forward of a cell's model takes a particle, in calls of some rows. */
  static double secondsPerNfe(Cell cell, Plan plan) {
    try (Denoiser denoiser = cell.model().spec().open()) {
      IntToDoubleFunction forward = n -> seconds(forward(denoiser, cell, plan, n));
      return grown(ROWS, forward).values().stream()
          .reduce((smaller, larger) -> larger)
          .orElseGet(() -> forward.applyAsDouble(1)); // which says what does not fit
    }
  }

  /**
   * The cohorts that suit this machine: merged calls of as many rows as the slowest network of the
   * plan needs to come to its speed, in powers of two, if the device has the memory for them and
   * the states of that many fit an eighth of the heap of each worker; for cells that ask for
   * gradients as many as those need. Analytic models gain nothing and have the default.
   */
  public static Cohorts cohorts(Plan plan, int workers) {
    Map<String, List<Cell>> networks = new LinkedHashMap<>();
    plan.cells().stream()
        .filter(cell -> cell.model().hasWeights())
        .forEach(
            cell ->
                networks
                    .computeIfAbsent(cell.model().label(), label -> new ArrayList<>())
                    .add(cell));
    return networks.values().stream()
        .map(cells -> filled(cells, plan, workers))
        .reduce((a, b) -> new Cohorts.Filled(max(a.rows(), b.rows()), max(a.guided(), b.guided())))
        .<Cohorts>map(filled -> filled)
        .orElse(Cohorts.DEFAULT);
  }

  /** Of cells of one model. */
  private static Cohorts.Filled filled(List<Cell> cells, Plan plan, int workers) {
    int most = Torch.onGpu() ? MOST_ROWS_GPU : MOST_ROWS;
    Cell first = cells.get(0);
    Optional<Cell> guided = cells.stream().filter(cell -> cell.cost().backward() > 0).findFirst();
    try (Denoiser denoiser = first.model().spec().open();
        Verifier guide = guided.map(Probe::guide).orElse(NO_GUIDE)) {
      int perParticle = denoiser.rowsPerParticle();
      int particles = most / perParticle;
      while (particles > 1 && !fits(denoiser, particles * perParticle, workers)) {
        particles /= 2;
      }
      int fitting = particles;
      int least = LEAST_ROWS / perParticle;
      int rows = fastest(grown(fitting, n -> seconds(forward(denoiser, first, plan, n))), least);
      int ofGuided =
          guided
              .map(
                  cell ->
                      fastest(
                          grown(fitting, n -> seconds(gradient(denoiser, guide, cell, plan, n))),
                          least))
              .orElse(rows);
      return new Cohorts.Filled(perParticle * rows, perParticle * ofGuided);
    }
  }

  private static Verifier guide(Cell cell) {
    return cell.verifier().spec().open(cell.model().spec().space());
  }

  /**
   * Seconds a particle by particles in a call: powers of two, up to the first call that does not
   * fit the memory or takes long.
   *
   * @param call seconds of a call of so many particles
   */
  static SortedMap<Integer, Double> grown(int most, IntToDoubleFunction call) {
    SortedMap<Integer, Double> known = new TreeMap<>();
    for (int particles = 1; particles <= most; particles *= 2) {
      double seconds;
      try {
        seconds = call.applyAsDouble(particles);
      } catch (RuntimeException e) {
        if (!OutOfDeviceMemory.saidBy(e)) {
          throw e;
        }
        Torch.releaseMemory();
        return known;
      }
      known.put(particles, seconds / particles);
      if (seconds > LONGEST) {
        return known;
      }
    }
    return known;
  }

  /**
   * The particles a call from which on more do not pay.
   *
   * @param least fewer are not worth while unless no more fit
   */
  static int fastest(Map<Integer, Double> known, int least) {
    int chosen = 1;
    double fastest = Double.POSITIVE_INFINITY;
    for (Map.Entry<Integer, Double> size : known.entrySet()) {
      if (size.getKey() <= least || size.getValue() * WORTHWHILE < fastest) {
        fastest = size.getValue();
        chosen = size.getKey();
      }
    }
    return chosen;
  }

  private static boolean fits(Denoiser denoiser, int rows, int workers) {
    long state =
        denoiser.space() instanceof StateSpace.Euclidean e
            ? e.dimension()
            : Batch.volume(
                new int[] {
                  ((StateSpace.Sequence) denoiser.space()).length(),
                  ((StateSpace.Sequence) denoiser.space()).tokens()
                });
    long bytes = ARRAYS * Double.BYTES * state * rows;
    return bytes <= Runtime.getRuntime().maxMemory() / 8 / workers;
  }

  /** Seconds of the fastest of a few calls. */
  private static double seconds(Runnable call) {
    double best = Double.POSITIVE_INFINITY;
    double spent = 0;
    for (int i = 0; i <= TIMED && spent < LONGEST; i++) { // the first, cold one is never the best
      long start = System.nanoTime();
      call.run();
      double seconds = (System.nanoTime() - start) / 1e9;
      best = Math.min(best, seconds);
      spent += seconds;
    }
    return best;
  }

  /** A call whose arguments are made before it is timed. */
  private static Runnable forward(Denoiser denoiser, Cell cell, Plan plan, int particles) {
    Batch states = states(cell, particles);
    int[] levels = levels(cell, particles);
    Condition[] conditions = conditions(plan, particles);
    return () -> denoiser.denoise(states, levels, conditions);
  }

  private static Runnable gradient(
      Denoiser denoiser, Verifier guide, Cell cell, Plan plan, int particles) {
    Query query = new Query(Query.Kind.GRADIENT, states(cell, particles), levels(cell, particles));
    Condition[] conditions = conditions(plan, particles);
    DirectEvaluator evaluator = new DirectEvaluator(denoiser, cell.problem().process(), guide);
    return () -> evaluator.evaluate(query, conditions);
  }

  private static Batch states(Cell cell, int particles) {
    ReverseProcess process = cell.problem().process();
    return process.prior(particles, new Seed(0).noise(Purpose.PRIOR, process.steps()));
  }

  private static int[] levels(Cell cell, int particles) {
    int[] levels = new int[particles];
    Arrays.fill(levels, cell.problem().process().steps());
    return levels;
  }

  private static Condition[] conditions(Plan plan, int particles) {
    Condition[] conditions = new Condition[particles];
    Arrays.fill(conditions, new Condition(plan.study().prompts().get(0)));
    return conditions;
  }
}
