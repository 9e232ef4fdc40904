package io.github.tiltbench.engine.learning;

import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.network.Convolutions;
import io.github.tiltbench.engine.network.Network;
import io.github.tiltbench.engine.network.Perceptron;
import java.util.List;

/**
 * Weighted least squares of a function of a state and its level, by a network and Adam.
 *
 * <p>Vectors get a {@link Perceptron}, images {@link Convolutions}. Inputs are standardised element
 * by element and targets as a whole, so no setting depends on their scale. The weights in use are
 * the average over the training's last steps.
 */
public final class Regression {
  private static final int OCTAVES = 6;
  private static final int WIDTH = 64;
  private static final int DEPTH = 2;
  private static final List<Integer> VALUE_WIDTHS = List.of(16, 32, 64);
  private static final List<Integer> FIELD_WIDTHS = List.of(32, 32, 32);

  /** What the network's output stands for. */
  public enum Link {
    /** The fit itself. */
    IDENTITY,
    /**
     * The fit's logarithm: for targets that are at least 0 and not all 0. The error is still
     * squared on the scale of the targets, so that the fit is their mean.
     */
    LOG
  }

  /**
   * How to fit.
   *
   * @param key of the starting weights and of the order of the examples
   * @param steps of the optimiser
   * @param batch examples a step
   * @param rate largest learning rate
   * @param link of the output
   */
  public record Settings(long key, int steps, int batch, double rate, Link link) {
    /** Settings under which vectors and small images take seconds on one core. */
    public static Settings of(int[] item, Link link, long key) {
      return image(item)
          ? new Settings(key, 1_000, 64, 2e-3, link)
          : new Settings(key, 2_000, 256, 5e-3, link);
    }

    private Adam.Settings adam() {
      return new Adam.Settings(rate, 50, 0.02, 0.9, 0.999, 1, 0.995, Adam.Decay.NONE);
    }
  }

  private Regression() {}

  private static boolean image(int[] item) {
    return item.length == 3;
  }

  /**
   * Fits; the same examples and settings give the same bits with one intra-op thread.
   *
   * @throws IllegalArgumentException if the link cannot hold the targets
   * @throws IllegalStateException if the loss leaves the finite numbers
   */
  public static FittedFunction fit(Examples examples, Settings settings) {
    Standardisation inputs = Standardisation.of(examples);
    RegressionTarget target = RegressionTarget.of(examples, settings.link);
    int outputs = examples.outputs();
    Network network = network(examples.item(), inputs.mean().length, outputs);
    SplitMix start = SplitMix.at(settings.key, 0);
    Adam adam = new Adam(settings.adam(), network, network.flat(network.initialise(start)));
    MinibatchOrder draws = new MinibatchOrder(settings.key, examples.rows(), settings.batch);
    try (Descent descent = new Descent(network, adam)) {
      for (int step = 0; step < settings.steps; step++) {
        Objective.Minibatch batch = minibatch(examples, draws.indices(step), inputs, target);
        double loss = descent.step(batch, step, settings.steps);
        if (!Double.isFinite(loss)) {
          throw new IllegalStateException("the loss of a regression is " + loss);
        }
      }
    }
    return FittedFunction.of(network, adam.average(), examples.item(), outputs, inputs, target);
  }

  /**
   * The network of a fit.
   *
   * @param item shape of an input
   * @param inputs numbers of an input
   * @param outputs numbers of a target
   */
  static Network network(int[] item, int inputs, int outputs) {
    if (image(item)) {
      int fold = item[1] % 2 == 0 && item[2] % 2 == 0 ? 2 : 1;
      boolean field = outputs > 1;
      List<Integer> widths = field ? FIELD_WIDTHS : VALUE_WIDTHS;
      return new Convolutions(item[0], fold, widths, field, OCTAVES).network();
    }
    return new Perceptron(inputs, outputs, WIDTH, DEPTH, OCTAVES).network();
  }

  private static Objective.Minibatch minibatch(
      Examples examples, int[] rows, Standardisation inputs, RegressionTarget target) {
    int volume = examples.inputs().length / examples.rows();
    int outputs = examples.outputs();
    float[] x = new float[rows.length * volume];
    float[] t = new float[rows.length];
    double[] y = new double[rows.length * outputs];
    double[] w = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(examples.inputs(), rows[i] * volume, x, i * volume, volume);
      t[i] = examples.levels()[rows[i]];
      System.arraycopy(examples.targets(), rows[i] * outputs, y, i * outputs, outputs);
      w[i] = examples.weights()[rows[i]];
    }
    Tensor[] tensors = {inputs.tensor(x, examples.item()), new Tensor.Floats(t, t.length)};
    return new Objective.Minibatch(
        tensors, (output, gradient) -> target.loss(output, y, w, gradient));
  }
}
