package io.github.tiltbench.report.summary;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.metric.feature.Extractor;
import io.github.tiltbench.metric.feature.FeatureSpec;
import io.github.tiltbench.metric.feature.Features;
import io.github.tiltbench.metric.feature.Raw;
import io.github.tiltbench.metric.law.Law;
import io.github.tiltbench.metric.law.LawTarget;
import io.github.tiltbench.metric.sample.Cloud;
import io.github.tiltbench.metric.sample.Distance;
import io.github.tiltbench.metric.sample.Points;
import io.github.tiltbench.metric.sample.Reference;
import io.github.tiltbench.metric.sample.SampleMetric;
import io.github.tiltbench.metric.sample.SequenceMetric;
import io.github.tiltbench.metric.sample.Sequences;
import io.github.tiltbench.report.summary.StudyComponents.Hindrance;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.study.TrialId;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Numbers about stored samples: features are computed once a trial and laws once a report, by the
 * study file that lies beside the results. What stands in the way of a number is its refusal.
 */
final class SampleNumbers implements AutoCloseable {
  private final Results results;
  private final StudyComponents parts;
  private final Faults faults;
  private final Map<TrialId, Features> features = new HashMap<>();
  private Extractor network;

  SampleNumbers(Results results, StudyComponents parts, Faults faults) {
    this.results = results;
    this.parts = parts;
    this.faults = faults;
  }

  /** The numbers of a family on some trials of a cell, by name; none if it reads no samples. */
  Map<String, Estimate> of(
      MetricFamily family, PlanFile.Row cell, List<Trial> trials, double level) {
    return new Numbers(family, cell, trials, level).all();
  }

  private final class Numbers {
    private final MetricFamily family;
    private final PlanFile.Row cell;
    private final List<Trial> trials;
    private final double level;
    private final Map<String, Estimate> found = new LinkedHashMap<>();

    Numbers(MetricFamily family, PlanFile.Row cell, List<Trial> trials, double level) {
      this.family = family;
      this.cell = cell;
      this.trials = trials;
      this.level = level;
    }

    Map<String, Estimate> all() {
      if (!family.ofSamples().isEmpty() || !family.fromReference().isEmpty()) {
        String space = space(cell);
        attempt(
            family.metricNames().stream().map(name -> name + space).toList(),
            () -> onFeatures(space));
      }
      if (!family.ofSequences().isEmpty()) {
        attempt(family.metricNames(), this::onSequences);
      }
      if (!family.fromLaw().isEmpty()) {
        attempt(family.metricNames(), this::onLaw);
      }
      return found;
    }

    /** Does some work; names that it leaves without a number are refused for what stopped it. */
    private void attempt(List<String> names, Runnable work) {
      String reason =
          faults.contained(
              "samples of " + cell.label(),
              () -> {
                work.run();
                return "";
              },
              r -> r);
      if (!reason.isEmpty()) {
        names.forEach(n -> found.putIfAbsent(n, new Estimate.Refused(reason, trials.size())));
      }
    }

    private void put(String name, Supplier<Estimate> number) {
      found.put(
          name,
          faults.contained(
              name + " of " + cell.label(),
              number,
              reason -> new Estimate.Refused(reason, trials.size())));
    }

    private void onFeatures(String space) {
      Optional<FeatureSpec> spec = spec(cell);
      Extractor extractor =
          spec.isPresent() ? network(cell, spec.get()) : new Raw(parts.model(cell).space());
      Cloud points = cloud(trials, t -> features(extractor, t).points());
      for (SampleMetric metric : family.ofSamples()) {
        if (!metric.ofProbabilities()) {
          put(metric.name() + space, () -> metric.estimate(points, level));
        } else if (extractor.reference().isPresent()) {
          put(
              metric.name() + space,
              () ->
                  metric.estimate(
                      cloud(trials, t -> features(extractor, t).probabilities()), level));
        }
      }
      for (Distance<Reference> distance : family.fromReference()) {
        put(
            distance.name() + space,
            () -> distance.estimate(points, reference(extractor, trials), level));
      }
    }

    private void onSequences() {
      TextReader reader = parts.reader(cell);
      Map<Boolean, Cloud> clouds = new HashMap<>();
      for (SequenceMetric metric : family.ofSequences()) {
        put(
            metric.name(),
            () ->
                metric.estimate(
                    clouds.computeIfAbsent(metric.ofWords(), words -> sequences(reader, words)),
                    level));
      }
    }

    private Cloud sequences(TextReader reader, boolean words) {
      return cloudOf(
          trials,
          t -> {
            Batch.Tokens tokens = (Batch.Tokens) results.samples(t);
            String prompt = t.id().prompt();
            int[][] rows = new int[tokens.size()][];
            Arrays.setAll(
                rows,
                i ->
                    words
                        ? reader.words(prompt, tokens.row(i))
                        : reader.free(prompt, tokens.row(i)));
            return Sequences.points(prompt, rows, t.logWeights());
          });
    }

    private void onLaw() {
      LawTarget target = parts.target(cell);
      if (target instanceof LawTarget.Unknown unknown) {
        throw new Hindrance(unknown.reason());
      }
      Raw raw = new Raw(parts.model(cell).space());
      Cloud points = cloud(trials, t -> raw.of(results.samples(t)).points());
      for (Distance<Law> distance : family.fromLaw()) {
        put(distance.name(), () -> distance.estimate(points, (Law) target, level));
      }
    }
  }

  /** What stands behind the names of numbers on features; nothing if the space is not known. */
  private String space(PlanFile.Row cell) {
    try {
      return SummaryRow.IN + spec(cell).map(FeatureSpec::name).orElse(Raw.NAME);
    } catch (Hindrance e) {
      return "";
    }
  }

  /** The extractor that the study names, if it sees this model's samples. */
  private Optional<FeatureSpec> spec(PlanFile.Row cell) {
    StateSpace space = parts.model(cell).space();
    return parts.study().features().filter(spec -> spec.sees(space));
  }

  private synchronized Extractor network(PlanFile.Row cell, FeatureSpec spec) {
    if (parts.verifier(cell).files().stream().anyMatch(spec.files()::contains)) {
      throw new Hindrance("the verifier is the very network " + spec.name());
    }
    if (network == null) {
      try {
        network = spec.open();
      } catch (IllegalArgumentException | UncheckedIOException e) {
        throw new Hindrance(e.getMessage());
      }
    }
    return network;
  }

  private synchronized Features features(Extractor extractor, Trial trial) {
    Features known = features.get(trial.id());
    if (known == null) {
      try {
        known = extractor.of(results.samples(trial));
      } catch (IllegalArgumentException e) {
        throw new Hindrance(e.getMessage());
      }
      features.put(trial.id(), known);
    }
    return known;
  }

  private static Reference reference(Extractor extractor, List<Trial> trials) {
    List<String> prompts = trials.stream().map(t -> t.id().prompt()).distinct().toList();
    return extractor
        .reference()
        .orElseThrow(() -> new Hindrance("there is no reference set in the space of samples"))
        .of(prompts)
        .orElseThrow(() -> new Hindrance("the reference set has no class of some prompt"));
  }

  private static Cloud cloud(List<Trial> trials, Function<Trial, double[][]> rows) {
    return cloudOf(trials, t -> new Points(t.id().prompt(), rows.apply(t), t.logWeights()));
  }

  private static Cloud cloudOf(List<Trial> trials, Function<Trial, Points> points) {
    if (trials.isEmpty()) {
      throw new Hindrance("no finished trials");
    }
    try {
      return new Cloud(
          trials.stream().map(points).toList(), trials.stream().allMatch(Trial::independent));
    } catch (IllegalArgumentException e) {
      throw new Hindrance(e.getMessage());
    }
  }

  @Override
  public void close() {
    if (network != null) {
      network.close();
    }
  }
}
