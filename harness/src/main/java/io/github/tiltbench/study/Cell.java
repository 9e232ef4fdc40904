package io.github.tiltbench.study;

import io.github.tiltbench.algorithm.Learner;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One model, verifier, algorithm and budget: what a row of a table is about.
 *
 * @param key digest of {@code definition}
 * @param model the model
 * @param verifier the target reward
 * @param method the algorithm with its temperature
 * @param at the amount of the study's budgets, empty for an algorithm that a larger one leaves as
 *     it is
 * @param problem what a trial is asked to do; of the dearest prompt
 * @param cost what a trial costs by the algorithm's formula; of the dearest prompt
 * @param tasks the same by prompt, where the chain of a prompt is its own; else empty
 * @param crossRewards judges that can score this model's samples
 * @param definition canonical JSON of everything that defines the cell's numbers
 * @param lesson canonical JSON of all that defines what is learned before its trials but the
 *     prompt; empty if nothing is, or if its parameters have no JSON
 */
public record Cell(
    CellKey key,
    Component<ModelSpec> model,
    Component<VerifierSpec> verifier,
    AlgorithmEntry method,
    OptionalLong at,
    Problem problem,
    Cost cost,
    Map<String, Task> tasks,
    List<Component<VerifierSpec>> crossRewards,
    String definition,
    Optional<String> lesson) {
  public Cell {
    tasks = Map.copyOf(tasks);
    crossRewards = List.copyOf(crossRewards);
  }

  /** A cell all of whose prompts have one chain, what it learns kept by nobody. */
  public Cell(
      CellKey key,
      Component<ModelSpec> model,
      Component<VerifierSpec> verifier,
      AlgorithmEntry method,
      OptionalLong at,
      Problem problem,
      Cost cost,
      List<Component<VerifierSpec>> crossRewards,
      String definition) {
    this(
        key,
        model,
        verifier,
        method,
        at,
        problem,
        cost,
        Map.of(),
        crossRewards,
        definition,
        Optional.empty());
  }

  /**
   * What a trial of one prompt is asked to do.
   *
   * @param problem its problem
   * @param cost what it costs by the algorithm's formula
   */
  public record Task(Problem problem, Cost cost) {}

  /** What a trial of a prompt is asked to do. */
  public Problem problem(String prompt) {
    return task(prompt).problem();
  }

  /** What a trial of a prompt costs by the algorithm's formula. */
  public Cost cost(String prompt) {
    return task(prompt).cost();
  }

  private Task task(String prompt) {
    return tasks.isEmpty() ? new Task(problem, cost) : tasks.get(prompt);
  }

  /** One of its trials. */
  public TrialId trial(String prompt, int repetition) {
    return new TrialId(key.brief(), prompt, repetition);
  }

  /**
   * What is learned before its trials and paid for apart from them, if anything is; at the price of
   * the dearest prompt.
   */
  public Optional<FitKey> learning() {
    return learning(problem);
  }

  /** The same at the price of one prompt. */
  public Optional<FitKey> learning(String prompt) {
    return learning(problem(prompt));
  }

  private Optional<FitKey> learning(Problem problem) {
    return learning(method, problem)
        .map(
            cost ->
                new FitKey(
                    model.label(),
                    verifier.label(),
                    method.beta(),
                    method.part().kind(),
                    ((Learner<?>) method.part().spec()).fitKey(),
                    problem.fit().orElseThrow(),
                    cost,
                    lesson));
  }

  /** What learning of a prompt costs, if that is paid for apart from the trials. */
  static Optional<Cost> learning(AlgorithmEntry method, Problem problem) {
    return method.part().spec() instanceof Learner<?> learner
            && learner.learns()
            && problem.fit().isPresent()
        ? Optional.of(problem.withDecoding(method.part().ask(a -> learner.fitCost(problem))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return model.label()
        + " x "
        + verifier.label()
        + " x "
        + method.part().label()
        + (at.isPresent() ? " at " + at.getAsLong() : "");
  }
}
