package io.github.tiltbench.algorithm.smc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.exactness.SampleMoments;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Moves of starting noise, on exponents of one coordinate among many. */
class LangevinMoveTest {
  /** L(x) = -1.5 (x - 1)^2 in the first coordinate: with the normal law N(0.75, 0.25). */
  private static LangevinMove.Point parabola(double[] x, int width) {
    return point(x, width, y -> -1.5 * (y - 1) * (y - 1), y -> -3 * (y - 1));
  }

  private static LangevinMove.Point point(
      double[] x, int width, DoubleUnaryOperator log, DoubleUnaryOperator slope) {
    double[] value = new double[x.length / width];
    double[] gradient = new double[x.length];
    for (int row = 0; row < value.length; row++) {
      value[row] = log.applyAsDouble(x[row * width]);
      gradient[row * width] = slope.applyAsDouble(x[row * width]);
    }
    int[] item = {width};
    return new LangevinMove.Point(new Batch.Reals(x, item), value, new Batch.Reals(gradient, item));
  }

  /** Draws of the law itself. */
  private static double[] drawn(int rows, int width) {
    double[] x = new double[rows * width];
    Lab.seed(1).noise(Purpose.PRIOR, 1).normals(rows, x);
    for (int row = 0; row < rows; row++) {
      x[row * width] = 0.75 + 0.5 * x[row * width];
    }
    return x;
  }

  private static LangevinMove move(Psi.Moves kind, double step) {
    return kind == Psi.Moves.PCNL
        ? LangevinMove.crankNicolson(step)
        : LangevinMove.euler(step, kind == Psi.Moves.MALA);
  }

  /** How often a move from the law itself is taken, as integrated apart from this code. */
  @ParameterizedTest
  @CsvSource({
    "PCNL, 0.05, 1, 40000, 0.994728",
    "PCNL, 0.5, 1, 40000, 0.852637",
    "PCNL, 2, 1, 40000, 0.391827",
    "MALA, 0.05, 1, 40000, 0.992883",
    "MALA, 0.5, 1, 40000, 0.783653",
    "MALA, 2, 1, 40000, 0.216347",
    "PCNL, 0.5, 64, 8000, 0.852637",
    "PCNL, 0.5, 1024, 1000, 0.852637"
  })
  void acceptanceInEquilibrium(Psi.Moves kind, double step, int width, int rows, double expected) {
    taken(kind, step, width, rows).assertMean(expected, 4, kind + " at " + step);
  }

  private static SampleMoments taken(Psi.Moves kind, double step, int width, int rows) {
    LangevinMove move = move(kind, step);
    LangevinMove.Point from = parabola(drawn(rows, width), width);
    Batch.Reals y = move.propose(from, Lab.seed(2).noise(Purpose.PROPOSAL, 1));
    SampleMoments moments = new SampleMoments();
    Arrays.stream(move.logRatio(from, parabola(y.data(), width)))
        .forEach(ratio -> moments.add(Math.min(1, Math.exp(ratio))));
    return moments;
  }

  /** Euler's moves are refused the more dimensions there are. */
  @Test
  void eulerDependsOnTheDimension() {
    assertEquals(0.64, taken(Psi.Moves.MALA, 0.5, 64, 4000).mean(), 0.02);
    assertEquals(0.14, taken(Psi.Moves.MALA, 0.5, 1024, 1000).mean(), 0.03);
  }

  /** With a linear exponent a move is always taken, and the law is N(k, 1). */
  @Test
  void linearExponentsAreMetExactly() {
    double k = 1.7;
    LangevinMove move = LangevinMove.crankNicolson(0.5);
    double[] x = new double[8000];
    Lab.seed(3).noise(Purpose.PRIOR, 1).normals(8000, x);
    for (int i = 1; i <= 20; i++) {
      LangevinMove.Point from = point(x, 1, y -> k * y, y -> k);
      double[] next = move.propose(from, Lab.seed(3).noise(Purpose.PROPOSAL, 1).round(i)).data();
      assertArrayEquals(
          new double[8000], move.logRatio(from, point(next, 1, y -> k * y, y -> k)), 1e-12);
      x = next;
    }
    SampleMoments mean = new SampleMoments();
    SampleMoments square = new SampleMoments();
    for (double y : x) {
      mean.add(y);
      square.add((y - k) * (y - k));
    }
    mean.assertMean(k, 4, "mean");
    square.assertMean(1, 4, "variance");
  }

  /**
   * From the prior to the law; Euler's step without Metropolis' rule ends at twice the variance.
   */
  @ParameterizedTest
  @CsvSource({"PCNL, 0.25", "MALA, 0.25", "ULA, 0.5"})
  void chainsReachTheirLaw(Psi.Moves kind, double variance) {
    LangevinMove move = move(kind, 0.5);
    double[] x = new double[8000];
    double[] u = new double[8000];
    Lab.seed(4).noise(Purpose.PRIOR, 1).normals(8000, x);
    for (int i = 1; i <= 30; i++) {
      LangevinMove.Point from = parabola(x, 1);
      double[] y = move.propose(from, Lab.seed(4).noise(Purpose.PROPOSAL, 1).round(i)).data();
      double[] ratio = move.logRatio(from, parabola(y, 1));
      Lab.seed(4).noise(Purpose.SELECT, 1).round(i).uniforms(8000, u);
      double[] next = x.clone();
      for (int row = 0; row < u.length; row++) {
        next[row] = Math.log(u[row]) < ratio[row] ? y[row] : x[row];
      }
      x = next;
    }
    SampleMoments mean = new SampleMoments();
    SampleMoments square = new SampleMoments();
    for (double y : x) {
      mean.add(y);
      square.add((y - 0.75) * (y - 0.75));
    }
    mean.assertMean(0.75, 4, "mean");
    square.assertMean(variance, 4, "variance");
  }
}
