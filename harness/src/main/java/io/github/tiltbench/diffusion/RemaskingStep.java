package io.github.tiltbench.diffusion;

import java.util.Arrays;

/**
 * A step that reveals masks as another does, and masks the free tokens of a state anew.
 *
 * @param own what becomes of the masks
 * @param template whose fixed tokens stay
 * @param remask probability that a free token is masked; one for all rows, or one a row
 */
record RemaskingStep(UnmaskingStep own, Template template, double[] remask)
    implements CategoricalStep {
  @Override
  public int size() {
    return own.size();
  }

  @Override
  public int length() {
    return own.length();
  }

  @Override
  public int symbols() {
    return own.symbols();
  }

  @Override
  public int certain(int row, int position) {
    return open(row, position) ? -1 : own.certain(row, position);
  }

  /** Whether a token may be masked. */
  private boolean open(int row, int position) {
    return !own.prediction().masked(row, position) && template.free(position) && remask(row) > 0;
  }

  private int token(int row, int position) {
    return own.prediction().state().data()[row * length() + position];
  }

  private double remask(int row) {
    return remask[remask.length == 1 ? 0 : row];
  }

  @Override
  public double mostBelowMask(int row, int position) {
    return open(row, position) ? 1 : own.mostBelowMask(row, position);
  }

  @Override
  public int draw(int row, int position, double[] log, double u) {
    if (!open(row, position)) {
      return own.draw(row, position, log, u);
    }
    return u < 1 - remask(row) ? token(row, position) : symbols() - 1;
  }

  @Override
  public void read(int row, int position, double[] log) {
    if (open(row, position)) {
      Arrays.fill(log, Double.NEGATIVE_INFINITY);
      log[token(row, position)] = Math.log1p(-remask(row));
      log[symbols() - 1] = Math.log(remask(row));
    } else {
      own.read(row, position, log);
    }
  }

  @Override
  public RemaskingStep select(int[] index) {
    double[] selected =
        remask.length == 1 ? remask : Arrays.stream(index).mapToDouble(i -> remask[i]).toArray();
    return new RemaskingStep(own.select(index), template, selected);
  }
}
