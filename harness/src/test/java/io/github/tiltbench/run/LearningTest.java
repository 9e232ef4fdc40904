package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.FitFormat;
import io.github.tiltbench.algorithm.Learner;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.engine.learning.LearnedNumbers;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.result.Failure;
import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.result.StoreException;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Extension;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner with an algorithm that learns: when, how often, and what it is charged. */
class LearningTest {
  private static final Map<Double, AtomicInteger> FITS = new ConcurrentHashMap<>();
  private static final AtomicInteger RELEASED = new AtomicInteger();

  /** Learns the first draw it is given; has it among its diagnostics. */
  record Pupil(int ability, boolean fails) implements Learner<Double> {
    @Override
    public Double fit(Problem problem, Session session) {
      Batch x = problem.process().prior(3, session.noise(Purpose.FIT, 0));
      double first = ((Batch.Reals) x).data()[0];
      FITS.computeIfAbsent(first, draw -> new AtomicInteger()).incrementAndGet();
      session.denoise(x, problem.process().steps());
      session.score(x);
      if (fails && first > 0) {
        throw new IllegalStateException("too hard");
      }
      return first;
    }

    @Override
    public Samples sample(Problem problem, Session session, Double learned) {
      Samples plain = new Pretrained().sample(problem, session);
      Map<String, Double> scalars = Map.of("learned", learned, "ability", (double) ability);
      return new Samples(plain.states(), plain.logWeights(), true, scalars, Map.of());
    }

    @Override
    public Optional<FitFormat<Double>> format(Problem problem) {
      return Optional.of(
          new FitFormat<>(
              first -> LearnedNumbers.of(Map.of("first", new double[] {first})),
              numbers -> numbers.get("first", 1)[0]));
    }

    @Override
    public void release(Double learned) {
      RELEASED.incrementAndGet();
    }

    @Override
    public Cost fitCost(Problem problem) {
      return Cost.of(3, 3, 3);
    }

    @Override
    public Cost sampleCost(Problem problem) {
      return new Pretrained().cost(problem);
    }

    @Override
    public Object fitKey() {
      return fails;
    }
  }

  private static final Extension PUPILS =
      new Extension() {
        @Override
        public List<CatalogueEntry<Algorithm>> algorithms() {
          return List.of(CatalogueEntry.of("pupil", new Pupil(1, false)));
        }
      };

  private static final Catalogues CATALOGUES = Catalogues.builtIn().plus(PUPILS);

  private static final String STUDY =
      """
      study: school
      seed: 5
      repetitions: 4
      count: 2
      prompts: [a, b, c, d, e, f]
      models:
        one: {kind: gaussian, mean: [0], variance: [1], process: {kind: ddim, steps: 4, eta: 1.0}}
      verifiers:
        up: {kind: linear, coefficients: [1.0]}
      beta: 1
      algorithms: [pretrained, {pupil: {ability: [1, 2]}}]
      budgets: {unit: nfe, per: sample, at: [4, 8], fit: 3}
      """;

  private final List<Trial> trials = Collections.synchronizedList(new ArrayList<>());
  private final List<Failure> failures = Collections.synchronizedList(new ArrayList<>());

  private final List<String> relearned = Collections.synchronizedList(new ArrayList<>());

  @TempDir Path folder;

  @BeforeEach
  void forget() {
    FITS.clear();
    RELEASED.set(0);
  }

  private void run(String yaml, int workers) throws InterruptedException {
    run(yaml, workers, Shard.ALL);
  }

  private void run(String yaml, int workers, Shard shard) throws InterruptedException {
    byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
    Plan plan =
        Plan.of(
            Study.read("s.yaml", bytes, PathResolver.of(Path.of("s.yaml")), CATALOGUES),
            CATALOGUES);
    Provenance provenance = Provenance.here("run", "cpu", 1, "2", Map.of());
    try (Store store = Store.open(folder, plan, bytes, shard, provenance)) {
      new Runner(workers, new Cohorts.Given(2), shard)
          .run(
              plan,
              store,
              new Observer() {
                @Override
                public void finished(Trial trial) {
                  trials.add(trial);
                }

                @Override
                public void failed(Failure failure) {
                  failures.add(failure);
                }

                @Override
                public void relearning(String why) {
                  relearned.add(why);
                }
              });
    }
  }

  private List<Trial> taught() {
    return trials.stream().filter(t -> t.scalars().containsKey("learned")).toList();
  }

  /** Four cells of six prompts share six fits, whichever of three workers needs one first. */
  @Test
  void eachPromptIsLearnedOnceForAllCellsAndWorkers() throws InterruptedException {
    run(STUDY, 3);
    assertEquals(List.of(), failures);
    assertEquals(4 * 4 * 6, taught().size());
    assertEquals(6, FITS.size(), "prompts learn from draws of their own");
    assertTrue(FITS.values().stream().allMatch(n -> n.get() == 1), FITS.toString());
    assertEquals(6, RELEASED.get());
    taught().stream()
        .collect(Collectors.groupingBy(t -> t.id().prompt()))
        .forEach(
            (prompt, own) ->
                assertEquals(
                    1, own.stream().map(t -> t.scalars().get("learned")).distinct().count()));
    for (Trial trial : taught()) {
      assertEquals(8, trial.cost().nfe(), "learning is not the trial's expense");
      assertEquals(3, trial.scalars().get("fit_nfe"));
      assertEquals(3, trial.scalars().get("fit_reward"));
    }
  }

  /** All trials of the study, whose cells are run anew in a folder that keeps the fits. */
  private List<String> again() throws IOException, InterruptedException {
    Files.move(
        folder.resolve("cells"), Files.createTempDirectory(folder, "aside").resolve("cells"));
    FITS.clear();
    trials.clear();
    run(STUDY, 3);
    return sums();
  }

  private List<String> sums() {
    assertEquals(List.of(), failures);
    return trials.stream()
        .map(t -> t.id() + " " + Arrays.toString(t.rewards()) + t.scalars() + t.cost())
        .sorted()
        .toList();
  }

  private List<Path> fits() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("fits"))) {
      return files.sorted().toList();
    }
  }

  /** The price of what was read is what it cost when it was learned. */
  @Test
  void anotherRunReadsWhatWasLearned() throws IOException, InterruptedException {
    run(STUDY, 3);
    List<String> learned = sums();
    assertEquals(6, fits().size(), "one a prompt, for both abilities");
    assertEquals(learned, again());
    assertEquals(Map.of(), FITS);
    assertEquals(2 * 6, RELEASED.get());
    assertEquals(List.of(), relearned);
  }

  /** Every prompt has trials in both shards. */
  @Test
  void anotherShardReadsWhatWasLearned() throws InterruptedException {
    run(STUDY, 1, new Shard(0, 2));
    assertEquals(6, FITS.size());
    run(STUDY, 1, new Shard(1, 2));
    assertEquals(4 * 4 * 6, taught().size());
    assertTrue(FITS.values().stream().allMatch(n -> n.get() == 1), FITS.toString());
  }

  @Test
  void aDamagedFitIsNamedAndLearnedAnewAndNoOther() throws IOException, InterruptedException {
    run(STUDY, 3);
    List<String> learned = sums();
    Path hurt = fits().get(2);
    byte[] bytes = Files.readAllBytes(hurt);
    bytes[bytes.length - 3] ^= 1;
    Files.write(hurt, bytes);
    assertEquals(learned, again());
    assertEquals(1, FITS.size(), FITS.toString());
    assertEquals(1, relearned.size());
    assertTrue(relearned.get(0).contains(hurt.toString()), relearned.get(0));
    relearned.clear();
    assertEquals(learned, again());
    assertEquals(Map.of(), FITS, "what was learned anew was stored anew");
    assertEquals(List.of(), relearned);
  }

  /** It is no trial's failure that the folder cannot be written. */
  @Test
  void aFolderThatTakesNoFitsEndsTheRun() throws IOException {
    Files.createSymbolicLink(folder.resolve("fits"), folder);
    assertThrows(StoreException.class, () -> run(STUDY, 1));
    assertEquals(List.of(), failures);
  }

  /** Without a fit budget every trial learns from draws of its own, and pays. */
  @Test
  void withoutAFitBudgetEachTrialLearnsAndPays() throws InterruptedException {
    run(STUDY.replace(", fit: 3", "").replace("at: [4, 8]", "at: [6]"), 2);
    assertEquals(2 * 4 * 6, taught().size());
    assertEquals(4 * 6, FITS.size(), "the two cells share their noise, trials do not");
    assertEquals(2 * 4 * 6, RELEASED.get());
    for (Trial trial : taught()) {
      assertEquals(8 + 3, trial.cost().nfe());
      assertTrue(!trial.scalars().containsKey("fit_nfe"));
    }
  }

  /** A prompt that cannot be learned fails its trials by name and no other. */
  @Test
  void aFailedFitFailsTheTrialsOfItsPrompt() throws InterruptedException {
    run(STUDY.replace("ability: [1, 2]", "fails: true"), 2);
    long hard = FITS.keySet().stream().filter(first -> first > 0).count();
    assertTrue(hard > 0 && hard < 6, FITS.toString());
    assertTrue(FITS.values().stream().allMatch(n -> n.get() == 1), "failures are not tried again");
    assertEquals(hard * 4 * 2, failures.size());
    assertTrue(failures.stream().allMatch(f -> f.message().contains("too hard")));
    assertEquals((6 - hard) * 4 * 2, taught().size());
  }

  /** More work than the fit budget covers is refused while it learns. */
  @Test
  void learningIsMetered() throws InterruptedException {
    run(STUDY.replace("fit: 3", "fit: 2").replace("pupil: {", "pupil: {fails: false, "), 1);
    assertEquals(0, FITS.size(), "the plan left it out");
    assertEquals(0, taught().size());
  }
}
