package io.github.tiltbench.report.table;

import io.github.tiltbench.config.Decimals;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.report.page.Csv;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.report.summary.Pool;
import io.github.tiltbench.report.summary.SampleText;
import io.github.tiltbench.report.summary.StudyComponents;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Stored;
import io.github.tiltbench.result.Trial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The best, the median and the worst sample of each algorithm of a task, of a model of tokens.
 *
 * @param excerpts algorithm after algorithm, each from its best to its worst
 */
public record Excerpts(Task task, List<Excerpt> excerpts) {
  /** How they are chosen. */
  public static final String RULE =
      "Of all samples of an algorithm at the largest budget those with the highest, the median and"
          + " the lowest reward by the verifier that guided; among equals the first, prompts and"
          + " trials in their order. The median goes by the weights of the samples, and one without"
          + " weight is left out.";

  static final String NAME = "samples";
  private static final int LONGEST = 400;

  /**
   * A sample.
   *
   * @param place best, median or worst, or several of these
   * @param index in its trial
   */
  public record Excerpt(
      PlanFile.Row cell, String place, Trial trial, int index, SampleText sample) {
    /** Its reward by the verifier that guided. */
    public double reward() {
      return trial.rewards()[index];
    }

    /** What a judge says of it; empty if it did not judge it. */
    public Optional<Double> by(String judge) {
      return Optional.ofNullable(trial.crossRewards().get(judge)).map(scores -> scores[index]);
    }
  }

  /** The excerpts of a task; none if its samples are no tokens, or have ranks for rewards. */
  public static Excerpts of(Results results, StudyComponents parts, Task task) {
    boolean ranked = parts.ranks().contains(task.verifier());
    return new Excerpts(
        task,
        task.largest().stream()
            .filter(cell -> !ranked)
            .flatMap(cell -> of(results.trials(cell), cell, parts))
            .toList());
  }

  private static Stream<Excerpt> of(List<Trial> trials, PlanFile.Row cell, StudyComponents parts) {
    if (trials.isEmpty() || !trials.stream().allMatch(t -> tokens(t).isPresent())) {
      return Stream.empty();
    }
    return Pool.of(trials, Trial::rewards).stream()
        .flatMap(pool -> places(pool).entrySet().stream())
        .map(
            e -> {
              int index = e.getKey();
              int trial = 0;
              while (index >= trials.get(trial).rewards().length) {
                index -= trials.get(trial++).rewards().length;
              }
              Trial found = trials.get(trial);
              int[] row = tokens(found).orElseThrow().row(index);
              SampleText text = parts.text(cell, found.id().prompt(), row);
              return new Excerpt(cell, String.join(" and ", e.getValue()), found, index, text);
            });
  }

  private static Optional<Batch.Tokens> tokens(Trial trial) {
    return trial.samples() instanceof Stored.Inline inline
            && inline.batch() instanceof Batch.Tokens tokens
        ? Optional.of(tokens)
        : Optional.empty();
  }

  /** The indices of best, median and worst, those that are one together. */
  static Map<Integer, List<String>> places(Pool pool) {
    double[] of = pool.values();
    IntPredicate weighs = i -> pool.weights()[i] > 0;
    double best = weighing(pool, weighs).max().orElseThrow();
    double worst = weighing(pool, weighs).min().orElseThrow();
    double median = pool.quantiles(0.5)[0];
    Map<Integer, List<String>> places = new LinkedHashMap<>();
    Map<String, Double> wanted = new LinkedHashMap<>();
    wanted.put("best", best);
    wanted.put("median", median);
    wanted.put("worst", worst);
    wanted.forEach(
        (name, value) -> {
          OptionalInt first =
              IntStream.range(0, of.length).filter(weighs).filter(i -> of[i] == value).findFirst();
          first.ifPresent(i -> places.computeIfAbsent(i, k -> new ArrayList<>()).add(name));
        });
    return places;
  }

  private static DoubleStream weighing(Pool pool, IntPredicate weighs) {
    return IntStream.range(0, pool.values().length)
        .filter(weighs)
        .mapToDouble(i -> pool.values()[i]);
  }

  /** Those of some tasks as tables, which cut long texts, and whole as CSV; empty without any. */
  public static Optional<View> view(PlanFile plan, List<Excerpts> all) {
    List<Excerpts> some = all.stream().filter(e -> !e.excerpts.isEmpty()).toList();
    return some.isEmpty()
        ? Optional.empty()
        : Optional.of(new View(NAME, some.stream().map(Excerpts::table).toList(), csv(plan, some)));
  }

  private Table table() {
    boolean given = excerpts.stream().anyMatch(e -> !e.sample().given().isEmpty());
    boolean prompts = !given && task.plan().prompts().size() > 1;
    List<Column> columns =
        new ArrayList<>(List.of(Column.key("algorithm", false), Column.key("sample", false)));
    Stream.of(prompts ? "prompt" : "", given ? "given" : "", "text")
        .filter(name -> !name.isEmpty())
        .forEach(name -> columns.add(new Column(name, false, 0)));
    columns.add(new Column("reward", true, 0));
    task.judges().forEach(j -> columns.add(new Column(j, true, 0)));
    List<Table.Row> rows = new ArrayList<>();
    String before = "";
    for (Excerpt e : excerpts) {
      List<Cell> cells = new ArrayList<>(List.of(Cell.of(e.cell().label()), Cell.of(e.place())));
      if (prompts) {
        cells.add(Cell.of(cut(e.trial().id().prompt())));
      }
      if (given) {
        cells.add(Cell.of(cut(e.sample().given())));
      }
      cells.add(Cell.of(cut(e.sample().written())));
      cells.add(Cell.of(Numbers.short4(e.reward())));
      task.judges().forEach(j -> cells.add(Cell.of(e.by(j).map(Numbers::short4).orElse("-"))));
      rows.add(new Table.Row(cells, !before.isEmpty() && !before.equals(e.cell().label())));
      before = e.cell().label();
    }
    return new Table("Samples: guided by " + task.name(), columns, rows, List.of(RULE));
  }

  /** A text as a cell has it. */
  private static String cut(String text) {
    String plain = text.strip();
    return plain.isEmpty()
        ? "(empty)"
        : plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + " ...";
  }

  private static String csv(PlanFile plan, List<Excerpts> all) {
    List<String> header = new ArrayList<>(SummaryRow.CELL);
    header.addAll(List.of("place", "prompt", "repetition", "sample", "given", "written", "reward"));
    header.addAll(plan.crossRewards());
    StringBuilder csv = new StringBuilder(Csv.line(header));
    for (Excerpt e : all.stream().flatMap(x -> x.excerpts.stream()).toList()) {
      List<String> fields = new ArrayList<>(SummaryRow.cell(plan, e.cell()));
      fields.addAll(
          Arrays.asList(
              e.place(),
              e.trial().id().prompt(),
              Integer.toString(e.trial().id().repetition()),
              Integer.toString(e.index()),
              e.sample().given(),
              e.sample().written(),
              Decimals.text(e.reward())));
      plan.crossRewards().forEach(j -> fields.add(e.by(j).map(Decimals::text).orElse("")));
      csv.append(Csv.line(fields));
    }
    return csv.toString();
  }
}
