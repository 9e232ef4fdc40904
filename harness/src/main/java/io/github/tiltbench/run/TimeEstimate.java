package io.github.tiltbench.run;

import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.FitKey;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.TrialId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * How long a plan takes here: real trials of each kind of cell (model, verifier, algorithm), timed
 * where they are short, and written to a scratch folder; for kinds whose trials are long, bare
 * forwards of their model.
 *
 * @param seconds of wall time
 * @param bare kinds known by bare forwards only, their rewards not counted
 */
public record TimeEstimate(double seconds, Set<String> bare) {
  /** A cohort that is likely to take longer is not run. */
  private static final double LONGEST = 2;

  /** Trials of a kind are repeated so long: the first ones run before they are compiled. */
  private static final double LEAST = 0.4;

  /** Trials that are timed in all take no longer. */
  private static final double ALL = 20;

  /** What trials of a kind take: work by NFE, writing by trial. */
  private record Rate(double perNfe, double written) {}

  /** Times a plan whose cohorts have their usual size. */
  public static TimeEstimate of(Plan plan, int workers) throws InterruptedException {
    Map<String, Double> bareByModel = new HashMap<>();
    Map<String, Rate> rates = new HashMap<>();
    Set<String> bare = new TreeSet<>();
    Set<FitKey> learned = new HashSet<>();
    double work = 0;
    double writing = 0;
    double spent = 0;
    List<Cell> cheapestFirst = new ArrayList<>(plan.cells());
    cheapestFirst.sort(Comparator.comparingLong(cell -> cell.cost().nfe()));
    for (Cell cell : cheapestFirst) {
      double forward =
          bareByModel.computeIfAbsent(
              cell.model().label(), label -> Probe.secondsPerNfe(cell, plan));
      Rate rate = rates.get(kind(cell));
      if (rate == null) {
        List<TrialId> cohort = cohort(plan, cell);
        double likely = forward * nfe(cell, cohort);
        if (likely <= LONGEST && spent < ALL && cell.learning().isEmpty()) {
          long start = System.nanoTime();
          rate = timed(plan, cell, cohort).orElse(null);
          spent += (System.nanoTime() - start) / 1e9;
        }
        if (rate == null) {
          rate = new Rate(forward, 0);
          bare.add(kind(cell));
        }
        rates.put(kind(cell), rate);
      }
      long trials = plan.trials(cell).size();
      work += rate.perNfe * plan.nfe(cell);
      work += forward * cell.learning().filter(learned::add).map(plan::nfe).orElse(0L);
      writing += rate.written * trials;
    }
    // the writer is one thread more on the cores that the workers have
    return new TimeEstimate(Math.max(writing, (work + writing) / workers), bare);
  }

  private static String kind(Cell cell) {
    return cell.model().label()
        + " x "
        + cell.verifier().label()
        + " x "
        + cell.method().part().label();
  }

  private static List<TrialId> cohort(Plan plan, Cell cell) {
    List<TrialId> trials = plan.trials(cell);
    return trials.subList(0, Math.min(trials.size(), Cohorts.DEFAULT.of(cell)));
  }

  private static long nfe(Cell cell, List<TrialId> cohort) {
    return cohort.stream().mapToLong(id -> cell.cost(id.prompt()).nfe()).sum();
  }

  /** Empty if a trial fails. */
  private static Optional<Rate> timed(Plan plan, Cell cell, List<TrialId> cohort)
      throws InterruptedException {
    List<Trial> trials = new ArrayList<>();
    double fastest = Double.POSITIVE_INFINITY;
    try (TrialRunner runner = new TrialRunner(plan.study().seed())) {
      runner.run(cell, cohort); // opens what it needs
      double elapsed = 0;
      while (elapsed < LEAST) {
        long start = System.nanoTime();
        trials.addAll(runner.run(cell, cohort));
        double seconds = (System.nanoTime() - start) / 1e9;
        elapsed += seconds;
        fastest = Math.min(fastest, seconds);
      }
    } catch (IllegalStateException e) {
      return Optional.empty(); // the run will say which and why
    }
    double perNfe = fastest / Math.max(1, nfe(cell, cohort));
    return Optional.of(new Rate(perNfe, written(plan, trials)));
  }

  /** Seconds a trial to store trials as one group. */
  private static double written(Plan plan, List<Trial> trials) {
    try {
      Path scratch = Files.createTempDirectory("tiltbench-");
      try (Store store =
          Store.open(
              scratch,
              plan,
              new byte[0],
              Shard.ALL,
              Provenance.here("", "", 0, Cohorts.DEFAULT.text(), Map.of()))) {
        store.append(trials.subList(0, 1), List.of()); // makes the files
        long start = System.nanoTime();
        store.append(trials, List.of());
        return (System.nanoTime() - start) / 1e9 / trials.size();
      } finally {
        remove(scratch);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
