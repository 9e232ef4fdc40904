package io.github.tiltbench.report.summary;

import io.github.tiltbench.metric.Input;
import io.github.tiltbench.metric.Metric;
import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.metric.Observation;
import io.github.tiltbench.metric.Observations;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.report.page.Csv;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Every number of a result folder: each metric of each cell, over all prompts and prompt by prompt.
 *
 * <p>A number has the same resamples in every cell, so that algorithms differ by their trials only.
 * A diagnostic that an algorithm does not have gives no row; a number that the trials of a cell
 * cannot carry gives a refused one.
 */
public final class Summary {
  private final Results results;
  private final PlanFile plan;
  private final Confidence confidence;
  private final SampleNumbers samples;

  private Summary(Results results, SampleNumbers samples) {
    this.results = results;
    this.samples = samples;
    this.plan = results.plan();
    this.confidence = Confidence.standard(plan.seed());
  }

  /** All rows, cell by cell in plan order. */
  public static List<SummaryRow> of(Results results) {
    try (SampleNumbers samples = new SampleNumbers(results)) {
      Summary summary = new Summary(results, samples);
      return results.plan().cells().stream().flatMap(c -> summary.cell(c).stream()).toList();
    }
  }

  /** The numbers of one family over all prompts, whatever the study asks for. */
  public static List<SummaryRow> overall(Results results, MetricFamily family) {
    try (SampleNumbers samples = new SampleNumbers(results)) {
      Summary summary = new Summary(results, samples);
      return results.plan().cells().stream()
          .flatMap(c -> summary.family(family, c, SummaryRow.ALL, results.trials(c)).stream())
          .toList();
    }
  }

  /** The long form of some rows as comma-separated values, one number a line, with a header. */
  public static String csv(List<SummaryRow> rows) {
    return Csv.line(SummaryRow.COLUMNS)
        + rows.stream().map(r -> Csv.line(r.fields())).collect(Collectors.joining());
  }

  private List<SummaryRow> cell(PlanFile.Row cell) {
    List<SummaryRow> rows = new ArrayList<>(prompt(cell, SummaryRow.ALL, results.trials(cell)));
    if (plan.prompts().size() > 1) {
      for (String prompt : plan.prompts()) {
        List<Trial> trials =
            results.trials(cell).stream().filter(t -> t.id().prompt().equals(prompt)).toList();
        rows.addAll(prompt(cell, prompt, trials));
      }
    }
    return rows;
  }

  private List<SummaryRow> prompt(PlanFile.Row cell, String prompt, List<Trial> trials) {
    return plan.metrics().stream()
        .flatMap(name -> family(MetricFamily.of(name), cell, prompt, trials).stream())
        .toList();
  }

  private List<SummaryRow> family(
      MetricFamily family, PlanFile.Row cell, String prompt, List<Trial> trials) {
    Spent spent = spent(trials);
    List<Supplier<SummaryRow>> work = new ArrayList<>();
    for (Metric metric : family.metrics()) {
      missing(metric, trials)
          .ifPresent(refused -> work.add(() -> row(cell, prompt, metric.name(), refused, spent)));
      for (Reading r : readings(metric, trials)) {
        work.add(() -> row(cell, prompt, r.name(), estimate(r, trials, prompt), spent));
      }
    }
    List<SummaryRow> rows = new ArrayList<>();
    work.parallelStream().map(Supplier::get).forEachOrdered(rows::add);
    samples
        .of(family, cell, trials, confidence.level())
        .forEach((name, estimate) -> rows.add(row(cell, prompt, name, estimate, spent)));
    return rows;
  }

  private SummaryRow row(
      PlanFile.Row cell, String prompt, String metric, Estimate estimate, Spent spent) {
    return new SummaryRow(
        plan.study(),
        cell.model(),
        cell.verifier(),
        cell.algorithm(),
        cell.params(),
        cell.at() == null ? OptionalLong.empty() : OptionalLong.of(cell.at()),
        plan.unit() + "/" + plan.per(),
        prompt,
        metric,
        estimate,
        spent);
  }

  /** What a metric reads of a trial, under the name of the number that comes of it. */
  private record Reading(Metric metric, String name, Function<Trial, double[]> values) {}

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

  private List<Reading> readings(Metric metric, List<Trial> trials) {
    if (metric.input() instanceof Input.Trace trace) {
      return !trials.isEmpty() && missing(metric, trials).isEmpty()
          ? List.of(new Reading(metric, metric.name(), t -> t.traces().get(trace.key())))
          : List.of();
    }
    if (metric.input() instanceof Input.Scalar scalar) {
      boolean has = trials.stream().allMatch(t -> t.scalars().containsKey(scalar.key()));
      return has && !trials.isEmpty()
          ? List.of(
              new Reading(metric, metric.name(), t -> new double[] {t.scalars().get(scalar.key())}))
          : List.of();
    }
    List<Reading> readings = new ArrayList<>();
    readings.add(new Reading(metric, metric.name(), Trial::rewards));
    for (String judge : plan.crossRewards()) {
      if (!trials.isEmpty() && trials.stream().allMatch(t -> t.crossRewards().containsKey(judge))) {
        readings.add(
            new Reading(metric, metric.name() + "@" + judge, t -> t.crossRewards().get(judge)));
      }
    }
    return readings;
  }

  private Estimate estimate(Reading reading, List<Trial> trials, String prompt) {
    if (trials.isEmpty()) {
      return new Estimate.Refused("no finished trials", 0);
    }
    boolean samples = reading.metric().input() instanceof Input.Scores;
    List<Observation> observations = new ArrayList<>();
    for (Trial trial : trials) {
      double[] values = reading.values().apply(trial);
      double[] weights = samples ? trial.logWeights() : new double[values.length];
      if (!Arrays.stream(values).allMatch(Double::isFinite)) {
        return new Estimate.Refused(reading.name() + " is not finite in a trial", trials.size());
      }
      if (new Weights(weights).extinct()) {
        return new Estimate.Refused("all weights are zero in a trial", trials.size());
      }
      observations.add(
          new Observation(trial.id().prompt(), trial.id().repetition(), values, weights));
    }
    boolean independent = samples && trials.stream().allMatch(Trial::independent);
    return reading
        .metric()
        .estimate(
            new Observations(observations, independent),
            confidence.keyed(reading.name() + "/" + prompt));
  }

  private static Spent spent(List<Trial> trials) {
    return new Spent(
        perSample(trials, t -> (double) t.cost().nfe()),
        perSample(trials, t -> (double) t.cost().rows()),
        perSample(trials, t -> (double) t.cost().backward()),
        perSample(trials, t -> (double) t.cost().reward()),
        perSample(trials, Trial::wallSeconds));
  }

  private static double perSample(List<Trial> trials, ToDoubleFunction<Trial> amount) {
    double total = trials.stream().mapToDouble(amount).sum();
    long samples = trials.stream().mapToLong(t -> t.samples().size()).sum();
    return samples == 0 ? 0 : total / samples;
  }
}
