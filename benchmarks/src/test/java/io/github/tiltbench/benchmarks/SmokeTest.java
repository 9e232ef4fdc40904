package io.github.tiltbench.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.study.Catalogues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.RunnerException;

/** Every benchmark runs; one that throws fails here. */
class SmokeTest {
  @TempDir private static Path folder;

  private static List<Measurement> measured;

  @BeforeAll
  static void run() throws IOException, RunnerException {
    System.setProperty("jmh.ignoreLock", "true"); // builds side by side measure nothing
    Path json = folder.resolve("smoke.json");
    assertEquals(0, Bench.measure(Choice.all(), Settings.SMOKE, json, System.err), "failed");
    measured = JmhFile.read(json);
  }

  @Test
  void everyBenchmarkGivesARate() {
    Set<String> names = measured.stream().map(Measurement::name).collect(Collectors.toSet());
    Set<String> all = Choice.all().entries().stream().map(Choice::name).collect(Collectors.toSet());
    assertEquals(all, names);
    for (Measurement m : measured) {
      assertTrue(m.rate().mean() > 0, m.toString());
    }
  }

  @Test
  void theNumberOfBenchmarksIsKnownBeforehand() {
    int expected = 0;
    for (Group group : Group.values()) {
      expected += Choice.all().in(group).size(Settings.SMOKE.parameters(group));
    }
    assertEquals(expected, measured.size());
  }

  @Test
  void everyAlgorithmOfTheCatalogueIsMeasured() {
    Set<String> names = Set.copyOf(Catalogues.builtIn().algorithms().names());
    Set<String> ofReals = new TreeSet<>(names);
    // one unmasks tokens, one asks for 64 dimensions, one for a chain of a few steps
    ofReals.removeAll(Set.of("treasure", "demon", "reno"));
    for (String problem : List.of("ANALYTIC", "FASHION")) {
      assertEquals(ofReals, algorithms("AlgorithmBenchmark.trial", "method", "problem", problem));
    }
    for (String workload : List.of("MARKOV", "CLAUSES")) {
      Set<String> ofTokens =
          algorithms("TokenAlgorithmBenchmark.trial", "method", "workload", workload);
      assertTrue(ofTokens.contains("treasure"), ofTokens.toString());
      assertTrue(names.containsAll(ofTokens), ofTokens.toString());
    }
  }

  private static Set<String> algorithms(
      String benchmark, String name, String parameter, String value) {
    return measured.stream()
        .filter(m -> m.name().equals(benchmark))
        .filter(m -> m.parameters().get(parameter).equals(value))
        .map(m -> m.parameters().get(name).replaceFirst(":.*", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void trialsCountTheirWork() {
    Measurement pretrained =
        measured.stream()
            .filter(m -> "pretrained".equals(m.parameters().get("method")))
            .findFirst()
            .orElseThrow();
    assertEquals(Set.of("steps/s", "samples/s", "NFE/s"), pretrained.rates().keySet());
    double trials = pretrained.rate().mean();
    assertEquals(6, pretrained.rates().get("steps/s").mean() / trials, 1e-9);
    assertEquals(1, pretrained.rates().get("samples/s").mean() / trials, 1e-9);
    assertTrue(pretrained.bytesPerStep().orElseThrow().mean() > 0);
  }

  /** Each rule of the bounds finds what it is about under the name that it looks for. */
  @Test
  void everyBoundFindsItsMeasurements() {
    List<String> bounds = Bounds.of(measured).stream().map(Bound::what).toList();
    for (String what :
        List.of(
            "normals",
            "weights and ESS",
            "trial of best-of-n",
            "trial of smc",
            "trial of svdd",
            "trial of das",
            "guided call",
            "forward in bfloat16",
            "speed of a study",
            "speed of a cohort",
            "bytes allocated",
            "live native arrays",
            "exponent",
            "R^2")) {
      assertTrue(bounds.stream().anyMatch(b -> b.startsWith(what)), what + " in " + bounds);
    }
  }
}
