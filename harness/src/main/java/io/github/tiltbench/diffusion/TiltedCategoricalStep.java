package io.github.tiltbench.diffusion;

import java.util.stream.IntStream;

/**
 * Categorical laws reweighted by {@code exp(gradient at the symbol)}.
 *
 * @param own the laws before
 * @param gradient rows of shape {length, symbols}
 * @param norm the log of the mean weight of each position of each row
 */
record TiltedCategoricalStep(CategoricalStep own, Batch.Reals gradient, double[] norm)
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
    return own.certain(row, position);
  }

  @Override
  public double mostBelowMask(int row, int position) {
    return 1;
  }

  @Override
  public void read(int row, int position, double[] log) {
    own.read(row, position, log);
    int at = row * length() + position;
    for (int i = 0; i < log.length; i++) {
      log[i] += gradient.data()[at * log.length + i] - norm[at];
    }
  }

  @Override
  public CategoricalStep select(int[] index) {
    int length = length();
    double[] selected =
        IntStream.range(0, index.length * length)
            .mapToDouble(at -> norm[index[at / length] * length + at % length])
            .toArray();
    return new TiltedCategoricalStep(own.select(index), gradient.select(index), selected);
  }
}
