package io.github.tiltbench.result;

import com.google.gson.JsonParser;
import io.github.tiltbench.config.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Under what circumstances a process wrote its trials; one line of {@code provenance.jsonl}.
 *
 * @param writer the name in the file names of the trials
 * @param start when it began, UTC
 * @param command what the user asked for
 * @param version of the harness
 * @param commit of the checkout that the harness was built in, if known
 * @param java runtime and version
 * @param os name, version and architecture
 * @param cores processors the runtime sees
 * @param device where networks run
 * @param threads of the engine, inside one operation
 * @param cohort which trials have their calls merged: how many, or up to how many rows
 * @param libraries versions by name
 */
public record Provenance(
    String writer,
    String start,
    String command,
    String version,
    Optional<String> commit,
    String java,
    String os,
    int cores,
    String device,
    int threads,
    String cohort,
    Map<String, String> libraries) {
  public Provenance {
    libraries = new TreeMap<>(libraries);
  }

  /** The circumstances of this process. */
  public static Provenance here(
      String command, String device, int threads, String cohort, Map<String, String> libraries) {
    Release release = Release.here();
    return new Provenance(
        WriterName.here(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        command,
        release.version(),
        release.commit(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        device,
        threads,
        cohort,
        libraries);
  }

  /** The cohort with which a result folder was begun; empty if there is no record. */
  public static Optional<String> cohort(Path folder) {
    try {
      return Files.readAllLines(folder.resolve("provenance.jsonl")).stream()
          .findFirst()
          .map(line -> JsonParser.parseString(line).getAsJsonObject().get("cohort").getAsString());
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // a new folder, or a line cut short
    }
  }

  String json() {
    return Json.canonical(this);
  }
}
