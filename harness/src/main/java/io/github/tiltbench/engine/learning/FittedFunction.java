package io.github.tiltbench.engine.learning;

import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.network.Network;
import java.util.Arrays;
import java.util.Map;

/** A fitted function; any thread may ask it. Holds native memory until it is closed. */
public final class FittedFunction implements AutoCloseable {
  private static final int CHUNK = 1024;

  private final TorchModule module;
  private final float[] weights;
  private final int[] item;
  private final int outputs;
  private final Standardisation scaling;
  private final RegressionTarget target;

  private FittedFunction(
      TorchModule module,
      float[] weights,
      int[] item,
      int outputs,
      Standardisation scaling,
      RegressionTarget target) {
    this.module = module;
    this.weights = weights;
    this.item = item;
    this.outputs = outputs;
    this.scaling = scaling;
    this.target = target;
  }

  static FittedFunction of(
      Network network,
      float[] weights,
      int[] item,
      int outputs,
      Standardisation scaling,
      RegressionTarget target) {
    TorchModule module = TorchModule.load(network.archive(network.named(weights)));
    return new FittedFunction(module, weights, item, outputs, scaling, target);
  }

  /** What {@link #read} makes the same function of. */
  public LearnedNumbers numbers() {
    double link = target.link() == Regression.Link.LOG ? 1 : 0;
    double[] all = {link, target.mean(), target.scale(), target.weight()};
    return LearnedNumbers.of(
        Map.of(
            "outputs", new double[] {outputs},
            "shift", LearnedNumbers.doubles(scaling.mean()),
            "scale", LearnedNumbers.doubles(scaling.scale()),
            "target", all,
            "weights", LearnedNumbers.doubles(weights)));
  }

  /**
   * The function that {@link #numbers} were taken from, to the last bit.
   *
   * @param item shape of an input
   * @throws IllegalArgumentException if they are those of another shape
   */
  public static FittedFunction read(LearnedNumbers numbers, int[] item) {
    int inputs = Tensor.size(Arrays.stream(item).asLongStream().toArray());
    double outputs = numbers.get("outputs", 1)[0];
    double[] target = numbers.get("target", 4);
    Regression.Link[] links = Regression.Link.values();
    if (outputs != 1 && outputs != inputs) {
      throw new IllegalArgumentException(outputs + " outputs of " + inputs + " inputs");
    }
    if (!(target[0] == 0 || target[0] == links.length - 1)) {
      throw new IllegalArgumentException("there is no link " + target[0]);
    }
    Network network = Regression.network(item, inputs, (int) outputs);
    return of(
        network,
        numbers.floats("weights", network.size()),
        item,
        (int) outputs,
        new Standardisation(numbers.floats("shift", inputs), numbers.floats("scale", inputs)),
        new RegressionTarget(links[(int) target[0]], target[1], target[2], target[3]));
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
