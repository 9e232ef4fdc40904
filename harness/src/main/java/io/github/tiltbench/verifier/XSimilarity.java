package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.network.ClassNetwork;
import io.github.tiltbench.engine.network.FeatureNetwork;
import io.github.tiltbench.engine.network.NetworkWeights;
import io.github.tiltbench.particle.Readings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Similarity of x-predictions: the cosine between the features of a sample and those of the clean
 * estimate on the way to it. It needs no label, and no evaluation of the model beside the solve.
 *
 * <p>The estimate is that of the level whose ratio of noise to signal is nearest to the one meant;
 * a chain that has none within a factor 1.25 is passed over. Source: Ma et al., arXiv 2501.09732,
 * where the level is time 0.4 of the linear path, a ratio of 2/3.
 *
 * @param path folder of the weights of a classifier, whose last layer's input are the features; if
 *     not given the samples are their own features, which is a control
 * @param noiseToSignal ratio of the level where the estimate is taken
 */
public record XSimilarity(Optional<NetworkWeights> path, double noiseToSignal)
    implements VerifierSpec {
  /** The ratio of the paper. */
  public static final double PUBLISHED = 2.0 / 3;

  /** Refuses a network that is no classifier and a ratio that is none. */
  public XSimilarity {
    if (path.isPresent() && !(path.get().description().architecture() instanceof ClassNetwork)) {
      throw new IllegalArgumentException("path must be the folder of a classifier");
    }
    if (!(noiseToSignal > 0 && noiseToSignal < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("noise_to_signal must be positive and finite");
    }
  }

  @Override
  public ComparingVerifier open(StateSpace space) {
    return new Opened(path.map(weights -> new FeatureNetwork(weights.open())));
  }

  @Override
  public Optional<String> mismatch(StateSpace space) {
    if (path.isPresent()) {
      return Classifier.of(path.get(), Classifier.Output.LOG_PROBABILITY).mismatch(space);
    }
    return space instanceof StateSpace.Euclidean
        ? Optional.empty()
        : Optional.of("it compares real vectors, not " + space);
  }

  @Override
  public List<Path> files() {
    return path.map(weights -> List.of(weights.file().file())).orElse(List.of());
  }

  /** The network, whatever of it is read. */
  @Override
  public String family() {
    return path.map(w -> Classifier.of(w, Classifier.Output.LOG_PROBABILITY).family())
        .orElse(VerifierSpec.super.family());
  }

  @Override
  public OptionalDouble estimate() {
    return OptionalDouble.of(noiseToSignal);
  }

  /** The cosine of the angle between two vectors; 0 if one of them is 0. */
  static double cosine(double[] a, double[] b) {
    double product = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return aa > 0 && bb > 0 ? product / Math.sqrt(aa) / Math.sqrt(bb) : 0;
  }

  private record Opened(Optional<FeatureNetwork> network) implements ComparingVerifier {
    @Override
    public Readings read(Batch clean, Optional<Batch.Reals> estimate, Condition[] condition) {
      double[][] sample = features((Batch.Reals) clean);
      double[][] before =
          features(
              estimate.orElseThrow(
                  () -> new IllegalArgumentException("there is no estimate to compare with")));
      double[] score = new double[sample.length];
      for (int i = 0; i < score.length; i++) {
        score[i] = cosine(before[i], sample[i]);
      }
      return Readings.of(score);
    }

    private double[][] features(Batch.Reals rows) {
      if (network.isPresent()) {
        return network.get().features(rows.data());
      }
      double[][] own = new double[rows.size()][];
      for (int i = 0; i < own.length; i++) {
        own[i] = rows.row(i);
      }
      return own;
    }

    @Override
    public boolean batched() {
      return network.isPresent();
    }

    @Override
    public void close() {
      network.ifPresent(FeatureNetwork::close);
    }
  }
}
