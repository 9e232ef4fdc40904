package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A power of two that brings data to a size whose fourth powers neither overflow nor vanish.
 *
 * <p>Means, their intervals and tests of them are equivariant under it, and it changes no digit, so
 * whoever squares anything scales first: {@code Scale.of(data)}, then {@link #in}, then {@link
 * #out}. Data between 1e-30 and 1e30 stay as they are.
 *
 * @param exponent the power that values are divided by
 */
record Scale(int exponent) {
  private static final int ORDINARY = 100;
  private static final int HEADROOM = 1000;

  /** The scale of some values, by the largest finite one. */
  static Scale of(double... values) {
    int e = exponent(Arrays.stream(values));
    return new Scale(Math.abs(e) <= ORDINARY ? 0 : e);
  }

  /** The common scale of cells. */
  static Scale of(List<TrialNumbers> cells) {
    return of(cells.stream().mapToDouble(Scale::largest).toArray());
  }

  /**
   * The scale of values that are only sorted, subtracted and averaged: it gives them room at the
   * top and leaves the small ones beside an outlier as exact as they are.
   */
  static Scale headroom(List<TrialNumbers> cells) {
    int e = exponent(cells.stream().mapToDouble(Scale::largest));
    return new Scale(Math.max(0, e - HEADROOM));
  }

  private static double largest(TrialNumbers cell) {
    return Arrays.stream(cell.values()).map(Math::abs).filter(Double::isFinite).max().orElse(0);
  }

  private static int exponent(DoubleStream values) {
    double most = values.map(Math::abs).filter(Double::isFinite).max().orElse(0);
    return most == 0 ? 0 : Math.getExponent(most);
  }

  /** An estimate from a cell, computed in its scale. */
  static Estimate estimate(TrialNumbers cell, Function<TrialNumbers, Estimate> estimate) {
    Scale scale = of(List.of(cell));
    return scale.out(estimate.apply(scale.in(cell)));
  }

  /** An estimate from matched cells, computed in their common scale. */
  static Estimate estimate(Matched cells, Function<Matched, Estimate> estimate) {
    Scale scale = of(cells.cells());
    return scale.out(estimate.apply(scale.in(cells)));
  }

  double in(double x) {
    return Math.scalb(x, -exponent);
  }

  double[] in(double[] x) {
    return exponent == 0 ? x : Arrays.stream(x).map(this::in).toArray();
  }

  TrialNumbers in(TrialNumbers cell) {
    return exponent == 0 ? cell : cell.map(this::in);
  }

  Matched in(Matched cells) {
    return exponent == 0
        ? cells
        : new Matched(cells.cells().stream().map(this::in).toList(), cells.lost());
  }

  double out(double x) {
    return Math.scalb(x, exponent);
  }

  /** The estimate of the data as they were; refused where an end leaves the doubles. */
  Estimate out(Estimate e) {
    if (exponent == 0 || !(e instanceof Estimate.Interval i)) {
      return e;
    }
    return Estimate.of(out(i.value()), out(i.low()), out(i.high()), i.level(), i.method(), i.n());
  }

  /** The same p-value with the statistic of the data as they were. */
  TestResult out(TestResult v) {
    if (exponent == 0 || !(v instanceof TestResult.Tested t)) {
      return v;
    }
    double statistic = out(t.statistic());
    return Double.isFinite(statistic)
        ? new TestResult.Tested(statistic, t.p(), t.least(), t.method(), t.n())
        : new TestResult.Refused("the statistic is beyond the largest double", t.n());
  }

  List<Estimate> out(List<Estimate> all) {
    return IntStream.range(0, all.size()).mapToObj(k -> out(all.get(k))).toList();
  }
}
