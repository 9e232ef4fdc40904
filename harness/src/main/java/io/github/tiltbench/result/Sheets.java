package io.github.tiltbench.result;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.config.Decimals;
import io.github.tiltbench.config.OwnFiles;
import io.github.tiltbench.diffusion.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The finished trials of a result folder as sheets, and sheets as files.
 *
 * <p>Rows are in the order of the plan, then prompts, repetitions and samples. The budget of an
 * algorithm that has no use for a larger one is absent.
 */
public final class Sheets {
  private static final List<Sheet.Column> TRIAL =
      List.of(
          Sheet.Column.text("cell"),
          Sheet.Column.text("model"),
          Sheet.Column.text("verifier"),
          Sheet.Column.text("algorithm"),
          Sheet.Column.whole("budget"),
          Sheet.Column.text("prompt"),
          Sheet.Column.whole("repetition"));

  private Sheets() {}

  /** One row a sample; {@code x} is a JSON array. */
  public static Sheet samples(Results results) {
    List<Sheet.Column> columns =
        with(
            Sheet.Column.whole("sample"),
            Sheet.Column.real("log_weight"),
            Sheet.Column.real("reward"),
            Sheet.Column.text("x"));
    return new Sheet(
        columns,
        sink ->
            trials(
                results,
                (row, trial) -> {
                  Batch states = results.samples(trial);
                  boolean rounded = trial.samples() instanceof Stored.Saved;
                  for (int i = 0; i < states.size(); i++) {
                    sink.row(
                        row(
                            row,
                            trial,
                            (long) i,
                            trial.logWeights()[i],
                            trial.rewards()[i],
                            json(states, i, rounded)));
                  }
                }));
  }

  /**
   * One row a score: every sample by the target ({@code judge} is then the verifier's name and
   * {@code role} is {@code target}) and by every judge of cross rewards ({@code cross}).
   */
  public static Sheet scores(Results results) {
    List<Sheet.Column> columns =
        with(
            Sheet.Column.whole("sample"),
            Sheet.Column.real("log_weight"),
            Sheet.Column.text("judge"),
            Sheet.Column.text("role"),
            Sheet.Column.real("score"));
    return new Sheet(
        columns,
        sink ->
            trials(
                results,
                (row, trial) -> {
                  for (int i = 0; i < trial.rewards().length; i++) {
                    double weight = trial.logWeights()[i];
                    String target = row.verifier();
                    sink.row(
                        row(row, trial, (long) i, weight, target, "target", trial.rewards()[i]));
                    for (Map.Entry<String, double[]> judge : trial.crossRewards().entrySet()) {
                      double score = judge.getValue()[i];
                      sink.row(row(row, trial, (long) i, weight, judge.getKey(), "cross", score));
                    }
                  }
                }));
  }

  /**
   * One row a number that a trial has: its cost by unit ({@code nfe}, {@code rows}, {@code
   * backward}, {@code reward_calls}, {@code decode}), {@code wall_s}, and its diagnostics by name;
   * a diagnostic along the chain has one row a level, T first, others no level.
   */
  public static Sheet trials(Results results) {
    List<Sheet.Column> columns =
        with(
            Sheet.Column.text("quantity"), Sheet.Column.whole("level"), Sheet.Column.real("value"));
    return new Sheet(
        columns,
        sink ->
            trials(
                results,
                (row, trial) -> {
                  for (Map.Entry<String, Double> q : quantities(trial).entrySet()) {
                    sink.row(row(row, trial, q.getKey(), null, q.getValue()));
                  }
                  for (Map.Entry<String, double[]> trace : trial.traces().entrySet()) {
                    double[] along = trace.getValue();
                    for (int i = 0; i < along.length; i++) {
                      long level = along.length - 1L - i;
                      sink.row(row(row, trial, trace.getKey(), level, along[i]));
                    }
                  }
                }));
  }

  private static Map<String, Double> quantities(Trial trial) {
    Map<String, Double> all = new LinkedHashMap<>();
    Cost cost = trial.cost();
    all.put("nfe", (double) cost.nfe());
    all.put("rows", (double) cost.rows());
    all.put("backward", (double) cost.backward());
    all.put("reward_calls", (double) cost.reward());
    all.put("decode", (double) cost.decode());
    all.put("wall_s", trial.wallSeconds());
    all.putAll(trial.scalars());
    return all;
  }

  /**
   * Writes a sheet, replacing an older file at the end; the format is that of the file's ending.
   *
   * @return how many rows there are
   * @throws StoreException if a trial cannot be read or the file not be written
   * @throws IllegalArgumentException if no format on the class path has its ending
   */
  public static long write(Sheet sheet, Path file) {
    SheetFormat format = format(file);
    Path target = file.toAbsolutePath();
    long[] count = {0};
    Sheet counted =
        new Sheet(
            sheet.columns(),
            sink ->
                sheet
                    .rows()
                    .to(
                        values -> {
                          sink.row(values);
                          count[0]++;
                        }));
    try {
      Files.createDirectories(target.getParent());
      OwnFiles.write(target, part -> format.write(counted, part));
      return count[0];
    } catch (IOException e) {
      throw StoreException.of(file, "cannot be written", e);
    }
  }

  private static SheetFormat format(Path file) {
    List<SheetFormat> formats = new ArrayList<>(List.of(new CsvFormat()));
    ServiceLoader.load(SheetFormat.class).forEach(formats::add);
    return formats.stream()
        .filter(f -> file.toString().endsWith("." + f.ending()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    file
                        + ": its name must end in "
                        + formats.stream()
                            .map(f -> "." + f.ending())
                            .collect(Collectors.joining(" or "))
                        + (file.toString().endsWith(".parquet")
                            ? "; TILTBENCH_PARQUET=1 adds .parquet"
                            : "")));
  }

  private interface EachTrial {
    void trial(PlanFile.Row row, Trial trial) throws IOException;
  }

  private static void trials(Results results, EachTrial each) throws IOException {
    for (PlanFile.Row row : results.plan().cells()) {
      for (Trial trial : results.trials(row)) {
        each.trial(row, trial);
      }
    }
  }

  private static List<Sheet.Column> with(Sheet.Column... more) {
    List<Sheet.Column> columns = new ArrayList<>(TRIAL);
    columns.addAll(List.of(more));
    return columns;
  }

  private static Object[] row(PlanFile.Row row, Trial trial, Object... more) {
    Object[] values = new Object[TRIAL.size() + more.length];
    values[0] = row.brief();
    values[1] = row.model();
    values[2] = row.verifier();
    values[3] = row.label();
    values[4] = row.at();
    values[5] = trial.id().prompt();
    values[6] = (long) trial.id().repetition();
    System.arraycopy(more, 0, values, TRIAL.size(), more.length);
    return values;
  }

  /** A JSON array; numbers that were rounded to floats are printed as floats. */
  private static String json(Batch samples, int row, boolean rounded) {
    if (samples instanceof Batch.Tokens tokens) {
      return IntStream.of(tokens.row(row))
          .mapToObj(Integer::toString)
          .collect(Collectors.joining(",", "[", "]"));
    }
    double[] values = ((Batch.Reals) samples).row(row);
    return IntStream.range(0, values.length)
        .mapToObj(i -> rounded ? Decimals.text((float) values[i]) : Decimals.text(values[i]))
        .collect(Collectors.joining(",", "[", "]"));
  }
}
