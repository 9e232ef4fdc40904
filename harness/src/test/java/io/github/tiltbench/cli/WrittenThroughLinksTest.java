package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.study.Toys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Links that stand where a command writes: refused by name, and what they point to is not touched.
 */
class WrittenThroughLinksTest {
  private static final String STUDY =
      """
      study: links
      seed: 1
      repetitions: 2
      count: 2
      models:
        wide:
          kind: gaussian
          mean: [%s]
          variance: [%s]
          process: {kind: ddim, steps: 2, eta: 1.0}
      verifiers:
        near: {kind: linear, coefficients: [%s]}
      beta: 1
      algorithms: [pretrained]
      budgets: {unit: nfe, per: sample, at: [2]}
      """;

  @TempDir Path place;
  private Path out;
  private Path outside;
  private Path study;

  @BeforeEach
  void outside() throws IOException {
    out = place.resolve("out");
    outside = Files.createDirectories(place.resolve("outside"));
    Files.writeString(outside.resolve("file"), "mine");
    Files.createDirectory(outside.resolve("folder"));
    Files.writeString(outside.resolve("folder").resolve("summary.csv"), "mine too");
    String ones = String.join(", ", Collections.nCopies(100, "1")); // stored as files
    study = Files.writeString(place.resolve("s.yaml"), STUDY.formatted(ones, ones, ones));
  }

  private Map<String, String> outsideFiles() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(outside)) {
      for (Path file : files.toList()) {
        contents.put(file.toString(), Files.isDirectory(file) ? "" : Files.readString(file));
      }
    }
    return contents;
  }

  private Console run(String... more) {
    List<String> all = new ArrayList<>(List.of("run", study.toString(), "--out", out.toString()));
    all.addAll(List.of(more));
    return Console.run(all.toArray(String[]::new));
  }

  /** The command stumbles over a link to each of a file, a folder and nothing. */
  private void refused(Path link, Command command) throws IOException {
    Map<String, String> before = outsideFiles();
    Files.createDirectories(link.getParent());
    for (String target : new String[] {"file", "folder", "none"}) {
      Files.createSymbolicLink(link, outside.resolve(target));
      Console said = command.run();
      assertNotEquals(0, said.code(), said.out());
      String line = said.err().lines().filter(l -> l.startsWith("tiltbench: ")).findFirst().get();
      String refusal = link + ": is a symbolic link to " + outside.resolve(target);
      String unread = link + ": is a folder, not a file"; // what is read first is not even that
      assertTrue(line.contains(refusal) || line.contains(unread), () -> target + said.err());
      assertEquals(before, outsideFiles());
      assertTrue(Files.isSymbolicLink(link));
      Files.delete(link);
    }
  }

  private interface Command {
    Console run();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "study.yaml",
        "plan.json",
        "provenance.jsonl",
        ".lock-0-of-1",
        "cells",
        "cells/KEY",
        "cells/KEY/cell.json",
        "cells/KEY/samples"
      })
  void ofARun(String name) throws IOException {
    String key = Toys.plan(Files.readString(study)).cells().get(0).key().brief();
    refused(out.resolve(name.replace("KEY", key)), () -> run("--no-report"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tables", "figures", "report.html"})
  void ofTheReportOfARun(String name) throws IOException {
    refused(out.resolve(name), this::run);
  }

  @Test
  void ofARunAnew() throws IOException {
    assertEquals(0, run("--no-report").code());
    refused(out.resolve("aside"), () -> run("--no-report", "--fresh", "pretrained"));
    assertEquals(0, run("--no-report", "--fresh", "pretrained").code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--samples", "--scores", "--trials"})
  void ofAnExport(String what) throws IOException {
    assertEquals(0, run("--no-report").code());
    Path file = place.resolve("sheet.csv");
    Command export = () -> Console.run("export", out.toString(), what, file.toString());
    refused(file, export);
    Map<String, String> before = outsideFiles();
    Files.createSymbolicLink(place.resolve(".tmp-sheet.csv"), outside.resolve("file"));
    assertEquals(0, export.run().code(), "a link where a part of the file was left behind");
    assertEquals(before, outsideFiles());
    assertTrue(Files.isRegularFile(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "weights.safetensors",
        "reference.safetensors",
        "loss.csv",
        "training.yaml",
        "samples.png",
        "checkpoints",
        "checkpoints/state.safetensors"
      })
  void ofATraining(String name) throws IOException {
    Path committed = Path.of("../datasets/models/fashion-classifier/card.yaml");
    String card = Files.readString(committed).replaceAll("path: .*", "path: .");
    Path file = Files.writeString(Files.createDirectory(out).resolve("card.yaml"), card);
    refused(out.resolve(name), () -> Console.run("train", file.toString()));
  }

  @Test
  void ofANewProject() throws IOException {
    Path link = Files.createSymbolicLink(place.resolve("mine"), outside.resolve("none"));
    Map<String, String> before = outsideFiles();
    Console said = Console.run("new", "algorithm", link.toString());
    assertEquals("tiltbench: " + link + " is there already\n", said.err());
    assertEquals(before, outsideFiles());
  }
}
