package io.github.tiltbench.metric.feature;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.StateSpace;

/**
 * The samples themselves: coordinates of real vectors of at most {@value #MOST}, one-hot positions
 * of sequences.
 *
 * @param space where the samples live
 */
public record Raw(StateSpace space) implements Extractor {
  /** Its name in tables. */
  public static final String NAME = "raw";

  private static final int MOST = 64;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Features of(Batch samples) {
    if (samples instanceof Batch.Reals reals) {
      if (reals.width() > MOST) {
        throw new IllegalArgumentException(
            "samples of " + reals.width() + " numbers need an extractor: the study's key features");
      }
      double[][] points = new double[reals.size()][];
      for (int i = 0; i < points.length; i++) {
        points[i] = reals.row(i);
      }
      return Features.of(points);
    }
    return Features.of(oneHot((Batch.Tokens) samples));
  }

  private double[][] oneHot(Batch.Tokens tokens) {
    int vocabulary = ((StateSpace.Sequence) space).tokens();
    double[][] points = new double[tokens.size()][tokens.length() * vocabulary];
    for (int i = 0; i < points.length; i++) {
      int[] row = tokens.row(i);
      for (int position = 0; position < row.length; position++) {
        points[i][position * vocabulary + row[position]] = 1;
      }
    }
    return points;
  }
}
