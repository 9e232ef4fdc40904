package io.github.tiltbench.result;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.study.Decimals;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Every sample of every finished trial as a row of CSV (RFC 4180, UTF-8, lines end in LF).
 *
 * <p>Rows are in the order of the plan, then prompts, repetitions and samples, so the bytes do not
 * depend on which process wrote what when. Budgets that do not matter to an algorithm are empty.
 */
public final class SampleExport {
  private static final String HEADER =
      "cell,model,verifier,algorithm,budget,prompt,repetition,sample,log_weight,reward,x\n";

  private SampleExport() {}

  /**
   * Writes the file, replacing an older one at the end.
   *
   * @return how many samples there are
   * @throws StoreException if a sample cannot be read or the file not be written
   */
  public static long write(Results results, Path file) {
    Path target = file.toAbsolutePath();
    Path part = target.resolveSibling("." + target.getFileName() + ".part");
    try {
      Files.createDirectories(target.getParent());
      long rows;
      try (BufferedWriter out = Files.newBufferedWriter(part)) {
        rows = write(results, out);
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(part);
        throw e;
      }
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
      return rows;
    } catch (IOException e) {
      throw StoreException.of(file, "cannot be written", e);
    }
  }

  static long write(Results results, Writer out) throws IOException {
    out.write(HEADER);
    long rows = 0;
    for (PlanFile.Row row : results.plan().cells()) {
      for (Trial trial : results.trials(row)) {
        Batch samples = results.samples(trial);
        boolean rounded = trial.samples() instanceof Stored.Saved;
        for (int i = 0; i < samples.size(); i++) {
          out.write(row(row, trial, i, json(samples, i, rounded)));
          rows++;
        }
      }
    }
    return rows;
  }

  private static String row(PlanFile.Row row, Trial trial, int sample, String x) {
    return String.join(
            ",",
            row.brief(),
            quoted(row.model()),
            quoted(row.verifier()),
            quoted(row.label()),
            row.at() == null ? "" : row.at().toString(),
            quoted(trial.id().prompt()),
            Integer.toString(trial.id().repetition()),
            Integer.toString(sample),
            Decimals.text(trial.logWeights()[sample]),
            Decimals.text(trial.rewards()[sample]),
            quoted(x))
        + "\n";
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

  private static String quoted(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
