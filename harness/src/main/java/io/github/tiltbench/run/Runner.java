package io.github.tiltbench.run;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.engine.Device;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.engine.program.Programs;
import io.github.tiltbench.result.Looks;
import io.github.tiltbench.result.Parcel;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Component;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.TrialId;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;

/**
 * Runs what a plan still lacks: cohorts as tasks, a fixed number of workers side by side.
 *
 * <p>A {@link TrialWriter} brings them to the disk meanwhile; {@link #run} returns when all are
 * there.
 *
 * <p>A cohort is a fixed group of trials of one cell, whatever is already stored: if part of it is,
 * the whole is rerun and only what is missing is appended. So each trial meets the same company,
 * and gives the same bytes, however often a run was stopped and however it is divided into shards.
 *
 * @param workers cohorts side by side
 * @param devices dealt to the workers in turn; none leaves it to the engine
 * @param cohorts trials in lockstep
 * @param shard which cohorts are this process' to run
 * @param selection which of the plan are to be run at all
 * @param elsewhere machines that compute the cohorts, if it is not threads of this process
 */
public record Runner(
    int workers,
    List<Device> devices,
    Cohorts cohorts,
    Shard shard,
    Selection selection,
    Optional<Elsewhere> elsewhere) {
  /**
   * Machines that compute cohorts.
   *
   * @param cluster they are in
   * @param home what they need to know of the study
   */
  public record Elsewhere(Cluster cluster, Errand.Home home) {}

  /** Refuses to run without a worker. */
  public Runner {
    if (workers < 1) {
      throw new IllegalArgumentException("workers must be at least 1");
    }
    devices = List.copyOf(devices);
  }

  /** Runs by threads of this process. */
  public Runner(
      int workers, List<Device> devices, Cohorts cohorts, Shard shard, Selection selection) {
    this(workers, devices, cohorts, shard, selection, Optional.empty());
  }

  /** Runs the whole plan. */
  public Runner(int workers, Cohorts cohorts, Shard shard) {
    this(workers, List.of(), cohorts, shard, Selection.ALL);
  }

  /** One cohort. */
  record Task(Cell cell, List<TrialId> trials) {}

  /** A stored trial and the judges that have not scored it yet, with their keys. */
  private record Unjudged(Cell cell, Trial trial, Map<Component<VerifierSpec>, String> judges) {}

  /**
   * Runs and stores all that is missing.
   *
   * @return how many trials failed
   * @throws io.github.tiltbench.result.StoreException if the store refuses; what it holds is kept
   */
  public int run(Plan plan, Store store, Observer observer) throws InterruptedException {
    Results results = store.results();
    List<Task> tasks = tasks(plan, results.carried().keySet());
    List<Task> carried = carried(plan, results);
    List<Unjudged> unjudged = new ArrayList<>();
    Stream.of(tasks, carried)
        .flatMap(List::stream)
        .forEach(task -> unjudged.addAll(unjudged(plan, task, results)));
    int kept = carried.stream().mapToInt(task -> task.trials.size()).sum();
    Agenda agenda = new Agenda(tasks, kept, results, observer);
    if (!unjudged.isEmpty()) {
      Set<String> judges = new TreeSet<>();
      unjudged.forEach(u -> u.judges.keySet().forEach(judge -> judges.add(judge.label())));
      observer.judging(unjudged.size(), judges);
    }
    return work(plan, new Work(results, unjudged, agenda), store, observer);
  }

  private static List<Unjudged> unjudged(Plan plan, Task task, Results results) {
    List<Unjudged> unjudged = new ArrayList<>();
    for (TrialId id : task.trials) {
      Trial trial = results.trials().get(id);
      Map<Component<VerifierSpec>, String> judges = new LinkedHashMap<>();
      for (Component<VerifierSpec> judge : task.cell.crossRewards()) {
        if (trial != null && !trial.crossRewards().containsKey(judge.label())) {
          judges.put(judge, plan.judges().get(judge.label()));
        }
      }
      if (!judges.isEmpty()) {
        unjudged.add(new Unjudged(task.cell, trial, judges));
      }
    }
    return unjudged;
  }

  /** The trials of this process that were made with other prompts, cell by cell. */
  private List<Task> carried(Plan plan, Results results) {
    if (!shard.takes(0)) {
      return List.of();
    }
    return plan.cells().stream()
        .filter(cell -> selection.takes(cell, 0))
        .map(
            cell ->
                new Task(
                    cell,
                    plan.trials(cell).stream().filter(results.carried()::containsKey).toList()))
        .toList();
  }

  /**
   * The cohorts of this shard: neighbours in the order of the plan. Where a rule stops cells, a
   * look needs all trials before it, so cells that are looked at together are all of one shard.
   *
   * @param carried trials that were made with other prompts, in cohorts of their own
   */
  List<Task> tasks(Plan plan, Set<TrialId> carried) {
    Looks looks = Looks.of(PlanFile.of(plan), List.of());
    boolean whole = plan.study().until().isPresent();
    List<Task> tasks = new ArrayList<>();
    int number = 0;
    for (Cell cell : plan.cells()) {
      List<TrialId> trials =
          plan.trials(cell).stream().filter(id -> !carried.contains(id)).toList();
      int cohort = cohorts.of(cell);
      for (int from = 0; from < trials.size(); from += cohort) {
        int part = whole ? looks.group(cell.key().brief()) : number++;
        if (shard.takes(part) && selection.takes(cell, from)) {
          int to = Math.min(trials.size(), from + cohort);
          tasks.add(new Task(cell, List.copyOf(trials.subList(from, to))));
        }
      }
    }
    return tasks;
  }

  /** All that is to be done: stored trials to be judged, and cohorts with what is missing. */
  private record Work(Results results, List<Unjudged> unjudged, Agenda agenda) {}

  private int work(Plan plan, Work work, Store store, Observer observer)
      throws InterruptedException {
    FitCache fits = new FitCache(store.fits(), observer::relearning);
    LinkedBlockingQueue<Unjudged> unjudged = new LinkedBlockingQueue<>(work.unjudged);
    Agenda agenda = work.agenda;
    Set<TrialId> missing = agenda.missing();
    int own = elsewhere.isPresent() ? 0 : agenda.size();
    int side = Math.min(workers, unjudged.size() + own);
    ExecutorService pool = Executors.newFixedThreadPool(Math.max(1, side));
    try (TrialWriter writer = new TrialWriter(missing, store, observer)) {
      List<Future<?>> workersDone = new ArrayList<>();
      for (int i = 0; i < side; i++) {
        int number = i;
        Programs programs = Programs.logged(store.programs(), store.writer() + "-" + i);
        workersDone.add(
            pool.submit(
                () -> {
                  if (!devices.isEmpty()) {
                    Torch.use(devices.get(number % devices.size()));
                  }
                  try (Worker worker = new Worker(plan.study().seed(), fits, programs)) {
                    for (Unjudged next = unjudged.poll(); next != null; next = unjudged.poll()) {
                      Batch samples = work.results.samples(next.trial);
                      Worker.Verdict verdict =
                          worker.judge(next.cell, next.trial.id(), samples, next.judges);
                      writer.take(
                          new TrialWriter.Finished(
                              List.of(), List.of(verdict), worker.takeDivided()));
                    }
                    for (Task task = own == 0 ? null : agenda.take();
                        task != null;
                        task = agenda.take()) {
                      observer.begun(task.trials.stream().filter(missing::contains).toList());
                      List<Worker.Outcome> outcomes = worker.run(task.cell, task.trials);
                      writer.take(
                          new TrialWriter.Finished(outcomes, List.of(), worker.takeDivided()));
                      agenda.done(outcomes);
                    }
                  } catch (RuntimeException | Error | InterruptedException e) {
                    unjudged.clear();
                    agenda.end(); // nobody goes on once the store or a model has given up
                    throw e;
                  }
                  return null;
                }));
      }
      for (Future<?> done : workersDone) {
        done.get();
      }
      if (elsewhere.isPresent()) {
        for (List<Task> due = agenda.takeAll(); !due.isEmpty(); due = agenda.takeAll()) {
          List<Errand> errands = due.stream().map(elsewhere.get().home()::errand).toList();
          elsewhere
              .get()
              .cluster()
              .run(errands, answer -> agenda.done(take(writer, Parcel.unpacked(answer))));
        }
      }
      fits.close(); // not after a failure: an abandoned trial may still sample with one
      return writer.finish();
    } catch (ExecutionException e) {
      throw unwrapped(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private static List<Worker.Outcome> take(TrialWriter writer, Parcel parcel) {
    List<Worker.Outcome> outcomes = new ArrayList<>();
    parcel.trials().forEach(trial -> outcomes.add(new Worker.Outcome(trial, null)));
    parcel.failures().forEach(failure -> outcomes.add(new Worker.Outcome(null, failure)));
    try {
      writer.take(new TrialWriter.Finished(outcomes, List.of(), parcel.divided()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return outcomes;
  }

  private static RuntimeException unwrapped(Throwable cause) {
    if (cause instanceof ExecutionException inner) {
      return unwrapped(inner.getCause());
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }
}
