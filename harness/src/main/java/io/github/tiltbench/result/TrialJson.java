package io.github.tiltbench.result;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Records;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.study.TrialId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Trials and failures as canonical JSON: sorted keys, shortest decimals, wall time last.
 *
 * <p>Two runs of a trial give the same bytes up to {@code wall_s}.
 */
final class TrialJson {
  private static final String WALL = ",\"wall_s\":";

  private TrialJson() {}

  static String write(Trial trial) {
    Map<String, Object> fields = id(trial.id());
    fields.put("cost", trial.cost());
    fields.put("cross_rewards", trial.crossRewards());
    fields.put("independent", trial.independent());
    fields.put("log_weights", trial.logWeights());
    fields.put("rewards", trial.rewards());
    fields.put("samples", samples(trial.samples()));
    fields.put("scalars", trial.scalars());
    fields.put("traces", trial.traces());
    fields.put("wall_s", trial.wallSeconds());
    return Json.canonical(fields);
  }

  static String write(Failure failure) {
    Map<String, Object> fields = id(failure.id());
    fields.put("kind", failure.kind());
    fields.put("message", failure.message());
    return Json.canonical(fields);
  }

  static String write(Judgement judgement) {
    Map<String, Object> fields = id(judgement.id());
    fields.put("key", judgement.key());
    fields.put("scores", judgement.scores());
    return Json.canonical(fields);
  }

  private static Map<String, Object> id(TrialId id) {
    Map<String, Object> fields = new TreeMap<>();
    fields.put("cell", id.cell());
    fields.put("prompt", id.prompt());
    fields.put("repetition", id.repetition());
    return fields;
  }

  /** What two runs of one trial have in common: a line up to its wall time. */
  static String content(Trial trial) {
    String json = write(trial);
    return json.substring(0, json.lastIndexOf(WALL));
  }

  private static Object samples(Stored samples) {
    if (samples instanceof Stored.Saved saved) {
      return saved;
    }
    Batch batch = ((Stored.Inline) samples).batch();
    List<Object> rows = new ArrayList<>();
    if (batch instanceof Batch.Tokens tokens) {
      for (int i = 0; i < tokens.size(); i++) {
        rows.add(tokens.row(i));
      }
      return Map.of("tokens", rows, "length", tokens.length());
    }
    Batch.Reals reals = (Batch.Reals) batch;
    for (int i = 0; i < reals.size(); i++) {
      rows.add(reals.row(i));
    }
    return Map.of("reals", rows, "item", reals.item());
  }

  /** A line of trials as it is written. */
  record TrialLine(
      String cell,
      String prompt,
      int repetition,
      Cost cost,
      Map<String, double[]> crossRewards,
      boolean independent,
      double[] logWeights,
      double[] rewards,
      Node.Mapping samples,
      Map<String, Double> scalars,
      Map<String, double[]> traces,
      double wallS) {
    TrialLine {
      requireRepetition(repetition);
    }
  }

  record FailureLine(String cell, String prompt, int repetition, String kind, String message) {
    FailureLine {
      requireRepetition(repetition);
    }
  }

  record JudgementLine(String cell, String prompt, int repetition, String key, double[] scores) {
    JudgementLine {
      requireRepetition(repetition);
      for (double score : scores) {
        require(score < Double.POSITIVE_INFINITY, "scores must not hold " + score);
      }
    }
  }

  record TokensLine(int length, int[][] tokens) {
    TokensLine {
      require(length >= 1, "length must be at least 1 but is " + length);
      for (int[] row : tokens) {
        require(row.length == length, "tokens has a sequence of " + row.length + " tokens");
        for (int token : row) {
          require(token >= 0, "tokens must be at least 0 but has " + token);
        }
      }
    }
  }

  record RealsLine(int[] item, double[][] reals) {
    RealsLine {
      long width = 1;
      for (int extent : item) {
        require(extent >= 1, "item must be at least 1 but has " + extent);
        width *= extent;
        require(width <= Stored.MOST_INLINE, "item is too large for a line");
      }
      for (double[] row : reals) {
        require(row.length == width, "reals has a sample of " + row.length + " numbers");
      }
    }
  }

  private static final CatalogueEntry<TrialLine> TRIAL =
      CatalogueEntry.bare("a trial", TrialLine.class);
  private static final CatalogueEntry<FailureLine> FAILURE =
      CatalogueEntry.bare("a failure", FailureLine.class);
  private static final CatalogueEntry<JudgementLine> JUDGEMENT =
      CatalogueEntry.bare("a judgement", JudgementLine.class);
  private static final CatalogueEntry<TokensLine> TOKENS =
      CatalogueEntry.bare("samples", TokensLine.class);
  private static final CatalogueEntry<RealsLine> REALS =
      CatalogueEntry.bare("samples", RealsLine.class);
  private static final CatalogueEntry<Stored.Saved> SAVED =
      CatalogueEntry.bare("samples", Stored.Saved.class);

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }

  private static void requireRepetition(int repetition) {
    require(repetition >= 0, "repetition must be at least 0 but is " + repetition);
  }

  /**
   * The trial of a line.
   *
   * @throws ConfigException with the place of what no run can have written
   */
  static Trial trial(Path file, Line line) {
    TrialLine read = StoredFile.line(file, line.number(), line.body(), TRIAL);
    try {
      return new Trial(
          new TrialId(read.cell(), read.prompt(), read.repetition()),
          samples(read.samples()),
          read.independent(),
          read.logWeights(),
          read.rewards(),
          read.crossRewards(),
          read.cost(),
          read.scalars(),
          read.traces(),
          read.wallS());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(new Mark(file.toString(), line.number(), 0), e.getMessage());
    }
  }

  /**
   * The failure of a line.
   *
   * @throws ConfigException with the place of what no run can have written
   */
  static Failure failure(Path file, Line line) {
    FailureLine read = StoredFile.line(file, line.number(), line.body(), FAILURE);
    TrialId id = new TrialId(read.cell(), read.prompt(), read.repetition());
    return new Failure(id, read.kind(), read.message());
  }

  /**
   * The judgement of a line.
   *
   * @throws ConfigException with the place of what no run can have written
   */
  static Judgement judgement(Path file, Line line) {
    JudgementLine read = StoredFile.line(file, line.number(), line.body(), JUDGEMENT);
    TrialId id = new TrialId(read.cell(), read.prompt(), read.repetition());
    return new Judgement(id, read.key(), read.scores());
  }

  private static Stored samples(Node.Mapping samples) {
    if (samples.get("file").isPresent()) {
      return Records.STORED.read(samples.without("kind"), SAVED);
    }
    if (samples.get("tokens").isPresent()) {
      TokensLine read = Records.STORED.read(samples, TOKENS);
      int[] all = Arrays.stream(read.tokens()).flatMapToInt(Arrays::stream).toArray();
      return new Stored.Inline(new Batch.Tokens(all, read.length()));
    }
    RealsLine read = Records.STORED.read(samples, REALS);
    double[] all = Arrays.stream(read.reals()).flatMapToDouble(Arrays::stream).toArray();
    return new Stored.Inline(new Batch.Reals(all, read.item()));
  }
}
