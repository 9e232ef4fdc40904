package io.github.tiltbench.result;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.config.Utf8;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

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
 * @param device where networks run, such as {@code cpu} or {@code gpu:0, gpu:1}
 * @param threads of the engine, inside one operation
 * @param cohort which trials have their calls merged: how many, or up to how many rows
 * @param libraries versions by name
 * @param divided calls that, from here on, did not fit the memory and were made in halves, which
 *     networks round otherwise; the first line of a process has none
 * @param judges the key of each judge that scored the trials as they were made, by name; none in a
 *     line of an older version
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
    Map<String, String> libraries,
    Optional<String> divided,
    Map<String, String> judges) {
  public Provenance {
    if (!COHORT.matcher(cohort).matches()) {
      throw new IllegalArgumentException(
          "cohort must be a number of trials or rows but is " + cohort);
    }
    libraries = new TreeMap<>(libraries);
    judges = new TreeMap<>(judges);
  }

  private static final Pattern COHORT = Pattern.compile("[1-9][0-9]{0,8}( ?rows)?");
  private static final CatalogueEntry<Provenance> KIND =
      CatalogueEntry.bare("provenance", Provenance.class, Map.of("judges", Map.of()));

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
        libraries,
        Optional.empty(),
        Map.of());
  }

  /** The same process from the time on when it divides some calls. */
  Provenance divided(String calls) {
    return with(Optional.of(calls), judges);
  }

  /** The same process with the judges of its plan. */
  Provenance judgedBy(Map<String, String> keys) {
    return with(divided, keys);
  }

  private Provenance with(Optional<String> divided, Map<String, String> judges) {
    return new Provenance(
        writer, start, command, version, commit, java, os, cores, device, threads, cohort,
        libraries, divided, judges);
  }

  /** What a file of provenance holds: whole lines, what is wrong with others, and a torn end. */
  private record Lines(List<Provenance> whole, List<Damage> damages, boolean torn) {}

  private static Lines lines(Path folder) {
    Path file = file(folder);
    if (Files.notExists(file)) {
      return new Lines(List.of(), List.of(), false);
    }
    List<Provenance> whole = new ArrayList<>();
    List<Damage> damages = new ArrayList<>();
    String text;
    try {
      text = Utf8.decode(file.toString(), StoredFile.bytes(file));
    } catch (ConfigException e) {
      return new Lines(List.of(), List.of(Damage.of(e)), false);
    }
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      boolean last = i == lines.length - 1;
      if (!lines[i].isBlank()) {
        try {
          whole.add(StoredFile.line(file, i + 1, lines[i], KIND));
        } catch (ConfigException e) {
          if (last) {
            return new Lines(whole, damages, true); // a process was ended while it wrote
          }
          damages.add(Damage.of(e));
        }
      }
    }
    return new Lines(whole, damages, false);
  }

  private static Path file(Path folder) {
    return folder.resolve("provenance.jsonl");
  }

  /** Lines that are not as they were written; an end that is cut short is none. */
  static List<Damage> damages(Path folder) {
    return lines(folder).damages();
  }

  /** The key of each judge by name, by the writer whose trials it scored as they were made. */
  static Map<String, Map<String, String>> judges(Path folder) {
    Map<String, Map<String, String>> judges = new TreeMap<>();
    lines(folder).whole().forEach(line -> judges.putIfAbsent(line.writer(), line.judges()));
    return judges;
  }

  /**
   * The cohort with which a result folder was begun, which every whole line names; empty if there
   * is no record and no trial.
   *
   * @throws StoreException if no line is whole and there are trials, which had some cohort
   */
  public static Optional<String> cohort(Path folder) {
    Lines lines = lines(folder);
    if (!lines.whole().isEmpty()) {
      return Optional.of(lines.whole().get(0).cohort());
    }
    if ((lines.torn() || !lines.damages().isEmpty()) && CellFolder.any(folder)) {
      String problem =
          lines.damages().isEmpty()
              ? "its only line is cut short"
              : lines.damages().get(0).problem();
      throw new StoreException(
          file(folder),
          problem
              + "; so the cohort of the trials here is not known: delete the file and give --cohort"
              + " as they had it");
    }
    return Optional.empty();
  }

  String json() {
    return Json.canonical(this);
  }
}
