package io.github.tiltbench.particle;

import java.util.Arrays;

/** How a verifier prefers candidates to each other by what it has read of them; a pure function. */
@FunctionalInterface
public interface Preference {
  /** What is read of a candidate is its score. */
  Preference BY_SCORE =
      rows -> {
        double[] score = new double[rows.length];
        for (int i = 0; i < score.length; i++) {
          score[i] = rows[i][0];
        }
        return score;
      };

  /** One score a row within this very set, larger is better; of another set they say nothing. */
  double[] scores(double[][] rows);

  /**
   * The survivor of each family of {@code width} consecutive rows: the best of its set, the first
   * among equals.
   *
   * @return one index a family, into the rows
   */
  default int[] keep(double[][] rows, int width) {
    double[] score = new double[rows.length];
    for (int from = 0; from < rows.length; from += width) {
      double[][] family = Arrays.copyOfRange(rows, from, from + width);
      System.arraycopy(scores(family), 0, score, from, width);
    }
    return Branching.keep(score, width, 0, family -> 0);
  }
}
