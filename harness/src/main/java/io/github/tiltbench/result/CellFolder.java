package io.github.tiltbench.result;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.study.TrialId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Reads the files of one cell: the union over its writers, and what is damaged. */
final class CellFolder {
  static final String TRIALS = "trials-";
  static final String FAILURES = "failures-";
  static final String JUDGEMENTS = "scores-";
  static final String LINES = ".jsonl";

  private final Path folder;
  private final Map<TrialId, Trial> trials = new TreeMap<>();
  private final Map<TrialId, Origin> origins = new HashMap<>();
  private final Map<TrialId, Map<String, double[]>> judgements = new HashMap<>();
  private final Map<TrialId, Failure> failures = new TreeMap<>();
  private final List<Damage> damages = new ArrayList<>();

  /** Where a trial was read. */
  private record Origin(Path file, int line) {
    String writer() {
      String name = file.getFileName().toString();
      return name.substring(TRIALS.length(), name.length() - LINES.length());
    }

    @Override
    public String toString() {
      return file.getFileName() + ":" + line;
    }
  }

  private CellFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * What the folder holds; nothing if it is not there.
   *
   * @param judges whose scores its trials have
   */
  static CellFolder read(Path folder, Judges judges) {
    CellFolder cell = new CellFolder(folder);
    Damage.ofFolder(folder).ifPresent(cell.damages::add);
    if (Files.isDirectory(folder)) {
      cell.files(FAILURES).forEach(f -> cell.read(f, cell::failure));
      cell.files(TRIALS).forEach(f -> cell.read(f, cell::trial));
      cell.files(JUDGEMENTS).forEach(f -> cell.read(f, cell::judgement));
      cell.trials.replaceAll((id, trial) -> cell.judged(judges, trial));
      cell.checkDefinition();
    }
    return cell;
  }

  private Trial judged(Judges judges, Trial trial) {
    String writer = origins.get(trial.id()).writer();
    return trial.judged(judges.of(writer, trial.crossRewards(), judgements(trial.id())));
  }

  /** What judges said of a trial afterwards, by their keys; its line may lie elsewhere. */
  Map<String, double[]> judgements(TrialId id) {
    return judgements.getOrDefault(id, Map.of());
  }

  /** Whether a result folder holds trials of any cell. */
  static boolean any(Path results) {
    try (Stream<Path> files = Files.find(results, 3, (file, is) -> named(file, TRIALS))) {
      return files.findAny().isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean named(Path file, String prefix) {
    String name = file.getFileName().toString();
    return name.startsWith(prefix) && name.endsWith(LINES);
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

  private void checkDefinition() {
    try {
      if (CellDefinition.read(folder).isEmpty() && !trials.isEmpty()) {
        damages.add(new Damage(Mark.of(folder.resolve("cell.json").toString()), "is missing"));
      }
    } catch (ConfigException e) {
      damages.add(Damage.of(e));
    }
  }

  private List<Path> files(String prefix) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> named(f, prefix)).sorted().toList();
    } catch (IOException e) {
      throw StoreException.of(folder, "cannot be read", e);
    }
  }

  private void read(Path file, BiConsumer<Path, Line> reader) {
    Line.Parsed parsed = Line.parse(StoredFile.bytes(file));
    for (int line : parsed.damaged()) {
      damages.add(Damage.of(file, line, "damaged line; what it alone recorded is run again"));
    }
    for (Line line : parsed.lines()) {
      try {
        reader.accept(file, line);
      } catch (ConfigException e) {
        damages.add(Damage.of(e));
      }
    }
  }

  private void failure(Path file, Line line) {
    Failure failure = TrialJson.failure(file, line);
    failures.put(failure.id(), failure);
  }

  /** Of a trial that is damaged it is no use: that is made again, and judged with all others. */
  private void judgement(Path file, Line line) {
    Judgement judgement = TrialJson.judgement(file, line);
    Trial trial = trials.get(judgement.id());
    if (trial != null && trial.samples().size() != judgement.scores().length) {
      String problem = "has %d scores of %d samples";
      int scores = judgement.scores().length;
      damages.add(
          Damage.of(file, line.number(), problem.formatted(scores, trial.samples().size())));
    } else {
      judgements
          .computeIfAbsent(judgement.id(), id -> new HashMap<>())
          .putIfAbsent(judgement.key(), judgement.scores());
    }
  }

  private void trial(Path file, Line line) {
    Trial trial = TrialJson.trial(file, line);
    if (!folder.getFileName().toString().equals(trial.id().cell())) {
      damages.add(Damage.of(file, line.number(), "a trial of cell " + trial.id().cell()));
      return;
    }
    if (trial.samples() instanceof Stored.Saved saved && !present(saved)) {
      damages.add(
          Damage.of(file, line.number(), "samples/" + saved.file() + " is missing or cut short"));
      return;
    }
    Trial before = trials.putIfAbsent(trial.id(), trial);
    if (before == null) {
      origins.put(trial.id(), new Origin(file, line.number()));
    } else if (!before.reproduces(trial)) {
      Origin other = origins.get(trial.id());
      damages.add(
          Damage.of(
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
