package io.github.tiltbench.particle;

import java.util.Arrays;

/**
 * What a verifier has read of candidates, and how it prefers them to each other: readings keep
 * where scores do not, since a score may depend on who else is a candidate.
 *
 * @param rows numbers of one candidate each, such as the scores of several verifiers
 * @param by the preference
 */
public record Readings(double[][] rows, Preference by) implements Rows<Readings> {
  /** Scores that stand by themselves. */
  public static Readings of(double[] scores) {
    double[][] rows = new double[scores.length][];
    Arrays.setAll(rows, i -> new double[] {scores[i]});
    return new Readings(rows, Preference.BY_SCORE);
  }

  @Override
  public int size() {
    return rows.length;
  }

  /** One score a row, all of them being one set. */
  public double[] scores() {
    return by.scores(rows);
  }

  /** The survivor of each family of {@code width} consecutive rows, the first among equals. */
  public int[] keep(int width) {
    return by.keep(rows, width);
  }

  /** The rows from one on to another, that not among them. */
  public Readings part(int from, int to) {
    return new Readings(Arrays.copyOfRange(rows, from, to), by);
  }

  /** These and others behind them, of the same verifier. */
  public Readings and(Readings others) {
    double[][] all = Arrays.copyOf(rows, rows.length + others.rows.length);
    System.arraycopy(others.rows, 0, all, rows.length, others.rows.length);
    return new Readings(all, by);
  }

  @Override
  public Readings select(int[] index) {
    double[][] selected = new double[index.length][];
    Arrays.setAll(selected, i -> rows[index[i]]);
    return new Readings(selected, by);
  }
}
