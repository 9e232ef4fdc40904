package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that a jar brings, from the command line. */
class ExtensionTest {
  private static final String STUDY =
      """
      study: own
      seed: 3
      count: 2
      models:
        m: {kind: gaussian, mean: [0], variance: [1], process: {kind: ddim, steps: 4}}
      verifiers: {r: {kind: linear, coefficients: [1.0]}}
      beta: 1
      algorithms: [pretrained, own]
      budgets: {unit: nfe, per: sample, at: [16]}
      repetitions: 4
      """;

  /** Keeps the better of two independent samples; {@code BETTER} is the comparison. */
  private static final String OWN =
      """
      package own;

      import io.github.tiltbench.algorithm.*;
      import io.github.tiltbench.algorithm.search.Rollout;
      import io.github.tiltbench.budget.Cost;
      import io.github.tiltbench.config.CatalogueEntry;
      import io.github.tiltbench.study.Extension;
      import java.util.List;

      public record Own() implements Algorithm {
        @Override public Samples sample(Problem problem, Session session) {
          var all = Rollout.run(problem, session, problem.count(), 2);
          double[] score = session.score(all);
          int[] kept = new int[problem.count()];
          for (int i = 0; i < kept.length; i++) {
            kept[i] = score[2 * i] BETTER score[2 * i + 1] ? 2 * i : 2 * i + 1;
          }
          return Samples.independent(all.select(kept));
        }
        @Override public Cost cost(Problem problem) {
          long draws = 2L * problem.count();
          long nfe = draws * problem.process().steps();
          return Cost.of(nfe, nfe * problem.rowsPerParticle(), draws);
        }
        @Override public boolean usesBudget() {
          return false;
        }
        public static final class Names implements Extension {
          @Override public List<CatalogueEntry<Algorithm>> algorithms() {
            return List.of(CatalogueEntry.of("own", new Own()));
          }
        }
      }
      """;

  @TempDir Path folder;

  /** Yesterday's trials are of yesterday's code. */
  @Test
  void anInvertedComparisonInAJarIsRunAnew() throws Exception {
    Path study = Files.writeString(folder.resolve("own.yaml"), STUDY);
    Path jar = folder.resolve("own.jar");
    jar(classes(">"), jar);
    Path out = folder.resolve("out");
    Console first = run(study, out, jar);
    assertEquals(0, first.code(), first.err());
    assertTrue(first.err().contains("8 trials to run"), first.err());
    double better = mean(out);
    jar(classes("<"), jar);
    Console second = run(study, out, jar);
    assertTrue(second.err().contains("4 trials to run, 4 kept"), second.err());
    assertTrue(mean(out) < better, mean(out) + " after " + better);
    Console third = run(study, out, jar);
    assertTrue(third.err().contains("0 trials to run"), third.err());
  }

  /** A build that only took place at another time is the same code, packed or not. */
  @Test
  void aJarAndItsClassesAreTheSameCode() throws Exception {
    Path study = Files.writeString(folder.resolve("own.yaml"), STUDY);
    Path classes = classes(">");
    Path jar = folder.resolve("own.jar");
    jar(classes, jar);
    Path out = folder.resolve("out");
    run(study, out, jar);
    Console again = run(study, out, classes);
    assertTrue(again.err().contains("0 trials to run"), again.err());
    String provenance = Files.readString(out.resolve("provenance.jsonl"));
    List<String> lines = provenance.lines().toList();
    assertTrue(lines.get(0).contains("own.jar\":\"sha256 "), lines.get(0));
    assertEquals(digest(lines.get(0)), digest(lines.get(1)));
  }

  @Test
  void whatIsNoExtensionIsNamed() throws IOException {
    Path none = folder.resolve("none.jar");
    Path text = Files.writeString(folder.resolve("text.jar"), "no jar");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    for (Path place : List.of(none, text, empty)) {
      Console said = Console.run("list", "--with", place.toString());
      assertEquals(2, said.code());
      assertEquals(1, said.err().lines().count(), said.err());
      assertTrue(said.err().contains(place.toString()), said.err());
    }
    Files.createDirectories(empty.resolve("META-INF/services"));
    Files.writeString(
        empty.resolve("META-INF/services/io.github.tiltbench.study.Extension"), "own.Missing\n");
    Console said = Console.run("list", "--with", empty.toString());
    assertEquals(2, said.code());
    assertTrue(said.err().contains("own.Missing"), said.err());
    assertEquals(1, said.err().lines().count(), said.err());
  }

  private static String digest(String provenance) {
    return provenance.replaceFirst(".*\":\"sha256 ([0-9a-f]{64}).*", "$1");
  }

  private static Console run(Path study, Path out, Path extension) {
    return Console.run(
        "run", study.toString(), "--out", out.toString(), "--with", extension.toString());
  }

  private static double mean(Path out) throws IOException {
    return Files.readAllLines(out.resolve("tables/summary.csv")).stream()
        .filter(line -> line.contains(",own,") && line.contains(",mean,"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll(".*,mean,([^,]*),.*", "$1")))
        .findFirst()
        .orElseThrow();
  }

  private Path classes(String better) throws IOException {
    Path source = Files.createDirectories(folder.resolve("source/own")).resolve("Own.java");
    Files.writeString(source, OWN.replace("BETTER", better));
    Path classes = Files.createDirectories(folder.resolve("classes"));
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                source.toString());
    assertEquals(0, code);
    Path services = Files.createDirectories(classes.resolve("META-INF/services"));
    Files.writeString(services.resolve("io.github.tiltbench.study.Extension"), "own.Own$Names\n");
    return classes;
  }

  private static void jar(Path classes, Path jar) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(classes)) {
      walk.filter(Files::isRegularFile).forEach(files::add);
    }
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      for (Path each : files) {
        out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
        Files.copy(each, out);
      }
    }
  }
}
