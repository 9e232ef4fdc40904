package io.github.tiltbench.diffusion;

import java.util.Arrays;

/**
 * A step of masked diffusion: a masked position stays masked or is revealed from the prediction, a
 * revealed one stays as it is.
 *
 * @param prediction for the states before the step
 * @param logReveal log-probability that a masked position is revealed; one for all rows, or one a
 *     row
 * @param logStay log-probability that it stays masked, as many
 */
record UnmaskingStep(Prediction.Logits prediction, double[] logReveal, double[] logStay)
    implements CategoricalStep {
  /** Far above the rounding of a sum of probabilities. */
  private static final double ROUNDING = 1e-6;

  /** The step down from a level of a uniform grid; one for all rows, or one a row. */
  static UnmaskingStep from(int[] level, Prediction.Logits prediction) {
    return new UnmaskingStep(
        prediction,
        Arrays.stream(level).mapToDouble(l -> -Math.log(l)).toArray(),
        Arrays.stream(level).mapToDouble(l -> Math.log((l - 1.0) / l)).toArray());
  }

  /** The step that leaves all masks where they are. */
  static UnmaskingStep none(Prediction.Logits prediction) {
    return new UnmaskingStep(prediction, new double[] {Double.NEGATIVE_INFINITY}, new double[] {0});
  }

  @Override
  public int size() {
    return prediction.size();
  }

  @Override
  public int length() {
    return prediction.space().length();
  }

  @Override
  public int symbols() {
    return prediction.space().tokens() + 1;
  }

  @Override
  public int certain(int row, int position) {
    int token = prediction.state().data()[row * length() + position];
    boolean open = prediction.masked(row, position) && logReveal(row) > Double.NEGATIVE_INFINITY;
    return open ? -1 : token;
  }

  @Override
  public double mostBelowMask(int row, int position) {
    return Math.exp(logReveal(row)) + ROUNDING;
  }

  @Override
  public void read(int row, int position, double[] log) {
    prediction.read(row, position, log);
    double reveal = logReveal(row);
    for (int v = 0; v < log.length - 1; v++) {
      log[v] += reveal;
    }
    log[log.length - 1] = logStay(row);
  }

  @Override
  public double log(int row, int position, int symbol, double[] scratch) {
    return symbol == prediction.space().mask()
        ? logStay(row)
        : prediction.log(row, position, symbol, scratch) + logReveal(row);
  }

  private double logStay(int row) {
    return logStay[logStay.length == 1 ? 0 : row];
  }

  private double logReveal(int row) {
    return logReveal[logReveal.length == 1 ? 0 : row];
  }

  @Override
  public UnmaskingStep select(int[] index) {
    return new UnmaskingStep(
        prediction.select(index), selected(logReveal, index), selected(logStay, index));
  }

  private static double[] selected(double[] values, int[] index) {
    return values.length == 1 ? values : Arrays.stream(index).mapToDouble(i -> values[i]).toArray();
  }
}
