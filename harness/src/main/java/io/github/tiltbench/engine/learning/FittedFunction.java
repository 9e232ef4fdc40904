package io.github.tiltbench.engine.learning;

import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import java.util.Arrays;

/** A fitted function; any thread may ask it. Holds native memory until it is closed. */
public final class FittedFunction implements AutoCloseable {
  private static final int CHUNK = 1024;

  private final TorchModule module;
  private final int[] item;
  private final Standardisation scaling;
  private final RegressionTarget target;

  FittedFunction(TorchModule module, int[] item, Standardisation scaling, RegressionTarget target) {
    this.module = module;
    this.item = item;
    this.scaling = scaling;
    this.target = target;
  }

  /**
   * The fit at each row; under {@link Regression.Link#LOG} its logarithm.
   *
   * @param inputs row-major
   * @param level of all of them, in [0, 1]
   * @return one number a row, or one shaped like the input
   */
  public double[] predict(double[] inputs, double level) {
    int volume = scaling.mean().length;
    int rows = inputs.length / volume;
    double[] fits = new double[0];
    for (int from = 0; from < rows; from += CHUNK) {
      int count = Math.min(CHUNK, rows - from);
      float[] x = new float[count * volume];
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) inputs[from * volume + i];
      }
      float[] t = new float[count];
      Arrays.fill(t, (float) level);
      Tensor.Floats out =
          module.forward(scaling.tensor(x, item), new Tensor.Floats(t, count)).get(0);
      int outputs = out.data().length / count;
      fits = from == 0 ? new double[rows * outputs] : fits;
      for (int i = 0; i < out.data().length; i++) {
        fits[from * outputs + i] = target.value(out.data()[i]);
      }
    }
    return fits;
  }

  @Override
  public void close() {
    module.close();
  }
}
