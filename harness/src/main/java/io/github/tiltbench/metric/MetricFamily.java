package io.github.tiltbench.metric;

import io.github.tiltbench.metric.law.Law;
import io.github.tiltbench.metric.law.LawError;
import io.github.tiltbench.metric.law.SlicedDistance;
import io.github.tiltbench.metric.sample.ClassScore;
import io.github.tiltbench.metric.sample.ClassScoreLimit;
import io.github.tiltbench.metric.sample.CosineDiversity;
import io.github.tiltbench.metric.sample.Distance;
import io.github.tiltbench.metric.sample.FeatureEntropy;
import io.github.tiltbench.metric.sample.FrechetDistance;
import io.github.tiltbench.metric.sample.FrechetLimit;
import io.github.tiltbench.metric.sample.KernelDistance;
import io.github.tiltbench.metric.sample.KernelPermutations;
import io.github.tiltbench.metric.sample.Neighbours;
import io.github.tiltbench.metric.sample.Reference;
import io.github.tiltbench.metric.sample.SampleMetric;
import io.github.tiltbench.metric.sample.SquaredSpread;
import io.github.tiltbench.metric.sample.Vendi;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Metrics by the name under which a study asks for them. */
public enum MetricFamily {
  /** Scores of the samples, by the target verifier and by every judge. */
  REWARD,
  /** The smallest effective sample size along the levels, as a fraction of the population. */
  ESS,
  /** The estimate of the normalising constant of the tilted law. */
  EVIDENCE,
  /** Distinct ancestors at the first level, as a fraction of the population. */
  ANCESTRY,
  /**
   * How even weights usually are, when populations were resampled, and how sure their evidence is.
   */
  HEALTH,
  /** How different the samples of a prompt are. */
  DIVERSITY,
  /** How far samples are from real data in a feature space, and what a classifier sees in them. */
  DISTANCE,
  /** How far samples of an analytic model are from the law they should follow. */
  LAW;

  private static final int DIRECTIONS = 15;

  /** Its metrics on scores and diagnostics, in table order. */
  public List<Metric> metrics() {
    return switch (this) {
      case REWARD -> List.of(new MeanScore(), new QuantileScore(0.5), new QuantileScore(0.9));
      case ESS -> List.of(new MeanScalar("ess-min", "ess_min"));
      case EVIDENCE -> List.of(new LogEvidence());
      case ANCESTRY -> List.of(new MeanScalar("origins", "distinct_origins"));
      case HEALTH ->
          List.of(
              new MedianTrace("ess-median", "ess"),
              new MeanScalar("resamplings", "resamplings"),
              new ResamplingLevel(ResamplingLevel.Of.FIRST),
              new ResamplingLevel(ResamplingLevel.Of.MEDIAN),
              new EvidenceSpread(),
              new LogMeanEvidence());
      case DIVERSITY, DISTANCE, LAW -> List.of();
    };
  }

  /** Its metrics on samples by themselves. */
  public List<SampleMetric> ofSamples() {
    return switch (this) {
      case DIVERSITY ->
          List.of(
              new CosineDiversity(),
              new SquaredSpread(),
              new Vendi(1),
              new Vendi(2),
              new FeatureEntropy(DIRECTIONS));
      case DISTANCE -> List.of(new ClassScore(), new ClassScoreLimit());
      default -> List.of();
    };
  }

  /** Its distances from real data. */
  public List<Distance<Reference>> fromReference() {
    return this == DISTANCE
        ? List.of(
            new FrechetDistance(),
            new FrechetLimit(),
            new KernelDistance(KernelDistance.Kernel.CUBIC),
            new KernelDistance(KernelDistance.Kernel.GAUSSIAN),
            new KernelPermutations(),
            new Neighbours(Neighbours.What.PRECISION),
            new Neighbours(Neighbours.What.RECALL),
            new Neighbours(Neighbours.What.DENSITY),
            new Neighbours(Neighbours.What.COVERAGE))
        : List.of();
  }

  /** Its distances from a known law. */
  public List<Distance<Law>> fromLaw() {
    return this == LAW
        ? List.of(
            new LawError(LawError.Of.MEAN),
            new LawError(LawError.Of.COVARIANCE),
            new LawError(LawError.Of.MODES),
            new SlicedDistance())
        : List.of();
  }

  /** The names of its metrics, without that of a judge or of a feature space. */
  public List<String> metricNames() {
    return Stream.of(
            metrics().stream().map(Metric::name),
            ofSamples().stream().map(SampleMetric::name),
            fromReference().stream().map(Distance::name),
            fromLaw().stream().map(Distance::name))
        .flatMap(names -> names)
        .toList();
  }

  /** What a study gets that asks for no metrics by name: those that cost nothing to compute. */
  public static List<String> usual() {
    return Stream.of(REWARD, ESS, EVIDENCE, ANCESTRY).map(MetricFamily::toString).toList();
  }

  /** All names, in table order. */
  public static List<String> names() {
    return Arrays.stream(values()).map(MetricFamily::toString).toList();
  }

  /** The family of a name. */
  public static MetricFamily of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
