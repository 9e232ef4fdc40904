package io.github.tiltbench.result;

import com.google.gson.JsonParseException;
import io.github.tiltbench.study.TrialId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads the files of one cell: the union over its writers, and what is damaged. */
final class CellFolder {
  private record Origin(Path file, int line, String content) {}

  private final Path folder;
  private final Map<TrialId, Trial> trials = new TreeMap<>();
  private final Map<TrialId, Origin> origins = new HashMap<>();
  private final Map<TrialId, Failure> failures = new TreeMap<>();
  private final List<Damage> damages = new ArrayList<>();

  private CellFolder(Path folder) {
    this.folder = folder;
  }

  /** What the folder holds; nothing if it is not there. */
  static CellFolder read(Path folder) {
    CellFolder cell = new CellFolder(folder);
    if (Files.isDirectory(folder)) {
      cell.files("failures-").forEach(f -> cell.read(f, false));
      cell.files("trials-").forEach(f -> cell.read(f, true));
    }
    return cell;
  }

  /** Finished trials. */
  Map<TrialId, Trial> trials() {
    return trials;
  }

  /** The last failure of each trial that is not finished. */
  List<Failure> failures() {
    return failures.values().stream().filter(f -> !trials.containsKey(f.id())).toList();
  }

  List<Damage> damages() {
    return damages;
  }

  private List<Path> files(String prefix) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.getFileName().toString().startsWith(prefix))
          .filter(f -> f.getFileName().toString().endsWith(".jsonl"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw StoreException.of(folder, "cannot be read", e);
    }
  }

  private void read(Path file, boolean ofTrials) {
    Line.Parsed parsed;
    try {
      parsed = Line.parse(Files.readAllBytes(file));
    } catch (IOException e) {
      throw StoreException.of(file, "cannot be read", e);
    }
    for (int line : parsed.damaged()) {
      damages.add(new Damage(file, line, "damaged line; what it alone recorded is run again"));
    }
    for (Line line : parsed.lines()) {
      try {
        if (ofTrials) {
          trial(file, line);
        } else {
          Failure failure = TrialJson.failure(line.body());
          failures.put(failure.id(), failure);
        }
      } catch (JsonParseException e) {
        damages.add(new Damage(file, line.number(), "a line of another version"));
      }
    }
  }

  private void trial(Path file, Line line) {
    Trial trial = TrialJson.trial(line.body());
    if (!folder.getFileName().toString().equals(trial.id().cell())) {
      damages.add(new Damage(file, line.number(), "a trial of cell " + trial.id().cell()));
      return;
    }
    if (trial.samples() instanceof Stored.Saved saved && !present(saved)) {
      damages.add(
          new Damage(file, line.number(), "samples/" + saved.file() + " is missing or cut short"));
      return;
    }
    Origin origin = new Origin(file, line.number(), TrialJson.content(line.body()));
    Origin before = origins.putIfAbsent(trial.id(), origin);
    if (before == null) {
      trials.put(trial.id(), trial);
    } else if (!before.content().equals(origin.content())) {
      String other = before.file().getFileName() + ":" + before.line();
      damages.add(
          new Damage(
              file,
              line.number(),
              "trial " + trial.id() + " differs from " + other + ", which is kept"));
    }
  }

  private boolean present(Stored.Saved saved) {
    try {
      return Files.size(folder.resolve("samples").resolve(saved.file())) == saved.bytes();
    } catch (IOException e) {
      return false;
    }
  }
}
