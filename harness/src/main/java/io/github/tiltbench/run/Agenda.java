package io.github.tiltbench.run;

import io.github.tiltbench.result.Looks;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.run.Runner.Task;
import io.github.tiltbench.study.TrialId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The cohorts that workers take one after the other: those that the plan asks for now, and, where a
 * rule stops cells, those that a look asks for when the last trial before it has come.
 *
 * <p>A cohort is run whole as soon as one of its trials is asked for; what lies after the look is
 * stored, and counts from the look on that asks for it. A trial that failed is not tried again, so
 * the look that it is missing from is not taken in this run.
 */
final class Agenda {
  private final Looks looks;
  private final Observer observer;
  private final Set<TrialId> missing = new HashSet<>();
  private final Map<String, Deque<Task>> later = new LinkedHashMap<>();
  private final Deque<Task> due = new ArrayDeque<>();
  private int running;

  /**
   * The agenda of some cohorts, in their order, of which the observer is told what is due.
   *
   * @param kept trials that are stored and in none of them
   * @param results what is stored
   */
  Agenda(List<Task> tasks, int kept, Results results, Observer observer) {
    this.looks = Looks.of(results.plan(), results.trials().values());
    this.observer = observer;
    int finished = kept;
    for (Task task : tasks) {
      List<TrialId> open =
          task.trials().stream().filter(id -> !results.trials().containsKey(id)).toList();
      finished += task.trials().size() - open.size();
      missing.addAll(open);
      later.computeIfAbsent(task.cell().key().brief(), cell -> new ArrayDeque<>()).add(task);
    }
    List<Task> first = new ArrayList<>();
    later.keySet().forEach(cell -> first.addAll(due(cell)));
    due.addAll(first);
    observer.started(trials(first), nfe(first), finished);
  }

  /** The trials that are not stored yet, those included that no look may ask for. */
  Set<TrialId> missing() {
    return missing;
  }

  /** The cohorts of a cell that its looks ask for by now, taken from those for later. */
  private List<Task> due(String cell) {
    int rounds = looks.standing(cell).rounds();
    List<Task> asked = new ArrayList<>();
    Deque<Task> tasks = later.get(cell);
    while (!tasks.isEmpty() && tasks.peek().trials().get(0).repetition() < rounds) {
      Task task = tasks.poll();
      // what lies after the look need not be there yet
      if (task.trials().stream().anyMatch(id -> missing.contains(id) && id.repetition() < rounds)) {
        asked.add(task);
      } else if (task.trials().stream().anyMatch(missing::contains)) {
        tasks.push(task);
        break;
      }
    }
    return asked;
  }

  private int trials(List<Task> tasks) {
    return (int) tasks.stream().flatMap(t -> t.trials().stream()).filter(missing::contains).count();
  }

  private long nfe(List<Task> tasks) {
    return tasks.stream()
        .flatMapToLong(
            t ->
                t.trials().stream()
                    .filter(missing::contains)
                    .mapToLong(id -> t.cell().cost(id.prompt()).nfe()))
        .sum();
  }

  /** How many cohorts there are at most. */
  synchronized int size() {
    return due.size() + later.values().stream().mapToInt(Deque::size).sum();
  }

  /** The next cohort; waits while one that runs may lead to more, null if none is left. */
  synchronized Task take() throws InterruptedException {
    while (due.isEmpty() && running > 0) {
      wait();
    }
    Task task = due.poll();
    running += task == null ? 0 : 1;
    return task;
  }

  /** All cohorts that are due, for somebody who runs many at once. */
  synchronized List<Task> takeAll() {
    List<Task> all = List.copyOf(due);
    due.clear();
    running += all.size();
    return all;
  }

  /** Takes note of what a cohort left. */
  synchronized void done(List<Worker.Outcome> outcomes) {
    running--;
    Set<String> seen = new HashSet<>();
    for (Worker.Outcome outcome : outcomes) {
      Trial trial = outcome.trial();
      if (trial != null && missing.contains(trial.id())) {
        looks.finished(trial);
        seen.add(trial.id().cell());
      }
    }
    List<Task> more = new ArrayList<>();
    for (String cell : later.keySet()) {
      if (seen.stream().anyMatch(other -> looks.group(other) == looks.group(cell))) {
        more.addAll(due(cell));
      }
    }
    if (!more.isEmpty()) {
      observer.more(trials(more), nfe(more));
      due.addAll(more);
    }
    notifyAll();
  }

  /** Lets nobody go on. */
  synchronized void end() {
    due.clear();
    later.values().forEach(Deque::clear);
    running = 0;
    notifyAll();
  }
}
