package io.github.tiltbench.run;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Learner;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Solved;
import io.github.tiltbench.algorithm.VerifierFailure;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.budget.Meter;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.program.Programs;
import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.particle.Scope;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.result.Failure;
import io.github.tiltbench.result.Judgement;
import io.github.tiltbench.result.StoreException;
import io.github.tiltbench.result.Stored;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Component;
import io.github.tiltbench.study.TrialId;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * The models and verifiers that one worker has open, and the running of cohorts on them; used by
 * one thread at a time.
 */
final class Worker implements AutoCloseable {
  /** The noise of learning: no trial has this repetition. */
  private static final int NO_TRIAL = -1;

  private final long seed;
  private final FitCache fits;
  private final Programs programs;
  private final Map<String, Denoiser> models = new HashMap<>();
  private final Map<Opened, Verifier> verifiers = new HashMap<>();
  private final Map<String, DividedEvaluator.Limits> limits = new TreeMap<>();

  /**
   * A worker with nothing open yet, for the noise of one study.
   *
   * @param programs none running yet; closed with the worker
   */
  Worker(long seed, FitCache fits, Programs programs) {
    this.seed = seed;
    this.fits = fits;
    this.programs = programs;
  }

  /** The same with programs of whose standard error no more is kept than a failure needs. */
  Worker(long seed, FitCache fits) {
    this(seed, fits, Programs.unlogged());
  }

  /** What a trial left: exactly one of the two. */
  record Outcome(Trial trial, Failure failure) {}

  /**
   * Runs trials of one cell, after learning of their prompts what the cell learns: in lockstep if
   * their calls are worth merging.
   *
   * @return one outcome a trial, in their order
   */
  List<Outcome> run(Cell cell, List<TrialId> ids) throws InterruptedException {
    Denoiser denoiser = model(cell);
    DividedEvaluator evaluator = evaluator(cell, cell.verifier());
    cell.crossRewards().forEach(judge -> verifier(cell, judge)); // refused now or not at all
    Map<String, FitResult> lessons = new HashMap<>();
    for (TrialId id : ids) {
      if (cell.learning().isPresent() && !lessons.containsKey(id.prompt())) {
        lessons.put(id.prompt(), lesson(cell, id.prompt()));
      }
    }
    long start = System.nanoTime();
    Cost before = denoiser.odometer();
    List<Meter> meters = ids.stream().map(id -> new Meter(cell.problem().budget())).toList();
    List<Function<Evaluator, Samples>> trials = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      TrialId id = ids.get(i);
      trials.add(trial(cell, id, meters.get(i), lessons.get(id.prompt())));
    }
    List<Cohort.Result<Samples>> results =
        trials.size() > 1 && (denoiser.batched() || verifier(cell, cell.verifier()).batched())
            ? Cohort.run(evaluator, trials)
            : Cohort.inTurn(evaluator, trials);
    Cost metered = meters.stream().map(Meter::worked).reduce(Cost.ZERO, Cost::plus);
    Cost worked = denoiser.odometer().minus(before).minus(evaluator.lost());
    boolean clean = results.stream().allMatch(result -> result.failure() == null);
    double share = (System.nanoTime() - start) / 1e9 / ids.size();
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      TrialId id = ids.get(i);
      if (clean && !sameWork(metered, worked)) {
        String message = "the meters counted " + metered + ", the model " + worked;
        outcomes.add(new Outcome(null, new Failure(id, "odometer", message)));
      } else {
        FitResult lesson = lessons.get(id.prompt());
        outcomes.add(judged(cell, id, results.get(i), lesson, meters.get(i), share));
      }
    }
    return outcomes;
  }

  /** What judges said of a stored trial, or why one could not. */
  record Verdict(List<Judgement> judgements, List<Failure> failures) {}

  /**
   * Has judges score the stored samples of a trial, without the model that drew them.
   *
   * @param judges of the cell, with their keys
   */
  Verdict judge(Cell cell, TrialId id, Batch samples, Map<Component<VerifierSpec>, String> judges) {
    List<Judgement> judgements = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    judges.forEach(
        (judge, key) -> {
          try {
            judgements.add(new Judgement(id, key, score(cell, judge, Solved.of(samples), id)));
          } catch (RuntimeException e) {
            Failure failure = Failures.of(id, e);
            String message = "judge " + judge.label() + ": " + failure.message();
            failures.add(new Failure(id, failure.kind(), message));
          }
        });
    return new Verdict(judgements, failures);
  }

  /** What was learned of a prompt, or why it could not be: exactly one of the two. */
  private record FitResult(FitCache.Fit fit, Throwable failure) {}

  private FitResult lesson(Cell cell, String prompt) throws InterruptedException {
    FitCache.Key key = new FitCache.Key(cell.learning(prompt).orElseThrow(), prompt);
    Learner<?> learner = (Learner<?>) cell.method().part().spec();
    try {
      FitCache.Fit fit =
          fits.of(key, learner, cell.problem(prompt), () -> fit(learner, cell, prompt));
      return new FitResult(fit, null);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StoreException refused) {
        throw refused; // no trial's fault: the run ends
      }
      return new FitResult(null, e.getCause());
    }
  }

  /** Learns on a session of its own; the odometer is compared as after a cohort. */
  private <F> FitCache.Fit fit(Learner<F> learner, Cell cell, String prompt) {
    Denoiser denoiser = model(cell);
    Problem problem = cell.problem(prompt);
    Cost before = denoiser.odometer();
    Meter meter = new Meter(problem.fit().orElseThrow());
    DividedEvaluator evaluator = evaluator(cell, cell.verifier());
    F learned =
        learner.fit(
            problem, session(cell, prompt, NO_TRIAL, meter, known(denoiser, evaluator, meter)));
    Cost worked = denoiser.odometer().minus(before).minus(evaluator.lost());
    if (!sameWork(meter.worked(), worked)) {
      learner.release(learned);
      throw new IllegalStateException(
          "while learning the meter counted " + meter.worked() + ", the model " + worked);
    }
    Optional<String> wrong =
        wrongPrice(learner, cell.learning(prompt).orElseThrow().cost(), meter.spent());
    if (wrong.isPresent()) {
      learner.release(learned);
      throw new IllegalStateException("while learning " + wrong.get());
    }
    return new FitCache.Fit(learned, meter.spent(), () -> learner.release(learned));
  }

  private Function<Evaluator, Samples> trial(Cell cell, TrialId id, Meter meter, FitResult lesson) {
    Problem problem = cell.problem(id.prompt());
    Algorithm algorithm = cell.method().part().spec();
    Denoiser denoiser = model(cell);
    return evaluator -> {
      Evaluator known = known(denoiser, evaluator, meter);
      Session session = session(cell, id.prompt(), id.repetition(), meter, known);
      return lesson == null
          ? algorithm.sample(problem, session)
          : sample((Learner<?>) algorithm, problem, session, lesson);
    };
  }

  @SuppressWarnings("unchecked") // the key of a fit names the algorithm it is for
  private static <F> Samples sample(
      Learner<F> learner, Problem problem, Session session, FitResult lesson) {
    if (lesson.failure instanceof Error e) {
      throw e;
    }
    if (lesson.failure != null) {
      throw (RuntimeException) lesson.failure; // fit declares no checked exception
    }
    return learner.sample(problem, session, (F) lesson.fit.learned());
  }

  /** An evaluator of one trial or lesson, that asks the model nothing twice. */
  private static Evaluator known(Denoiser denoiser, Evaluator evaluator, Meter meter) {
    return denoiser.timeless() ? new SeenStates(evaluator, denoiser, meter) : evaluator;
  }

  private Session session(
      Cell cell, String prompt, int repetition, Meter meter, Evaluator evaluator) {
    Seed noise = Seed.of(seed, prompt, repetition);
    return new MeteredSession(cell.problem(prompt), new Condition(prompt), noise, meter, evaluator);
  }

  private static boolean sameWork(Cost metered, Cost worked) {
    return metered.nfe() == worked.nfe()
        && metered.rows() == worked.rows()
        && metered.backward() == worked.backward();
  }

  /** What is wrong with the price an algorithm names, now that the meter knows what was spent. */
  private static Optional<String> wrongPrice(Algorithm algorithm, Cost named, Cost spent) {
    if (spent.equals(named) || (algorithm.costIsUpperBound() && spent.within(named))) {
      return Optional.empty();
    }
    String most = algorithm.costIsUpperBound() ? "at most " : "";
    return Optional.of("the meter counted " + spent + ", the algorithm names " + most + named);
  }

  /** Scores what a trial returned by its target and its judges, none of it charged. */
  private Outcome judged(
      Cell cell,
      TrialId id,
      Cohort.Result<Samples> result,
      FitResult lesson,
      Meter meter,
      double seconds) {
    if (result.failure() != null) {
      return new Outcome(null, Failures.of(id, result.failure()));
    }
    Algorithm algorithm = cell.method().part().spec();
    Optional<String> wrong = wrongPrice(algorithm, cell.cost(id.prompt()), meter.spent());
    if (wrong.isPresent()) {
      return new Outcome(null, new Failure(id, "cost", wrong.get()));
    }
    try {
      Samples samples = result.value();
      int count = samples.states().size();
      if (count != cell.problem().count()) {
        String message = count + " samples came back, " + cell.problem().count() + " were asked";
        return new Outcome(null, new Failure(id, "count", message));
      }
      Map<String, double[]> cross = new TreeMap<>();
      for (Component<VerifierSpec> judge : cell.crossRewards()) {
        cross.put(judge.label(), score(cell, judge, Solved.of(samples.states()), id));
      }
      Map<String, Double> scalars = new TreeMap<>(samples.scalars());
      if (lesson != null) {
        scalars.put("fit_nfe", (double) lesson.fit.spent().nfe());
        scalars.put("fit_reward", (double) lesson.fit.spent().reward());
      }
      if (model(cell).timeless()) {
        scalars.put(MetricFamily.NFE_ACTUAL, (double) meter.worked().nfe());
      }
      Trial trial =
          new Trial(
              id,
              new Stored.Inline(samples.states()),
              samples.independent() && cell.problem().scope() != Scope.POPULATION,
              samples.logWeights(),
              score(cell, cell.verifier(), new Solved(samples.states(), samples.estimate()), id),
              cross,
              meter.spent(),
              scalars,
              samples.traces(),
              seconds);
      return new Outcome(trial, null);
    } catch (RuntimeException | Error e) {
      return new Outcome(null, Failures.of(id, e));
    }
  }

  private double[] score(Cell cell, Component<VerifierSpec> part, Solved solved, TrialId id) {
    Batch states = solved.states();
    Condition[] conditions = new Condition[states.size()];
    Arrays.fill(conditions, new Condition(id.prompt()));
    try {
      Evaluation scored = rewarder(cell, part).evaluate(Query.reward(solved), conditions);
      return MeteredSession.admissible(scored.readings().scores());
    } catch (VerifierFailure e) {
      throw MeteredSession.blamed(e, states);
    }
  }

  private DividedEvaluator evaluator(Cell cell, Component<VerifierSpec> reward) {
    Denoiser denoiser = model(cell);
    return new DividedEvaluator(
        new DirectEvaluator(denoiser, cell.problem().process(), verifier(cell, reward)),
        denoiser::odometer,
        limits(cell, reward));
  }

  /** Answers rewards alone; opens no model. */
  private Evaluator rewarder(Cell cell, Component<VerifierSpec> reward) {
    Verifier verifier = verifier(cell, reward);
    return new DividedEvaluator(
        (query, condition) -> DirectEvaluator.rewarded(verifier, query, condition),
        () -> Cost.ZERO,
        limits(cell, reward));
  }

  private DividedEvaluator.Limits limits(Cell cell, Component<VerifierSpec> reward) {
    return limits.computeIfAbsent(
        cell.model().label() + " x " + reward.label(), DividedEvaluator.Limits::new);
  }

  /** A line for each kind of call that was found not to fit the memory since the last time. */
  List<String> takeDivided() {
    return limits.values().stream().flatMap(known -> known.takeNews().stream()).toList();
  }

  /** A verifier for the states of some space; two models may mean other things by a token. */
  private record Opened(VerifierSpec spec, StateSpace space) {}

  private Denoiser model(Cell cell) {
    return models.computeIfAbsent(
        cell.model().label(), label -> cell.model().spec().open(programs));
  }

  private Verifier verifier(Cell cell, Component<VerifierSpec> part) {
    Opened verifier = new Opened(part.spec(), cell.model().spec().space());
    return verifiers.computeIfAbsent(verifier, v -> v.spec().open(v.space(), programs));
  }

  @Override
  public void close() {
    models.values().forEach(Denoiser::close);
    verifiers.values().forEach(Verifier::close);
    programs.close();
  }
}
