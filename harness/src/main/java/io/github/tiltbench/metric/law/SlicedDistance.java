package io.github.tiltbench.metric.law;

import io.github.tiltbench.metric.sample.Cloud;
import io.github.tiltbench.metric.sample.Distance;
import io.github.tiltbench.metric.sample.Notes;
import io.github.tiltbench.metric.sample.WeightedPoints;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.stats.Estimate;
import java.util.Arrays;

/**
 * The sliced 2-Wasserstein distance from the known law, in units of the points: the root of the
 * mean over directions of the squared distance of the projections' quantile functions.
 *
 * <p>One direction in one dimension, 32 evenly turned ones in two, else 64 fixed random ones;
 * quantiles at 500 evenly spaced probabilities. It is never zero for finitely many samples: the
 * mean over 20 sets of as many independent draws from the law is noted as the floor. Samples of one
 * population are worth fewer than that, so that theirs is higher.
 */
public record SlicedDistance() implements Distance<Law> {
  private static final int SETS = 20;

  @Override
  public String name() {
    return "law-sliced";
  }

  @Override
  public Estimate estimate(Cloud cloud, Law law, double level) {
    double[][] directions = law.shadow().directions();
    double[][] truth = law.shadow().quantiles();
    Estimate estimate =
        cloud.jackknife(
            g -> {
              WeightedPoints part = cloud.pooled(g);
              return distance(part.rows(), part.weights(), directions, truth);
            },
            level);
    double floor =
        law.shadow().floor(cloud.pooled(-1).rows().length, n -> floor(law, n, directions, truth));
    return Notes.with(estimate, "law of " + law.name() + ", floor " + Notes.number(floor));
  }

  private static double floor(Law law, int n, double[][] directions, double[][] truth) {
    double[] equal = new double[n];
    Arrays.fill(equal, 1.0 / n);
    double sum = 0;
    for (int set = 0; set < SETS; set++) {
      Noise noise = Seed.of(0, "floor of the sliced distance", set).noise(Purpose.SELECT, 0);
      int[] index = ResamplingScheme.MULTINOMIAL.ancestors(law.weights(), n, noise.uniforms(0));
      double[][] rows =
          Arrays.stream(index).mapToObj(i -> law.points()[i]).toArray(double[][]::new);
      sum += distance(rows, equal, directions, truth);
    }
    return sum / SETS;
  }

  private static double distance(
      double[][] rows, double[] weights, double[][] directions, double[][] truth) {
    double sum = 0;
    for (int i = 0; i < directions.length; i++) {
      double[] q = RandomProjections.quantiles(rows, weights, directions[i]);
      for (int k = 0; k < q.length; k++) {
        sum += (q[k] - truth[i][k]) * (q[k] - truth[i][k]);
      }
    }
    return Math.sqrt(sum / truth[0].length / directions.length);
  }
}
