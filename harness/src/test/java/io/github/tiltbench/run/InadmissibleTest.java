package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.report.Report;
import io.github.tiltbench.result.Failure;
import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Sheets;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Extension;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rewards of minus infinity from the verifier to the export, under every algorithm. */
class InadmissibleTest {
  /** Scores by the first coordinate or token; minus infinity up to a bound. */
  record Bounded(double bound) implements VerifierSpec {
    @Override
    public Verifier open(StateSpace space) {
      return new Verifier() {
        @Override
        public double[] score(Batch clean, Condition[] condition) {
          double[] score = new double[clean.size()];
          Arrays.setAll(score, i -> first(clean, i));
          return Arrays.stream(score).map(x -> x > bound ? x : Double.NEGATIVE_INFINITY).toArray();
        }

        @Override
        public boolean differentiable() {
          return true;
        }

        @Override
        public Gradient gradient(Batch.Reals clean, Condition[] condition) {
          double[] slope = new double[clean.data().length];
          for (int i = 0; i < slope.length; i += clean.width()) {
            slope[i] = clean.data()[i] > bound ? 1 : 0;
          }
          return new Gradient(score(clean, condition), new Batch.Reals(slope, clean.item()));
        }
      };
    }

    private static double first(Batch clean, int row) {
      return clean instanceof Batch.Tokens tokens
          ? tokens.row(row)[0]
          : ((Batch.Reals) clean).row(row)[0];
    }

    @Override
    public Optional<String> mismatch(StateSpace space) {
      return Optional.empty();
    }

    @Override
    public boolean differentiable() {
      return true;
    }
  }

  private static final Catalogues CATALOGUES =
      Catalogues.builtIn()
          .plus(
              new Extension() {
                @Override
                public List<CatalogueEntry<VerifierSpec>> verifiers() {
                  return List.of(CatalogueEntry.bare("bounded", Bounded.class));
                }
              });

  /** Above 0.5 lies about half of either model; above 1e9 nothing. */
  private static final String STUDY =
      """
      study: constraints
      seed: 3
      repetitions: 2
      count: 3
      prompts: ["-"]
      models:
        mixture:
          kind: gaussian-mixture
          weights: [0.4, 0.6]
          means: [[-1, 0], [1.5, 1]]
          variances: [[0.2, 0.2], [0.5, 0.1]]
          process: {kind: ddim, steps: 8, eta: 1.0, scheduler: {clip_sample: false}}
        tokens:
          kind: markov-chain
          length: 4
          initial: [0.5, 0.3, 0.2]
          transition: [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4]]
          process: {kind: ancestral, steps: 4}
      verifiers:
        half: {kind: bounded, bound: 0.5}
        none: {kind: bounded, bound: 1.0e9}
      cross_rewards:
        judge: {kind: bounded, bound: 0.5}
      beta: 0.5
      algorithms:
        - svdd: {width: 3, alpha: [0.0, 0.5], chains: 2}
        - smc: {returns: [one, all, heaviest, best]}
        - das: {tempering: [schedule, adaptive, none]}
        - tri-tsmc: {twist: [control, quadratic], lookahead: [none, posterior-mean]}
        - fk: {potential: [difference, max, sum, max-increase, sum-increase]}
        - urge: {drift: [none, reward]}
        - dps: {jacobian: [true, false]}
        %s
      budgets: {unit: nfe, per: sample, at: [200]}
      """;

  private final List<Failure> failures = Collections.synchronizedList(new ArrayList<>());

  @TempDir Path folder;

  private Plan run() throws InterruptedException {
    String others =
        Catalogues.builtIn().algorithms().names().stream()
            .filter(name -> !STUDY.contains("- " + name + ":"))
            .map(name -> "- " + name)
            .collect(Collectors.joining("\n  "));
    byte[] bytes = STUDY.formatted(others).getBytes(StandardCharsets.UTF_8);
    Study study = Study.read("s.yaml", bytes, PathResolver.of(Path.of("s.yaml")), CATALOGUES);
    Plan plan = Plan.of(study, CATALOGUES);
    Provenance provenance = Provenance.here("run", "cpu", 1, "2", Map.of());
    Observer observer =
        new Observer() {
          @Override
          public void failed(Failure failure) {
            failures.add(failure);
          }
        };
    try (Store store = Store.open(folder, plan, bytes, Shard.ALL, provenance)) {
      new Runner(1, new Cohorts.Given(2), Shard.ALL).run(plan, store, observer);
    }
    return plan;
  }

  @Test
  void minusInfinityIsStoredVerifiedAndExported() throws InterruptedException, IOException {
    Plan plan = run();
    assertEquals(List.of(), failures);
    Results results = Results.read(folder);
    assertEquals(List.of(), results.damages());
    Map<String, Integer> admissible = new HashMap<>();
    for (var cell : results.plan().cells()) {
      for (Trial trial : results.trials(cell)) {
        double[] rewards = trial.rewards();
        assertTrue(Arrays.stream(rewards).noneMatch(Double::isNaN));
        int count = (int) Arrays.stream(rewards).filter(Double::isFinite).count();
        admissible.merge(cell.verifier(), count, Integer::sum);
        if (cell.verifier().equals("none") && trial.scalars().containsKey("log_evidence")) {
          assertEquals(Double.NEGATIVE_INFINITY, trial.scalars().get("log_evidence"));
        }
      }
    }
    assertEquals(0, admissible.get("none"));
    assertTrue(admissible.get("half") > 0);
    Verification verification = Verification.of(plan, results, new Cohorts.Given(2));
    assertEquals(List.of(), verification.differing());
    assertEquals(2 * plan.cells().size(), verification.same());
    Path csv = folder.resolve("scores.csv");
    Sheets.write(Sheets.scores(results), csv);
    assertEquals(List.of(), Report.write(folder).faults());
    String text = Files.readString(csv);
    assertTrue(text.contains(",-Infinity"));
    assertFalse(text.contains("NaN"));
  }
}
