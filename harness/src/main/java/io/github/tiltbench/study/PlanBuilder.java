package io.github.tiltbench.study;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.particle.Scope;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Crosses the parts of a study into cells and skips. */
final class PlanBuilder {
  private static final int MOST = 100_000;

  /** What a model says of itself, asked once: an answer may read weights. */
  private record Chain(
      StateSpace space,
      ReverseProcess process,
      Map<String, ReverseProcess> byPrompt,
      int rows,
      boolean differentiable) {
    static Chain of(Component<ModelSpec> model, List<String> prompts) {
      StateSpace space = model.ask(ModelSpec::space);
      Map<String, ReverseProcess> byPrompt = new LinkedHashMap<>();
      if (space instanceof StateSpace.Sequence) {
        for (String prompt : prompts) {
          byPrompt.put(prompt, model.ask(spec -> spec.reverse(new Condition(prompt))));
        }
      }
      boolean one = byPrompt.values().stream().distinct().count() == 1;
      return new Chain(
          space,
          one ? byPrompt.get(prompts.get(0)) : model.ask(ModelSpec::reverse),
          one ? Map.of() : byPrompt,
          model.ask(ModelSpec::rowsPerParticle),
          model.ask(ModelSpec::differentiable));
    }

    /** The prompts whose chains differ, or one for all. */
    Map<String, ReverseProcess> distinct() {
      return byPrompt.isEmpty() ? Map.of("", process) : byPrompt;
    }
  }

  /** A model and a verifier that algorithms meet on, with the judges that can see its states. */
  private record Ground(
      Component<ModelSpec> model,
      Component<VerifierSpec> verifier,
      Chain chain,
      List<Component<VerifierSpec>> judges) {}

  private final Study study;
  private final CellDefinitionWriter definitions;
  private final List<Cell> cells = new ArrayList<>();
  private final List<Skip> skips = new ArrayList<>();
  private final Map<CellKey, Cell> known = new HashMap<>();

  PlanBuilder(Study study, Catalogues catalogues) {
    this.study = study;
    this.definitions = new CellDefinitionWriter(study, catalogues);
  }

  Plan plan() {
    long size = (long) study.models().size() * study.verifiers().size() * study.methods().size();
    if (size > MOST / study.budgets().at().length) {
      throw new ConfigException(study.at(), "the matrix has more than " + MOST + " cells");
    }
    for (Component<ModelSpec> model : study.models()) {
      Chain chain = Chain.of(model, study.prompts());
      List<Component<VerifierSpec>> judges =
          study.crossRewards().stream()
              .map(judge -> Component.of(judge, model.spec()))
              .filter(judge -> unable(judge, chain).isEmpty())
              .toList();
      for (Component<VerifierSpec> verifier : study.verifiers()) {
        Optional<String> unable = unable(verifier, chain);
        Ground ground = new Ground(model, verifier, chain, judges);
        for (AlgorithmEntry method : study.methods()) {
          if (unable.isPresent()) {
            skip(ground, method, OptionalLong.empty(), unable.get());
          } else {
            cross(ground, method);
          }
        }
      }
    }
    if (cells.isEmpty()) {
      throw new ConfigException(
          study.at(),
          "no cell is left: all "
              + skips.size()
              + " are skipped, the first because "
              + skips.get(0).reason());
    }
    Map<String, String> judges = new TreeMap<>();
    for (Component<VerifierSpec> judge : study.crossRewards()) {
      judges.put(judge.label(), definitions.key(judge));
    }
    Plan plan = new Plan(study, cells, skips, judges);
    checkSize(plan);
    return plan;
  }

  private void checkSize(Plan plan) {
    long trials = (long) study.prompts().size() * study.repetitions();
    if (trials > Plan.MOST_TRIALS / cells.size()) {
      throw new ConfigException(
          study.at(), "the plan has more than " + Plan.MOST_TRIALS + " trials");
    }
    try {
      plan.nfe();
    } catch (ArithmeticException e) {
      throw new ConfigException(study.at(), "the plan has more NFE than can be counted");
    }
  }

  /** Why a verifier cannot score the samples of a trial, whoever draws them. */
  private Optional<String> unable(Component<VerifierSpec> verifier, Chain chain) {
    int least = verifier.ask(VerifierSpec::least);
    return verifier
        .ask(spec -> spec.mismatch(chain.space()))
        .or(
            () ->
                study.count() < least
                    ? Optional.of(
                        "it judges at least "
                            + least
                            + " samples together: count is "
                            + study.count())
                    : Optional.empty());
  }

  /** Why a verifier cannot guide an algorithm, whatever the budget. */
  private static Optional<String> unguided(Algorithm algorithm, VerifierSpec verifier) {
    if (!algorithm.scopes().contains(verifier.scope())) {
      return Optional.of(
          verifier.scope() == Scope.SET
              ? "it takes scores of samples one by one, and the verifier ranks candidates"
              : "it takes scores of samples one by one, and the verifier judges all of a trial");
    }
    return verifier.estimate().isPresent() && !algorithm.estimates()
        ? Optional.of("it hands no clean estimate on the way to a sample to the verifier")
        : Optional.empty();
  }

  /** One algorithm at every budget, or once if budgets do not matter to it. */
  private void cross(Ground ground, AlgorithmEntry method) {
    Algorithm algorithm = method.part().spec();
    Optional<String> unguided = ground.verifier().ask(verifier -> unguided(algorithm, verifier));
    if (unguided.isPresent()) {
      skip(ground, method, OptionalLong.empty(), unguided.get());
      return;
    }
    long[] amounts = study.budgets().at();
    if (!method.part().spec().usesBudget()) {
      long most = Arrays.stream(amounts).max().orElseThrow();
      cell(ground, method, OptionalLong.empty(), most);
      return;
    }
    for (long at : amounts) {
      cell(ground, method, OptionalLong.of(at), at);
    }
  }

  private Problem problem(Ground ground, AlgorithmEntry method, long at, ReverseProcess process) {
    try {
      Chain chain = ground.chain();
      return new Problem(
          chain.space(),
          process,
          study.count(),
          method.beta(),
          study.budgets().of(at, study.count()),
          study.budgets().ofFit(),
          chain.rows(),
          chain.differentiable() && ground.verifier().ask(VerifierSpec::differentiable),
          ground.verifier().ask(VerifierSpec::decodes),
          ground.verifier().ask(VerifierSpec::scope),
          ground.verifier().ask(VerifierSpec::estimate));
    } catch (ArithmeticException e) {
      throw new ConfigException(study.at(), "a budget of " + at + " a sample is too large");
    }
  }

  /** A cell, or the first reason of a prompt against it: a cell is run for all prompts or none. */
  private void cell(Ground ground, AlgorithmEntry method, OptionalLong at, long amount) {
    Map<String, Cell.Task> tasks = new LinkedHashMap<>();
    for (Map.Entry<String, ReverseProcess> chain : ground.chain().distinct().entrySet()) {
      Problem problem = problem(ground, method, amount, chain.getValue());
      Optional<String> refused = refused(method, problem);
      if (refused.isPresent()) {
        String prompt = chain.getKey().isEmpty() ? "" : "prompt '" + chain.getKey() + "': ";
        skip(ground, method, at, prompt + refused.get());
        return;
      }
      tasks.put(chain.getKey(), new Cell.Task(problem, cost(method, problem)));
    }
    Cell.Task dearest =
        tasks.values().stream()
            .reduce((a, b) -> b.cost().nfe() > a.cost().nfe() ? b : a)
            .orElseThrow();
    String definition =
        definitions.of(ground.model(), ground.verifier(), method, at, dearest.problem());
    CellKey key = CellKey.of(definition);
    Cell cell =
        new Cell(
            key,
            ground.model(),
            ground.verifier(),
            method,
            at,
            dearest.problem(),
            dearest.cost(),
            ground.chain().byPrompt().isEmpty() ? Map.of() : tasks,
            ground.judges(),
            definition,
            definitions.lesson(ground.model(), ground.verifier(), method, dearest.problem()));
    Cell twin = known.putIfAbsent(key, cell);
    if (twin != null) {
      throw new ConfigException(
          method.part().at(), "the cells '" + twin + "' and '" + cell + "' are the same");
    }
    cells.add(cell);
  }

  /** Why a method does not solve a problem, or empty if it does. */
  private Optional<String> refused(AlgorithmEntry method, Problem problem) {
    if (method.part().ask(a -> a.supports(problem)) instanceof Support.No no) {
      return Optional.of(no.reason());
    }
    Cost cost = cost(method, problem);
    if (!problem.budget().covers(cost)) {
      return Optional.of(tooDear(cost, problem));
    }
    return Cell.learning(method, problem)
        .filter(learning -> !problem.fit().orElseThrow().covers(learning))
        .map(learning -> tooDearToLearn(learning, problem));
  }

  private static Cost cost(AlgorithmEntry method, Problem problem) {
    return problem.withDecoding(method.part().ask(a -> a.cost(problem)));
  }

  private String tooDear(Cost cost, Problem problem) {
    Unit unit = study.budgets().unit();
    return "a trial needs at least %d %s and the budget is %d"
        .formatted(cost.of(unit), unit, problem.budget().limit(unit));
  }

  private String tooDearToLearn(Cost cost, Problem problem) {
    Unit unit = study.budgets().unit();
    return "learning of a prompt needs at least %d %s and the fit budget is %d"
        .formatted(cost.of(unit), unit, problem.fit().orElseThrow().limit(unit));
  }

  private void skip(Ground ground, AlgorithmEntry method, OptionalLong at, String reason) {
    String model = ground.model().label();
    String verifier = ground.verifier().label();
    skips.add(new Skip(model, verifier, method.part().label(), at, reason));
  }
}
