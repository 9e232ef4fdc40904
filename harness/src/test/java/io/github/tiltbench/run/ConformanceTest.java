package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.result.Stored;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Component;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Skip;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.study.TrialId;
import io.github.tiltbench.verifier.ComparingVerifier;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every algorithm of the catalogue promises, whatever it does: to stay within its budget at
 * the price it names, to return what is asked, to give the same bytes again and in any company, or
 * to say why it does not run.
 *
 * <p>A new name is tested by being in the catalogue; parameters that change its course are added to
 * {@link #OTHERS}.
 */
class ConformanceTest {
  private static final int COUNT = 3;

  /** Parameters other than the defaults, as a study writes them. */
  private static final List<String> OTHERS =
      List.of(
          "best-of-n: {n: 2}",
          "best-of-n: {kept: [0.6]}",
          "best-of-n: {n: 4, reject: [0.5, 0.2]}",
          "smc: {returns: all, resampler: multinomial, threshold: 2.0, interval: 3}",
          "smc: {proposal: parent, value: sample, completions: 2}",
          "smc: {proposal: child, top: 1, profile: optimal, resampler: ssp}",
          "smc: {profile: funnel, returns: all}",
          "fk: {potential: difference, ramp: linear, profile: {kind: optimal, pilot: 0.4}}",
          "das: {profile: reversed}",
          "tds: {profile: {kind: steps, at: [[8, 3], [2, 1]]}, returns: all}",
          "urge: {drift: reward, profile: equal}",
          "svdd: {width: 3, alpha: 0.2}",
          "svdd: {alpha: 0.5, weights: true}",
          "svdd: {value: sample}",
          "svdd: {width: 2, chains: 0}",
          "svdd: {width: 3, logits: parent, completions: 2, value: sample}",
          "svdd: {width: 2, selection: argmax, replaced: 0.5, distinct: true}",
          "fk: {scored: parent, potential: difference}",
          "fk: {scored: before, value: sample, completions: 2, combination: max}",
          "treasure: {branch: 2, score: child, roots: 2, tau: 0.5}",
          "treasure: {branch: 2, completions: 3}",
          "treasure: {branch: 3, position: shared, prune_from: 0.4, levels_between_pruning: 2}",
          "beam: {beam: 3, branch: 2, keep: soft}",
          "beam: {beam: 0, branch: 2, keep: soft, alpha: 0.1, families: true, returns: beam}",
          "beam: {beam: 0, logits: parent}",
          "beam: {proposal: destination, branch: 3, rounds: 2, spread: 0.5}",
          "dsearch: {width: 2, growth: 2.5, search: linear, oversample: 2, drop: quadratic}",
          "dsearch: {random_width: true, drop: linear}",
          "dsearch: {oversample: 1, replaced: 0.4, search: uniform}",
          "dsearch: {oversample: 3, logits: parent, width: 2}",
          "code: {n: 3, block: 2}",
          "epsilon-greedy: {rounds: 2, epsilon: 0.0, neighbourhood: euclid, keep_pivot: false}",
          "epsilon-greedy: {candidates: 2, neighbourhood: ar1}",
          "tree: {returns: best, at: [0.5, 0.2], batch: 3}",
          "tree: {iterations: 7, select: boltzmann, backup: max, growth: 0.5}",
          "tree: {returns: greedy, select: least-visited, stored: false, width: 1}",
          "das: {returns: all, tempering: adaptive, threshold: 0.9}",
          "das: {gradient: false, tempering_start: 0.5, particles: 4}",
          "das: {tempering: none, returns: heaviest, resampler: residual}",
          "fk: {potential: sum, from: 2, to: 6, interval: 2, returns: best}",
          "fk: {potential: max-increase, ramp: linear, value: sample, completions: 3}",
          "tds: {proposal: score, scale: 0.2, every: 3, ramp: linear}",
          "urge: {drift: reward, strength: 0.5, returns: all}",
          "urge: {weights: fkc, returns: best}",
          "refine: {at: [0.5, 0.0], depth: 0.3, pool: 3}",
          "evosearch: {sizes: [3, 2, 4], schedule: [0.0, 0.5], elites: 0.5, tournament: 0.5}",
          "rerd: {width: 2, rounds: 2, chains: 3, depth: 0.5, alpha: 0.3, best: false}",
          "rerd: {depth: 0.1, chains: 2, reuse: false}",
          "evosearch: {mutation: additive, rate: 0.5}",
          "das: {gradient: false, tempering: adaptive}",
          "psi: {returns: all, move: mala, steps: das, temperature: 3.0, chains: 2}",
          "psi: {particles: 3, iterations: 2, burn_in: 0.0, step: 0.2}",
          "crepe: {ladders: 2, value: soft, completions: 2, rise: 0.0}",
          "crepe: {iterations: 3, burn_in: 0.0, value: none}",
          "tri-tsmc: {twist: {kind: tokens, features: neighbours, bins: 2}}",
          "particle-gibbs: {sweeps: 2, interval: 3, threshold: 2.0, reference: best, returns: best}",
          "tri-tsmc: {twist: {kind: network, steps: 4}}",
          "dps: {jacobian: false, scale: 0.1}",
          "classifier-guidance: {scale: 3.0}",
          "random-search: {n: 3, search_steps: 3}",
          "zero-order: {neighbours: 3, neighbourhood: ar1, on_stall: restart}",
          "zero-order: {iterations: 2, on_stall: stop, search_steps: 2}",
          "zero-order: {neighbourhood: euclid, keep_pivot: false}",
          "search-over-paths: {paths: 3, children: 0, evaluations: 2, estimate: fresh}",
          "first-order: {iterations: 1, step: 0.5, search_steps: 4}",
          "fk: {potential: sum-increase, last: statistic, children: rounded}",
          "bfs: {children: pruned, returns: best}",
          "dps: {recur: 3}",
          "local-search: {recur: 2, rho: 0.0}",
          "local-search: {smoothing: 0.0, draws: 1, iterations: 1}",
          "reno: {iterations: 3, rate: 1.0}",
          "demon: {candidates: 3, rollout: 2, weights: boltzmann, tau: 0.5, ode_below: 0.5}",
          "dfs: {runs: 2, at: [0.5, 0.0], jump: 1.0, threshold: 0.5}",
          "dfs: {quantile: 0.5, rollouts: 3, jump: 0.1, backtracks: 9}",
          "rbf: {chains: 1, start: best-of, starts: 3, last: 3, finish: ode}",
          "rbf: {end: quota, quota: 2}",
          "rbf: {end: quota, rollover: false, chains: 3}",
          "rbf: {last: 3, finish: ode, gradient_scale: 0.5}");

  private static final String STUDY =
      """
      study: conformance
      seed: 11
      repetitions: 5
      count: 3
      prompts: [a]
      models:
        mixture:
          kind: gaussian-mixture
          weights: [0.3, 0.7]
          means: [[-2, 0], [1.5, 1]]
          variances: [[0.2, 0.2], [0.5, 0.1]]
          process: {kind: ddim, steps: 8, eta: 1.0, scheduler: {clip_sample: false}}
        ode:
          kind: gaussian-mixture
          weights: [0.3, 0.7]
          means: [[-2, 0], [1.5, 1]]
          variances: [[0.2, 0.2], [0.5, 0.1]]
          process: {kind: ddim, steps: 8, eta: 0.0, scheduler: {clip_sample: false}}
        tokens:
          kind: markov-chain
          length: 6
          initial: [0.5, 0.3, 0.2]
          transition: [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4]]
          process: {kind: ancestral, steps: 6}
        hitting:
          kind: markov-chain
          length: 5
          initial: [0.5, 0.3, 0.2]
          transition: [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4]]
          process: {kind: first-hitting}
        wide:
          kind: gaussian
          mean: %s
          variance: %s
          process: {kind: ddim, steps: 4, eta: 1.0, scheduler: {clip_sample: false}}
        few:
          kind: gaussian
          mean: [0.5, -0.5]
          variance: [0.6, 0.3]
          process: {kind: ddim, steps: 2, eta: 0.0, scheduler: {clip_sample: false}}
        remasked:
          kind: markov-chain
          length: 4
          initial: [0.5, 0.3, 0.2]
          transition: [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4]]
          process: {kind: remask, steps: 6, eta: 0.2}
      verifiers:
        push: {kind: linear, coefficients: [1.0, 0.5]}
        sum: {kind: linear, coefficients: %s}
        twos: {kind: tokens, scores: [0, 0, 1]}
        near: {kind: quadratic, center: [1.0, 1.0], precision: 2.0}
        alike: {kind: x-similarity, noise_to_signal: 0.5}
        both: {kind: ensemble, members: [push, near, alike]}
      beta: 0.5
      algorithms: [%s]
      budgets: {unit: %s, per: sample, at: [8, 29, 97, 331]}
      """;

  static Stream<String> names() {
    return Catalogues.builtIn().algorithms().names().stream();
  }

  static Stream<String> methods() {
    return Stream.concat(names(), OTHERS.stream().map(entry -> "{" + entry + "}"));
  }

  private static Plan plan(String method, String unit) {
    String wide = Collections.nCopies(64, 0.25).toString();
    byte[] text = STUDY.formatted(wide, wide, wide, method, unit).getBytes(StandardCharsets.UTF_8);
    Catalogues names = Catalogues.builtIn();
    return Plan.of(Study.read("s.yaml", text, PathResolver.of(Path.of("s.yaml")), names), names);
  }

  private static List<TrialId> ids(Cell cell) {
    List<TrialId> ids = new ArrayList<>();
    for (int repetition = 0; repetition < 5; repetition++) {
      ids.add(cell.trial("a", repetition));
    }
    return ids;
  }

  /**
   * The trials of a cell, in cohorts of a size; the worker itself compares meters with odometers.
   */
  private static List<Trial> run(Cell cell, int cohort) throws InterruptedException {
    List<Trial> trials = new ArrayList<>();
    List<TrialId> ids = ids(cell);
    try (FitCache fits = new FitCache();
        Worker worker = new Worker(11, fits)) {
      for (int from = 0; from < ids.size(); from += cohort) {
        List<TrialId> group = ids.subList(from, Math.min(ids.size(), from + cohort));
        for (Worker.Outcome outcome : worker.run(cell, group)) {
          assertNotNull(outcome.trial(), () -> cell + ": " + outcome.failure());
          trials.add(outcome.trial());
        }
      }
    }
    return trials;
  }

  /** The same cell with a reward that claims to gain from rows, so that trials wait for others. */
  private static Cell lockstep(Cell cell) {
    Component<VerifierSpec> part = cell.verifier();
    VerifierSpec spec =
        changed(
            VerifierSpec.class,
            part.spec(),
            "open",
            open -> changed(type(open), (Verifier) open, "batched", no -> true));
    return new Cell(
        cell.key(),
        cell.model(),
        new Component<>(part.name(), part.kind(), spec, part.axes(), part.at()),
        cell.method(),
        cell.at(),
        cell.problem(),
        cell.cost(),
        cell.crossRewards(),
        cell.definition());
  }

  private static Class<? extends Verifier> type(Object open) {
    return open instanceof ComparingVerifier ? ComparingVerifier.class : Verifier.class;
  }

  /** An object that answers one method with what is made of the answer. */
  private static <T> T changed(
      Class<? extends T> type, T inner, String method, UnaryOperator<Object> change) {
    InvocationHandler handler =
        (proxy, called, arguments) -> {
          Object answer = called.invoke(inner, arguments);
          return called.getName().equals(method) ? change.apply(answer) : answer;
        };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static Batch states(Trial trial) {
    return ((Stored.Inline) trial.samples()).batch();
  }

  private static void assertSame(Trial one, Trial other) {
    if (states(one) instanceof Batch.Reals reals) {
      assertArrayEquals(reals.data(), ((Batch.Reals) states(other)).data());
    } else {
      assertArrayEquals(((Batch.Tokens) states(one)).data(), ((Batch.Tokens) states(other)).data());
    }
    assertArrayEquals(one.logWeights(), other.logWeights());
    assertArrayEquals(one.rewards(), other.rewards());
    assertEquals(one.scalars(), other.scalars());
    assertEquals(one.cost(), other.cost());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void promisesAreKept(String method) throws InterruptedException {
    for (String unit : List.of("nfe", "compute")) {
      Plan plan = plan(method, unit);
      for (Skip skip : plan.skips()) {
        assertFalse(skip.reason().isBlank(), skip.algorithm());
      }
      for (Cell cell : plan.cells()) {
        List<Trial> alone = run(cell, 1);
        List<Trial> inTurn = run(cell, 5);
        List<Trial> lockstep = run(lockstep(cell), 5);
        for (int i = 0; i < alone.size(); i++) {
          Trial trial = alone.get(i);
          assertEquals(COUNT, trial.samples().size());
          if (cell.method().part().spec().costIsUpperBound()) {
            assertTrue(trial.cost().within(cell.cost()), () -> cell + ": at most the formula");
          } else {
            assertEquals(cell.cost(), trial.cost(), () -> cell + ": formula against meter");
          }
          assertTrue(cell.problem().budget().covers(trial.cost()), cell.toString());
          assertSame(trial, inTurn.get(i));
          assertSame(trial, lockstep.get(i));
        }
      }
    }
  }

  /**
   * Trials differ, in what they found or on the way there, so that equal bytes above are not those
   * of a constant.
   */
  @ParameterizedTest
  @MethodSource("names")
  void repetitionsDiffer(String method) throws InterruptedException {
    List<Trial> trials = run(plan(method, "nfe").cells().get(0), 5);
    assertFalse(
        Arrays.equals(trials.get(0).rewards(), trials.get(1).rewards())
            && trials.get(0).scalars().equals(trials.get(1).scalars()));
  }
}
