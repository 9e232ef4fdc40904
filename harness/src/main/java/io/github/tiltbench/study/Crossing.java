package io.github.tiltbench.study;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Crosses the parts of a study into cells and skips. */
final class Crossing {
  private static final int MOST = 100_000;

  private final Study study;
  private final Definitions definitions;
  private final List<Cell> cells = new ArrayList<>();
  private final List<Skip> skips = new ArrayList<>();
  private final Map<CellKey, Cell> known = new HashMap<>();

  Crossing(Study study, Catalogues catalogues) {
    this.study = study;
    this.definitions = new Definitions(study, catalogues);
  }

  Plan plan() {
    long size = (long) study.models().size() * study.verifiers().size() * study.methods().size();
    if (size > MOST / study.budgets().at().length) {
      throw new StudyException(study.at(), "the matrix has more than " + MOST + " cells");
    }
    for (Part<ModelSpec> model : study.models()) {
      for (Part<VerifierSpec> verifier : study.verifiers()) {
        Optional<String> mismatch = mismatch(verifier, model);
        for (Method method : study.methods()) {
          if (mismatch.isPresent()) {
            skip(model, verifier, method, OptionalLong.empty(), mismatch.get());
          } else {
            cross(model, verifier, method);
          }
        }
      }
    }
    if (cells.isEmpty()) {
      throw new StudyException(
          study.at(),
          "no cell is left: all "
              + skips.size()
              + " are skipped, the first because "
              + skips.get(0).reason());
    }
    return new Plan(study, cells, skips);
  }

  private static Optional<String> mismatch(Part<VerifierSpec> verifier, Part<ModelSpec> model) {
    StateSpace space = model.ask(ModelSpec::space);
    return verifier.ask(spec -> spec.mismatch(space));
  }

  /** One algorithm at every budget, or once if budgets do not matter to it. */
  private void cross(Part<ModelSpec> model, Part<VerifierSpec> verifier, Method method) {
    long[] amounts = study.budgets().at();
    if (!method.part().spec().usesBudget()) {
      long most = Arrays.stream(amounts).max().orElseThrow();
      cell(model, verifier, method, OptionalLong.empty(), problem(model, verifier, method, most));
      return;
    }
    for (long at : amounts) {
      Problem problem = problem(model, verifier, method, at);
      cell(model, verifier, method, OptionalLong.of(at), problem);
    }
  }

  private Problem problem(
      Part<ModelSpec> model, Part<VerifierSpec> verifier, Method method, long at) {
    try {
      return new Problem(
          model.ask(ModelSpec::space),
          model.ask(ModelSpec::reverse),
          study.count(),
          method.beta(),
          study.budgets().of(at, study.count()),
          model.ask(ModelSpec::rowsPerParticle),
          model.ask(ModelSpec::differentiable) && verifier.ask(VerifierSpec::differentiable));
    } catch (ArithmeticException e) {
      throw new StudyException(study.at(), "a budget of " + at + " a sample is too large");
    }
  }

  private void cell(
      Part<ModelSpec> model,
      Part<VerifierSpec> verifier,
      Method method,
      OptionalLong at,
      Problem problem) {
    if (method.part().ask(a -> a.supports(problem)) instanceof Support.No no) {
      skip(model, verifier, method, at, no.reason());
      return;
    }
    Cost cost = method.part().ask(a -> a.cost(problem));
    if (!problem.budget().covers(cost)) {
      skip(model, verifier, method, at, tooDear(cost, problem));
      return;
    }
    String definition = definitions.of(model, verifier, method, at, problem);
    CellKey key = CellKey.of(definition);
    List<Part<VerifierSpec>> judges =
        study.crossRewards().stream().filter(judge -> mismatch(judge, model).isEmpty()).toList();
    Cell cell = new Cell(key, model, verifier, method, at, problem, cost, judges, definition);
    Cell twin = known.putIfAbsent(key, cell);
    if (twin != null) {
      throw new StudyException(
          method.part().at(), "the cells '" + twin + "' and '" + cell + "' are the same");
    }
    cells.add(cell);
  }

  private String tooDear(Cost cost, Problem problem) {
    Unit unit = study.budgets().unit();
    return "a trial needs at least %d %s and the budget is %d"
        .formatted(cost.of(unit), unit, problem.budget().limit(unit));
  }

  private void skip(
      Part<ModelSpec> model,
      Part<VerifierSpec> verifier,
      Method method,
      OptionalLong at,
      String reason) {
    skips.add(new Skip(model.label(), verifier.label(), method.part().label(), at, reason));
  }
}
