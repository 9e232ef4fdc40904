package io.github.tiltbench.metric.feature;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.engine.network.FeatureNetwork;
import io.github.tiltbench.engine.network.NetworkWeights;
import io.github.tiltbench.engine.network.ReferenceSet;
import io.github.tiltbench.engine.network.TrainedNetwork;
import io.github.tiltbench.metric.sample.Reference;
import java.util.Arrays;
import java.util.Optional;

/**
 * The features of a classifier, each with the mean and deviation of its training images taken out.
 */
final class NetworkExtractor implements Extractor {
  private final String name;
  private final int[] item;
  private final FeatureNetwork network;
  private final ReferenceSet set;
  private final Reference reference;

  NetworkExtractor(String name, NetworkWeights weights, ReferenceSet set) {
    this.name = name;
    this.set = set;
    TrainedNetwork trained = weights.open();
    if (!set.weights().equals(weights.file().sha256())) {
      throw new IllegalArgumentException(
          weights.folder() + ": the reference set is not of these weights; make it anew");
    }
    item = trained.item();
    network = new FeatureNetwork(trained);
    reference = new Reference(standardised(set.features()), set.labels(), trained.labels());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Features of(Batch samples) {
    if (!(samples instanceof Batch.Reals reals) || !Arrays.equals(reals.item(), item)) {
      throw new IllegalArgumentException(
          name + " sees images of shape " + Arrays.toString(item) + ", not these samples");
    }
    float[] images = new float[reals.data().length];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) reals.data()[i];
    }
    FeatureNetwork.Output out = network.of(images);
    return new Features(standardised(out.features()), probabilities(out.logProbabilities()));
  }

  @Override
  public Optional<Reference> reference() {
    return Optional.of(reference);
  }

  private double[][] standardised(float[][] features) {
    double[][] rows = new double[features.length][set.centre().length];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < rows[i].length; k++) {
        rows[i][k] = ((double) features[i][k] - set.centre()[k]) / set.scale()[k];
      }
    }
    return rows;
  }

  private static double[][] probabilities(float[][] log) {
    double[][] rows = new double[log.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new double[log[i].length];
      for (int c = 0; c < rows[i].length; c++) {
        rows[i][c] = Math.exp(log[i][c]);
      }
    }
    return rows;
  }

  @Override
  public void close() {
    network.close();
  }
}
