package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.network.NetworkWeights;
import io.github.tiltbench.engine.network.TrainedNetwork;
import io.github.tiltbench.particle.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Inception Score, image by image: the Kullback-Leibler divergence of a classifier's probabilities
 * of its classes from their probabilities in the data, in nats; has a gradient. The exponential of
 * its mean is the Inception Score of a set with those marginals.
 *
 * <p>An oracle: an evaluation metric that guides, which bounds what a search can do and says
 * nothing of its quality. Source: Ma et al., arXiv 2501.09732.
 *
 * @param path folder of the classifier's weights
 * @param marginal probability of each class in the data, all equal if not given
 */
public record InceptionScore(NetworkWeights path, Optional<List<Double>> marginal)
    implements VerifierSpec {
  private static final double ROUNDING = 1e-6;

  /** Refuses a network that is no classifier and a marginal that is none. */
  public InceptionScore {
    Classifier.of(path, Classifier.Output.LOG_PROBABILITY);
    marginal.ifPresent(InceptionScore::requireLaw);
  }

  private static void requireLaw(List<Double> q) {
    double sum = q.stream().mapToDouble(p -> p).sum();
    if (!q.stream().allMatch(p -> p > 0) || Math.abs(sum - 1) > ROUNDING) {
      throw new IllegalArgumentException("marginal must be positive and add up to 1");
    }
  }

  @Override
  public Verifier open(StateSpace space) {
    return new Divergence(path.open(), marginal);
  }

  /** The divergence of probabilities from a marginal. */
  static double divergence(double[] log, double[] logMarginal) {
    double sum = 0;
    for (int i = 0; i < log.length; i++) {
      sum += log[i] == Double.NEGATIVE_INFINITY ? 0 : Math.exp(log[i]) * (log[i] - logMarginal[i]);
    }
    return sum;
  }

  @Override
  public Optional<String> mismatch(StateSpace space) {
    return Classifier.of(path, Classifier.Output.LOG_PROBABILITY).mismatch(space);
  }

  @Override
  public List<Path> files() {
    return List.of(path.file().file());
  }

  @Override
  public String family() {
    return Classifier.of(path, Classifier.Output.LOG_PROBABILITY).family();
  }

  @Override
  public boolean differentiable() {
    return true;
  }

  private static final class Divergence implements Verifier {
    private final TorchModule module;
    private final double[] logMarginal;

    Divergence(TrainedNetwork trained, Optional<List<Double>> marginal) {
      int classes = trained.labels().size();
      List<Double> q = marginal.orElse(Collections.nCopies(classes, 1.0 / classes));
      if (q.size() != classes) {
        throw new IllegalArgumentException(
            "marginal has " + q.size() + " probabilities for " + classes + " classes");
      }
      this.module = trained.load();
      this.logMarginal = q.stream().mapToDouble(Math::log).toArray();
    }

    @Override
    public double[] score(Batch clean, Condition[] condition) {
      Batch.Reals images = (Batch.Reals) clean;
      double[] score = new double[images.size()];
      for (int from = 0; from < score.length; from += NetworkRows.MICRO_BATCH) {
        Tensor input = NetworkRows.of(images, from);
        read(module.forward(input).get(0).data(), from, score);
      }
      return score;
    }

    private void read(float[] log, int from, double[] score) {
      for (int i = 0; i < log.length / logMarginal.length; i++) {
        score[from + i] = divergence(row(log, i), logMarginal);
      }
    }

    private double[] row(float[] log, int row) {
      double[] own = new double[logMarginal.length];
      Arrays.setAll(own, i -> log[row * own.length + i]);
      return own;
    }

    @Override
    public boolean batched() {
      return true;
    }

    @Override
    public boolean differentiable() {
      return true;
    }

    @Override
    public Gradient gradient(Batch.Reals clean, Condition[] condition) {
      double[] score = new double[clean.size()];
      double[] gradient = Arena.doubles(clean.data().length);
      for (int from = 0; from < score.length; from += NetworkRows.MICRO_BATCH) {
        try (TorchModule.Trace trace = module.trace(NetworkRows.of(clean, from))) {
          float[] log = trace.output().data();
          read(log, from, score);
          float[] cotangent = new float[log.length];
          for (int i = 0; i < log.length; i++) {
            double off = log[i] - logMarginal[i % logMarginal.length];
            cotangent[i] = (float) (Math.exp(log[i]) * (off + 1));
          }
          int at = from * clean.width();
          trace.pullback(cotangent, values -> NetworkRows.put(values, gradient, at));
        }
      }
      return new Gradient(score, new Batch.Reals(gradient, clean.item()));
    }

    @Override
    public void close() {
      module.close();
    }
  }
}
