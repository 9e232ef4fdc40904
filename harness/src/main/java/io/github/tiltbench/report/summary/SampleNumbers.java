package io.github.tiltbench.report.summary;

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
import io.github.tiltbench.report.summary.StudyComponents.Hindrance;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.study.TrialId;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Numbers about stored samples: features are computed once a trial and laws once a report, by the
 * study file that lies beside the results. What stands in the way of a number is its refusal.
 */
final class SampleNumbers implements AutoCloseable {
  private final Results results;
  private final Map<TrialId, Features> features = new HashMap<>();
  private final StudyComponents parts;
  private Extractor network;

  SampleNumbers(Results results) {
    this.results = results;
    this.parts = new StudyComponents(results);
  }

  /** The numbers of a family on some trials of a cell, by name; none if it reads no samples. */
  Map<String, Estimate> of(
      MetricFamily family, PlanFile.Row cell, List<Trial> trials, double level) {
    Map<String, Estimate> numbers = new LinkedHashMap<>();
    if (!family.ofSamples().isEmpty() || !family.fromReference().isEmpty()) {
      numbers.putAll(onFeatures(family, cell, trials, level));
    }
    if (!family.fromLaw().isEmpty()) {
      numbers.putAll(onLaw(family, cell, trials, level));
    }
    return numbers;
  }

  private Map<String, Estimate> onFeatures(
      MetricFamily family, PlanFile.Row cell, List<Trial> trials, double level) {
    Map<String, Estimate> numbers = new LinkedHashMap<>();
    String space = "";
    try {
      Optional<FeatureSpec> spec = spec(cell);
      space = SummaryRow.IN + spec.map(FeatureSpec::name).orElse(Raw.NAME);
      Extractor extractor =
          spec.isPresent() ? network(cell, spec.get()) : new Raw(parts.model(cell).space());
      Cloud points = cloud(trials, t -> features(extractor, t).points());
      for (SampleMetric metric : family.ofSamples()) {
        if (!metric.ofProbabilities()) {
          numbers.put(metric.name() + space, metric.estimate(points, level));
        } else if (extractor.reference().isPresent()) {
          Cloud classes = cloud(trials, t -> features(extractor, t).probabilities());
          numbers.put(metric.name() + space, metric.estimate(classes, level));
        }
      }
      for (Distance<Reference> distance : family.fromReference()) {
        numbers.put(
            distance.name() + space,
            distance.estimate(points, reference(extractor, trials), level));
      }
    } catch (Hindrance e) {
      return refused(family, numbers, space, e.getMessage(), trials.size());
    }
    return numbers;
  }

  /** The numbers that there are, and a refusal for each of the others. */
  private static Map<String, Estimate> refused(
      MetricFamily family, Map<String, Estimate> numbers, String space, String reason, int n) {
    for (String name : family.metricNames()) {
      numbers.putIfAbsent(name + space, new Estimate.Refused(reason, n));
    }
    return numbers;
  }

  private Map<String, Estimate> onLaw(
      MetricFamily family, PlanFile.Row cell, List<Trial> trials, double level) {
    Map<String, Estimate> numbers = new LinkedHashMap<>();
    try {
      LawTarget target = parts.target(cell);
      if (target instanceof LawTarget.Unknown unknown) {
        throw new Hindrance(unknown.reason());
      }
      Raw raw = new Raw(parts.model(cell).space());
      Cloud points = cloud(trials, t -> raw.of(results.samples(t)).points());
      for (Distance<Law> distance : family.fromLaw()) {
        numbers.put(distance.name(), distance.estimate(points, (Law) target, level));
      }
    } catch (Hindrance e) {
      return refused(family, numbers, "", e.getMessage(), trials.size());
    }
    return numbers;
  }

  /** The extractor that the study names, if it sees this model's samples. */
  private Optional<FeatureSpec> spec(PlanFile.Row cell) {
    StateSpace space = parts.model(cell).space();
    return parts.study().features().filter(spec -> spec.sees(space));
  }

  private Extractor network(PlanFile.Row cell, FeatureSpec spec) {
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

  private Features features(Extractor extractor, Trial trial) {
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
    if (trials.isEmpty()) {
      throw new Hindrance("no finished trials");
    }
    try {
      List<Points> points =
          trials.stream()
              .map(t -> new Points(t.id().prompt(), rows.apply(t), t.logWeights()))
              .toList();
      return new Cloud(points, trials.stream().allMatch(Trial::independent));
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
