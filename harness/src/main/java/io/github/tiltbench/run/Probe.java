package io.github.tiltbench.run;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.engine.program.Programs;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Component;
import io.github.tiltbench.study.Plan;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What a plan's networks take here, from a few timed forwards of each. */
public final class Probe {
  private static final int ROWS = 32;
  private static final int LEAST_ROWS = 16;
  private static final int MOST_ROWS = 128;
  private static final int MOST_ROWS_GPU = 1024;
  private static final int TIMED = 3;

  /** A larger batch must be faster by this factor a row to be worth its memory. */
  private static final double WORTHWHILE = 1.1;

  /** Arrays of a state's size that a particle has at a time, at most. */
  private static final int ARRAYS = 32;

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

  /** Seconds that a bare forward of a cell's model takes a particle. */
  static double secondsPerNfe(Cell cell, Plan plan) {
    try (Denoiser denoiser = cell.model().spec().open()) {
      return perParticle(denoiser, cell, plan, ROWS);
    }
  }

  /**
   * The cohorts that suit this machine: merged calls of as many rows as the slowest network of the
   * plan needs to come to its speed, in powers of two, if the states of that many fit an eighth of
   * the heap of each worker. Analytic models gain nothing and have the default.
   */
  public static Cohorts cohorts(Plan plan, int workers) {
    Map<String, Cell> networks = new LinkedHashMap<>();
    plan.cells().stream()
        .filter(cell -> !cell.model().spec().files().isEmpty())
        .forEach(cell -> networks.putIfAbsent(cell.model().label(), cell));
    return networks.values().stream()
        .map(cell -> rows(cell, plan, workers))
        .max(Integer::compare)
        .<Cohorts>map(Cohorts.Filled::new)
        .orElse(Cohorts.DEFAULT);
  }

  private static int rows(Cell cell, Plan plan, int workers) {
    int most = Torch.onGpu() ? MOST_ROWS_GPU : MOST_ROWS;
    try (Denoiser denoiser = cell.model().spec().open()) {
      int chosen = LEAST_ROWS;
      double fastest = Double.POSITIVE_INFINITY;
      int perParticle = denoiser.rowsPerParticle();
      for (int rows = LEAST_ROWS; rows <= most && fits(denoiser, rows, workers); rows *= 2) {
        double seconds = perParticle(denoiser, cell, plan, Math.max(1, rows / perParticle));
        if (seconds * WORTHWHILE < fastest) {
          fastest = seconds;
          chosen = rows;
        }
      }
      return chosen;
    }
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
    return rows == LEAST_ROWS || bytes <= Runtime.getRuntime().maxMemory() / 8 / workers;
  }

  /** Seconds a particle of the fastest of a few forwards. */
  private static double perParticle(Denoiser denoiser, Cell cell, Plan plan, int particles) {
    ReverseProcess process = cell.problem().process();
    int level = process.steps();
    Batch x = process.prior(particles, new Seed(0).noise(Purpose.PRIOR, level));
    int[] levels = new int[particles];
    Arrays.fill(levels, level);
    Condition[] conditions = new Condition[particles];
    Arrays.fill(conditions, new Condition(plan.study().prompts().get(0)));
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i <= TIMED; i++) { // the first, cold one is never the best
      long start = System.nanoTime();
      denoiser.denoise(x, levels, conditions);
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
    }
    return best / particles;
  }
}
