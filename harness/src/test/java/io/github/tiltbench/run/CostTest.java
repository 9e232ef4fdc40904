package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Learner;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Extension;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.verifier.Linear;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The price that an algorithm names is held against its meter, trial by trial. */
class CostTest {
  /** Names a price that is off by some NFE. */
  record Miser(int off, boolean atMost) implements Algorithm {
    @Override
    public Samples sample(Problem problem, Session session) {
      return new Pretrained().sample(problem, session);
    }

    @Override
    public Cost cost(Problem problem) {
      long nfe = new Pretrained().cost(problem).nfe() + off;
      return Cost.of(nfe, nfe, 0);
    }

    @Override
    public boolean costIsUpperBound() {
      return atMost;
    }
  }

  /** Scores some draws to learn from, and names one more or fewer. */
  record Dunce(int off) implements Learner<Boolean> {
    @Override
    public Boolean fit(Problem problem, Session session) {
      Batch x = problem.process().prior(5, session.noise(Purpose.FIT, 0));
      session.score(x);
      return true;
    }

    @Override
    public Samples sample(Problem problem, Session session, Boolean learned) {
      return new Pretrained().sample(problem, session);
    }

    @Override
    public Cost fitCost(Problem problem) {
      return Cost.of(0, 0, 5 + off);
    }

    @Override
    public Cost sampleCost(Problem problem) {
      return new Pretrained().cost(problem);
    }

    @Override
    public Object fitKey() {
      return off;
    }
  }

  /** A linear reward that says it decodes. */
  record Latent(double[] coefficients) implements VerifierSpec {
    @Override
    public Verifier open(StateSpace space) {
      return new Linear(coefficients, 0).open(space);
    }

    @Override
    public Optional<String> mismatch(StateSpace space) {
      return Optional.empty();
    }

    @Override
    public boolean decodes() {
      return true;
    }
  }

  private static final Extension OWN =
      new Extension() {
        @Override
        public List<CatalogueEntry<Algorithm>> algorithms() {
          return List.of(
              CatalogueEntry.of("miser", new Miser(0, false)),
              CatalogueEntry.of("dunce", new Dunce(0)));
        }

        @Override
        public List<CatalogueEntry<VerifierSpec>> verifiers() {
          return List.of(CatalogueEntry.bare("latent", Latent.class));
        }
      };

  private static List<Worker.Outcome> run(String algorithm) throws InterruptedException {
    return run(algorithm, "up");
  }

  private static List<Worker.Outcome> run(String algorithm, String verifier)
      throws InterruptedException {
    String yaml =
        """
        study: prices
        seed: 5
        repetitions: 3
        count: 2
        prompts: [a]
        models:
          one: {kind: gaussian, mean: [0], variance: [1], process: {kind: ddim, steps: 4, eta: 1.0}}
        verifiers:
          %s: {kind: %s, coefficients: [1.0]}
        beta: 1
        algorithms: [%s]
        budgets: {unit: nfe, per: sample, at: [20], fit: 100}
        """
            .formatted(verifier, verifier.equals("up") ? "linear" : verifier, algorithm);
    Catalogues names = Catalogues.builtIn().plus(OWN);
    byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
    Plan plan =
        Plan.of(Study.read("s.yaml", bytes, PathResolver.of(Path.of("s.yaml")), names), names);
    Cell cell = plan.cells().get(0);
    try (FitCache fits = new FitCache();
        Worker worker = new Worker(5, fits)) {
      return worker.run(cell, plan.trials(cell));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, false", "-1, false", "-1, true", "-7, false"})
  void aTrialThatCostsOtherThanItsPriceFails(int off, boolean atMost) throws InterruptedException {
    for (Worker.Outcome outcome : run("{miser: {off: " + off + ", at_most: " + atMost + "}}")) {
      assertNull(outcome.trial());
      assertEquals("cost", outcome.failure().kind());
      String message = outcome.failure().message();
      assertTrue(message.startsWith("the meter counted 8 nfe, 8 rows"), message);
      String named = (atMost ? "at most " : "") + (8 + off) + " nfe";
      assertTrue(message.contains("the algorithm names " + named), message);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, false", "0, true", "3, true"})
  void aPriceMayBeAnUpperBoundIfItSaysSo(int off, boolean atMost) throws InterruptedException {
    for (Worker.Outcome outcome : run("{miser: {off: " + off + ", at_most: " + atMost + "}}")) {
      assertNotNull(outcome.trial());
      assertEquals(8, outcome.trial().cost().nfe(), "what is stored is what was spent");
    }
  }

  @Test
  void thePriceOfLearningIsHeldToTheSame() throws InterruptedException {
    assertTrue(run("dunce").stream().allMatch(outcome -> outcome.trial() != null));
    for (Worker.Outcome outcome : run("{dunce: {off: 1}}")) {
      String message = outcome.failure().message();
      assertTrue(message.contains("while learning the meter counted 5 reward"), message);
    }
  }

  /** What a decoder is asked for is one image a reward, in the plan's price and on the meter. */
  @Test
  void aLatentIsDecodedForEveryReward() throws InterruptedException {
    for (Worker.Outcome outcome : run("smc", "latent")) {
      Cost spent = outcome.trial().cost();
      assertTrue(spent.reward() > 0);
      assertEquals(spent.reward(), spent.decode());
    }
    for (Worker.Outcome outcome : run("smc", "up")) {
      assertEquals(0, outcome.trial().cost().decode());
    }
  }

  @Test
  void anAmountIsWithinAnotherInEveryUnit() {
    Cost cost = new Cost(10, 20, 5, 7, 0);
    assertTrue(Stream.of(cost, cost.plus(cost), cost.decoding()).allMatch(cost::within));
    for (int unit = 0; unit < 5; unit++) {
      int[] one = new int[5];
      one[unit] = 1;
      assertFalse(cost.plus(new Cost(one[0], one[1], one[2], one[3], one[4])).within(cost));
    }
    assertEquals("10 nfe, 20 rows, 5 backward, 7 reward", cost.toString());
    assertEquals("nothing", Cost.ZERO.toString());
  }
}
