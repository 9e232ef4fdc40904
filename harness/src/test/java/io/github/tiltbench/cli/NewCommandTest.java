package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A project of one's own works as it is written. */
class NewCommandTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"algorithm", "verifier", "process"})
  void compilesAndRuns(String what) throws IOException {
    Path project = folder.resolve("my-" + what);
    Console written = Console.run("new", what, project.toString());
    assertEquals(0, written.code(), written.err());
    Path classes = Files.createDirectory(folder.resolve("classes"));
    compile(project, classes);
    Path services = project.resolve("src/main/resources/META-INF");
    copy(services, classes.resolve("META-INF"));
    String with = classes.toString();
    assertTrue(Console.run("list", "my-" + what, "--with", with).out().contains("my-" + what));
    Path out = folder.resolve("out");
    String study = project.resolve("study.yaml").toString();
    Console run = Console.run("run", study, "--out", out.toString(), "--with", with);
    assertEquals(0, run.code(), run.err());
    String better = what.equals("algorithm") ? "my-algorithm" : "best-of-n";
    assertTrue(mean(out, better) > mean(out, "pretrained"));
  }

  @Test
  void nothingIsWrittenOverAndNamesArePlain() throws IOException {
    Path there = Files.createDirectory(folder.resolve("there"));
    Console again = Console.run("new", "algorithm", there.toString());
    assertEquals(2, again.code());
    assertTrue(again.err().contains(there + " is there already"), again.err());
    Console named = Console.run("new", "verifier", folder.resolve("My_Thing").toString());
    assertEquals(2, named.code());
    assertTrue(named.err().contains("'My_Thing' is not a name such as my-search"), named.err());
    assertFalse(Files.exists(folder.resolve("My_Thing")));
    assertEquals(2, Console.run("new", "algoritm", folder.resolve("x").toString()).code());
  }

  private static void compile(Path project, Path classes) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path")));
    try (Stream<Path> files = Files.walk(project)) {
      files.map(Path::toString).filter(f -> f.endsWith(".java")).forEach(arguments::add);
    }
    assertEquals(
        0,
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(new String[0])));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static double mean(Path out, String algorithm) throws IOException {
    return Files.readAllLines(out.resolve("tables/summary.csv")).stream()
        .filter(line -> line.contains("," + algorithm + ",") && line.contains(",*,mean,"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll(".*,\\*,mean,([^,]*),.*", "$1")))
        .findFirst()
        .orElseThrow();
  }
}
