package io.github.tiltbench.report.summary;

import io.github.tiltbench.config.Json;
import io.github.tiltbench.metric.AgainstTilt;
import io.github.tiltbench.metric.Input;
import io.github.tiltbench.metric.MeanScore;
import io.github.tiltbench.metric.Metric;
import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.metric.law.TokenTilt;
import io.github.tiltbench.metric.sample.Notes;
import io.github.tiltbench.report.page.Csv;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.StoredNumbers;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.RankIntervals;
import io.github.tiltbench.stats.TimeUniform;
import io.github.tiltbench.study.Catalogues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every number of a result folder: each metric of each cell, over all prompts and prompt by prompt.
 *
 * <p>A number has the same resamples in every cell, so that algorithms differ by their trials only.
 * A diagnostic that an algorithm does not have gives no row; a number that the trials of a cell
 * cannot carry gives a refused one.
 */
public final class Summary {
  private static final double LEVEL = 0.95;

  private final Results results;
  private final PlanFile plan;
  private final Confidence confidence;
  private final StudyComponents parts;
  private final SampleNumbers samples;
  private final Faults faults;
  private final Set<String> shares;
  private final Set<String> ranks;

  private Summary(
      Results results, StudyComponents parts, SampleNumbers samples, Faults faults, double level) {
    this.results = results;
    this.parts = parts;
    this.samples = samples;
    this.faults = faults;
    this.plan = results.plan();
    this.confidence =
        Confidence.standard(plan.seed()).at(level).timeUniform(plan.until().isPresent());
    this.shares = parts.shares();
    this.ranks = parts.ranks();
  }

  /** Every number of a study, outside a report: a fault is named in its row only. */
  public static List<SummaryRow> of(Results results) {
    return of(results, new StudyComponents(results), new Faults());
  }

  /** All rows, cell by cell in plan order. */
  public static List<SummaryRow> of(Results results, StudyComponents parts, Faults faults) {
    try (SampleNumbers samples = new SampleNumbers(results, parts, faults)) {
      Summary summary = new Summary(results, parts, samples, faults, LEVEL);
      List<MetricFamily> families =
          results.plan().metrics().stream().map(Catalogues.load()::metric).toList();
      return results.plan().cells().stream()
          .flatMap(c -> summary.part(c).flatMap(p -> families.stream().map(p::of)))
          .toList()
          .parallelStream()
          .flatMap(work -> summary.rows(work).stream())
          .toList();
    }
  }

  /** The numbers of one family over all prompts, whatever the study asks for. */
  public static List<SummaryRow> overall(Results results, MetricFamily family, Faults faults) {
    StudyComponents parts = new StudyComponents(results);
    try (SampleNumbers samples = new SampleNumbers(results, parts, faults)) {
      Summary summary = new Summary(results, parts, samples, faults, LEVEL);
      return results.plan().cells().parallelStream()
          .map(c -> new Part(c, SummaryRow.ALL, results.trials(c)))
          .flatMap(p -> summary.rows(p.of(family)).stream())
          .toList();
    }
  }

  /**
   * Numbers of some cells over all prompts, with intervals that contain all those of one name at
   * once.
   *
   * @param families what is computed
   */
  public static List<SummaryRow> jointly(
      Results results,
      StudyComponents parts,
      List<PlanFile.Row> cells,
      List<MetricFamily> families,
      Faults faults) {
    try (SampleNumbers samples = new SampleNumbers(results, parts, faults)) {
      double each = RankIntervals.each(LEVEL, Math.max(1, cells.size()));
      Summary summary = new Summary(results, parts, samples, faults, each);
      return cells.parallelStream()
          .map(c -> new Part(c, SummaryRow.ALL, results.trials(c)))
          .flatMap(p -> families.stream().flatMap(f -> summary.rows(p.of(f)).stream()))
          .toList();
    }
  }

  /** The long form of some rows as comma-separated values, one number a line, with a header. */
  public static String csv(PlanFile plan, List<SummaryRow> rows) {
    return Csv.line(SummaryRow.columns())
        + rows.stream().map(r -> Csv.line(r.fields(plan))).collect(Collectors.joining());
  }

  /** The same as a JSON array of objects, a row a line; a number that is not there is null. */
  public static String json(PlanFile plan, List<SummaryRow> rows) {
    return rows.stream()
        .map(row -> Json.canonical(row.named(plan)))
        .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
  }

  /** The trials of a cell, or those of one prompt. */
  private record Part(PlanFile.Row cell, String prompt, List<Trial> trials) {
    Work of(MetricFamily family) {
      return new Work(this, family);
    }
  }

  private record Work(Part part, MetricFamily family) {}

  private Stream<Part> part(PlanFile.Row cell) {
    List<Trial> trials = results.trials(cell);
    Part all = new Part(cell, SummaryRow.ALL, trials);
    return plan.prompts().size() == 1
        ? Stream.of(all)
        : Stream.concat(
            Stream.of(all),
            plan.prompts().stream()
                .map(
                    prompt ->
                        new Part(
                            cell,
                            prompt,
                            trials.stream().filter(t -> t.id().prompt().equals(prompt)).toList())));
  }

  private List<SummaryRow> rows(Work work) {
    Part part = work.part();
    Map<String, Estimate> numbers = new LinkedHashMap<>();
    for (Metric metric : work.family().metrics()) {
      missing(metric, part.trials()).ifPresent(refused -> numbers.put(metric.name(), refused));
      for (Reading r : readings(metric, part.cell(), part.trials())) {
        numbers.put(
            r.name(),
            faults.contained(
                r.name() + " of " + part.cell().label() + " for " + part.prompt(),
                () -> noted(compared(r, part), r, part),
                reason -> new Estimate.Refused(reason, part.trials().size())));
      }
    }
    numbers.putAll(samples.of(work.family(), part.cell(), part.trials(), confidence.level()));
    if (confidence.timeUniform()) {
      numbers.replaceAll((name, number) -> TimeUniform.required(number));
    }
    Spent spent = Spent.of(part.trials());
    return numbers.entrySet().stream()
        .map(e -> new SummaryRow(part.cell(), part.prompt(), e.getKey(), e.getValue(), spent))
        .toList();
  }

  /** What a metric reads of a trial, under the name of the number that comes of it. */
  private record Reading(
      Metric metric, String name, String verifier, Function<Trial, double[]> values) {}

  /** Why a trace that there should be cannot be read; empty if it can. */
  private static Optional<Estimate> missing(Metric metric, List<Trial> trials) {
    boolean there =
        !(metric.input() instanceof Input.Trace trace)
            || trials.stream().allMatch(t -> t.traces().containsKey(trace.key()));
    boolean weightless = trials.stream().allMatch(t -> t.traces().isEmpty());
    return there
        ? Optional.empty()
        : Optional.of(
            new Estimate.Refused(
                weightless
                    ? "the algorithm has no weighted population"
                    : "not recorded by the version that ran this",
                trials.size()));
  }

  private List<Reading> readings(Metric metric, PlanFile.Row cell, List<Trial> trials) {
    if (metric.input() instanceof Input.Trace trace) {
      return !trials.isEmpty() && missing(metric, trials).isEmpty()
          ? List.of(new Reading(metric, metric.name(), "", t -> t.traces().get(trace.key())))
          : List.of();
    }
    if (metric.input() instanceof Input.WallTime) {
      return List.of(
          new Reading(
              metric, metric.name(), "", t -> new double[] {t.wallSeconds() / t.samples().size()}));
    }
    if (metric.input() instanceof Input.Scalar scalar) {
      boolean has = trials.stream().allMatch(t -> t.scalars().containsKey(scalar.key()));
      return has && !trials.isEmpty()
          ? List.of(
              new Reading(
                  metric, metric.name(), "", t -> new double[] {t.scalars().get(scalar.key())}))
          : List.of();
    }
    List<Reading> readings = new ArrayList<>();
    readings.add(new Reading(metric, metric.name(), cell.verifier(), Trial::rewards));
    if (metric instanceof AgainstTilt) {
      return readings;
    }
    for (String judge : plan.crossRewards()) {
      if (!trials.isEmpty() && trials.stream().allMatch(t -> t.crossRewards().containsKey(judge))) {
        readings.add(
            new Reading(
                metric, metric.name() + "@" + judge, judge, t -> t.crossRewards().get(judge)));
      }
    }
    return readings;
  }

  /** A number, less the truth where its metric is about that. */
  private Estimate compared(Reading reading, Part part) {
    if (!(reading.metric() instanceof AgainstTilt against)) {
      return estimate(reading, part.trials(), part.prompt());
    }
    List<TokenTilt> tilts =
        part.trials().stream()
            .map(trial -> trial.id().prompt())
            .distinct()
            .map(prompt -> parts.tilt(part.cell(), prompt))
            .toList();
    double truth = tilts.stream().mapToDouble(against.truth()).average().orElse(0);
    return Notes.with(
        estimate(reading, part.trials(), part.prompt()).less(truth),
        "the law's is " + Notes.number(truth));
  }

  /** A number with what is to be known of the judge that gave it. */
  private Estimate noted(Estimate estimate, Reading reading, Part part) {
    boolean judged =
        reading.metric().input() instanceof Input.Scores
            && !reading.verifier().equals(part.cell().verifier());
    return judged
        ? parts
            .note(part.cell(), reading.verifier())
            .map(n -> Notes.with(estimate, n + simulated(reading, part)))
            .orElse(estimate)
        : estimate;
  }

  /**
   * What the draws of masks add to the error of a mean, where a judge tells their variance; draws
   * of different samples are independent.
   */
  private String simulated(Reading reading, Part part) {
    return parts
        .varianceOf(reading.verifier())
        .filter(j -> part.trials().stream().allMatch(t -> t.crossRewards().containsKey(j)))
        .flatMap(j -> Pool.of(part.trials(), t -> t.crossRewards().get(j)))
        .filter(pool -> reading.metric() instanceof MeanScore)
        .map(
            pool -> {
              double variance = 0;
              for (int i = 0; i < pool.values().length; i++) {
                variance += pool.weights()[i] * pool.weights()[i] * pool.values()[i];
              }
              return ", Monte-Carlo standard error " + Notes.number(Math.sqrt(variance));
            })
        .orElse("");
  }

  private Estimate estimate(Reading reading, List<Trial> trials, String prompt) {
    if (trials.isEmpty()) {
      return new Estimate.Refused("no finished trials", 0);
    }
    boolean samples = reading.metric().input() instanceof Input.Scores;
    if (samples && ranks.contains(reading.verifier())) {
      return new Estimate.Refused(StudyComponents.RANKS, trials.size());
    }
    for (Trial trial : trials) {
      if (!Arrays.stream(reading.values().apply(trial))
          .allMatch(v -> v < Double.POSITIVE_INFINITY)) {
        return new Estimate.Refused(reading.name() + " is not a number in a trial", trials.size());
      }
    }
    Optional<String> extinct = samples ? StoredNumbers.extinct(trials) : Optional.empty();
    if (extinct.isPresent()) {
      return new Estimate.Refused(extinct.get(), trials.size());
    }
    boolean binary = shares.contains(reading.verifier());
    return reading
        .metric()
        .estimate(
            samples
                ? StoredNumbers.ofSamples(trials, reading.values(), binary)
                : StoredNumbers.ofTrials(trials, reading.values()),
            confidence.keyed(reading.name() + "/" + prompt));
  }
}
