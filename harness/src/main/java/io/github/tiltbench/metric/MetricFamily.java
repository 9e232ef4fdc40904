package io.github.tiltbench.metric;

import io.github.tiltbench.metric.law.Law;
import io.github.tiltbench.metric.law.LawError;
import io.github.tiltbench.metric.law.SlicedDistance;
import io.github.tiltbench.metric.sample.ClassScore;
import io.github.tiltbench.metric.sample.ClassScoreLimit;
import io.github.tiltbench.metric.sample.CosineDiversity;
import io.github.tiltbench.metric.sample.Distance;
import io.github.tiltbench.metric.sample.Distinct;
import io.github.tiltbench.metric.sample.FeatureEntropy;
import io.github.tiltbench.metric.sample.FrechetDistance;
import io.github.tiltbench.metric.sample.FrechetLimit;
import io.github.tiltbench.metric.sample.Hamming;
import io.github.tiltbench.metric.sample.KernelDistance;
import io.github.tiltbench.metric.sample.KernelPermutations;
import io.github.tiltbench.metric.sample.Neighbours;
import io.github.tiltbench.metric.sample.Reference;
import io.github.tiltbench.metric.sample.SampleMetric;
import io.github.tiltbench.metric.sample.SelfBleu;
import io.github.tiltbench.metric.sample.SequenceMetric;
import io.github.tiltbench.metric.sample.SquaredSpread;
import io.github.tiltbench.metric.sample.Unique;
import io.github.tiltbench.metric.sample.Vendi;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Metrics by the name under which a study asks for them.
 *
 * @param name as a study writes it
 * @param meaning one clause
 * @param heading of the table that shows its numbers; families of one heading share a table, and
 *     those without are shown with the scores
 * @param metrics its metrics on scores and diagnostics, in table order
 * @param ofSamples its metrics on samples by themselves
 * @param ofSequences its metrics on token sequences
 * @param fromReference its distances from real data
 * @param fromLaw its distances from a known law
 */
public record MetricFamily(
    String name,
    String meaning,
    String heading,
    List<Metric> metrics,
    List<SampleMetric> ofSamples,
    List<SequenceMetric> ofSequences,
    List<Distance<Reference>> fromReference,
    List<Distance<Law>> fromLaw) {
  private static final int DIRECTIONS = 15;
  private static final String POPULATIONS = "Populations on ";

  /** Scores. */
  public static final MetricFamily REWARD =
      of(
          "reward",
          "scores of the samples, by the target verifier and by every judge",
          "",
          List.of(new MeanScore(), new QuantileScore(0.5), new QuantileScore(0.9)));

  /** Effective sample size. */
  public static final MetricFamily ESS =
      of(
          "ess",
          "the smallest effective sample size along the levels, as a fraction of the population",
          POPULATIONS,
          List.of(new MeanScalar("ess-min", "ess_min", 1)));

  /** Normalising constant. */
  public static final MetricFamily EVIDENCE =
      of(
          "evidence",
          "the estimate of the normalising constant of the tilted law",
          POPULATIONS,
          List.of(new LogEvidence()));

  /** The diagnostic of models that are asked of no state twice in a trial. */
  public static final String NFE_ACTUAL = "nfe_actual";

  /** Work behind the NFE. */
  public static final MetricFamily CACHING =
      of(
          "caching",
          "the NFE of a trial that the model was asked for, the others being of states seen before",
          "",
          List.of(new MeanScalar("nfe-actual", NFE_ACTUAL, Double.POSITIVE_INFINITY)));

  /** Wall time. */
  public static final MetricFamily SECONDS =
      of(
          "seconds",
          "wall time of a returned sample where no two trials ran together (run --cohort 1)",
          "",
          List.of(new Seconds()));

  /** Distinct ancestors. */
  public static final MetricFamily ANCESTRY =
      of(
          "ancestry",
          "distinct ancestors at the first level, as a fraction of the population",
          POPULATIONS,
          List.of(new MeanScalar("origins", "distinct_origins", 1)));

  /** Searches over noise. */
  public static final MetricFamily SEARCH =
      of(
          "search",
          "whether a search on fewer levels ranks noise as all levels do",
          "Searches over noise on ",
          List.of(new Transfer()));

  /** Weights along the levels. */
  public static final MetricFamily HEALTH =
      of(
          "health",
          "how even weights are, when populations were resampled, how sure their evidence is",
          POPULATIONS,
          List.of(
              new MedianTrace("ess-median", "ess"),
              new MeanScalar("resamplings", "resamplings", Double.POSITIVE_INFINITY),
              new ResamplingLevel(ResamplingLevel.Of.FIRST),
              new ResamplingLevel(ResamplingLevel.Of.MEDIAN),
              new EvidenceSpread(),
              new LogMeanEvidence()));

  /** Differences between samples. */
  public static final MetricFamily DIVERSITY =
      new MetricFamily(
          "diversity",
          "how different the samples of a prompt are",
          "Diversity of samples on ",
          List.of(),
          List.of(
              new CosineDiversity(),
              new SquaredSpread(),
              new Vendi(1),
              new Vendi(2),
              new FeatureEntropy(DIRECTIONS)),
          List.of(),
          List.of(),
          List.of());

  /** Differences between token sequences. */
  public static final MetricFamily TOKENS =
      ofSequences(
          "tokens",
          "how different the token sequences of a prompt are",
          Stream.concat(
                  distinct(Distinct.Over.GRAMS),
                  Stream.of(new SelfBleu(), new Unique(), new Hamming()))
              .toList());

  /** Distinct n-grams as some publications count them. */
  public static final MetricFamily WORDS =
      ofSequences(
          "words",
          "distinct n-grams of words over the number of words, as published with FK steering",
          distinct(Distinct.Over.WORDS).toList());

  /** Differences from real data. */
  public static final MetricFamily DISTANCE =
      new MetricFamily(
          "distance",
          "how far samples are from real data in a feature space, what a classifier sees in them",
          "Distance of samples from real data on ",
          List.of(),
          List.of(new ClassScore(), new ClassScoreLimit()),
          List.of(),
          List.of(
              new FrechetDistance(),
              new FrechetLimit(),
              new KernelDistance(KernelDistance.Kernel.CUBIC),
              new KernelDistance(KernelDistance.Kernel.GAUSSIAN),
              new KernelPermutations(),
              new Neighbours(Neighbours.What.PRECISION),
              new Neighbours(Neighbours.What.RECALL),
              new Neighbours(Neighbours.What.DENSITY),
              new Neighbours(Neighbours.What.COVERAGE)),
          List.of());

  /** Differences from a known law. */
  public static final MetricFamily LAW =
      new MetricFamily(
          "law",
          "how far samples of an analytic model are from the law they should follow",
          "Distance of samples from the known law on ",
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(
              new LawError(LawError.Of.MEAN),
              new LawError(LawError.Of.COVARIANCE),
              new LawError(LawError.Of.MODES),
              new SlicedDistance()));

  /** Differences from a known law of tokens. */
  public static final MetricFamily TILT =
      of(
          "tilt",
          "mean reward and log evidence of tokens less those of the tilted law, where it is summed",
          "Distance of samples from the known law on ",
          List.of(AgainstTilt.REWARD, AgainstTilt.EVIDENCE));

  /** Those built in, in table order. */
  public static final List<MetricFamily> BUILT_IN =
      List.of(
          REWARD, ESS, EVIDENCE, CACHING, SECONDS, ANCESTRY, SEARCH, HEALTH, DIVERSITY, TOKENS,
          WORDS, DISTANCE, LAW, TILT);

  public MetricFamily {
    metrics = List.copyOf(metrics);
    ofSamples = List.copyOf(ofSamples);
    ofSequences = List.copyOf(ofSequences);
    fromReference = List.copyOf(fromReference);
    fromLaw = List.copyOf(fromLaw);
  }

  /** A family on scores and diagnostics. */
  public static MetricFamily of(String name, String meaning, String heading, List<Metric> metrics) {
    return new MetricFamily(
        name, meaning, heading, metrics, List.of(), List.of(), List.of(), List.of());
  }

  private static MetricFamily ofSequences(
      String name, String meaning, List<? extends SequenceMetric> metrics) {
    return new MetricFamily(
        name,
        meaning,
        "Diversity of sequences on ",
        List.of(),
        List.of(),
        List.copyOf(metrics),
        List.of(),
        List.of());
  }

  private static Stream<SequenceMetric> distinct(Distinct.Over over) {
    return IntStream.rangeClosed(1, 3).mapToObj(n -> new Distinct(n, over));
  }

  /** Those of its metrics whose names are wanted, without that of a judge or of a feature space. */
  public MetricFamily only(Predicate<String> wanted) {
    return new MetricFamily(
        name,
        meaning,
        heading,
        metrics.stream().filter(m -> wanted.test(m.name())).toList(),
        ofSamples.stream().filter(m -> wanted.test(m.name())).toList(),
        ofSequences.stream().filter(m -> wanted.test(m.name())).toList(),
        fromReference.stream().filter(d -> wanted.test(d.name())).toList(),
        fromLaw.stream().filter(d -> wanted.test(d.name())).toList());
  }

  /** The names of its metrics, without that of a judge or of a feature space. */
  public List<String> metricNames() {
    return Stream.of(
            metrics().stream().map(Metric::name),
            ofSamples().stream().map(SampleMetric::name),
            ofSequences().stream().map(SampleMetric::name),
            fromReference().stream().map(Distance::name),
            fromLaw().stream().map(Distance::name))
        .flatMap(names -> names)
        .toList();
  }

  /** What a study gets that asks for no metrics by name: those that cost nothing to compute. */
  public static List<String> usual() {
    return Stream.of(REWARD, ESS, EVIDENCE, ANCESTRY, SEARCH).map(MetricFamily::name).toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
