package io.github.tiltbench.engine.learning;

import io.github.tiltbench.engine.Tensor;

/** What a network is trained for. */
public interface Objective {
  /** The minibatch of a step: a pure function of the seed and the step. */
  Minibatch draw(int step);

  /** Inputs of the network and the loss of its output. */
  record Minibatch(Tensor[] inputs, Loss loss) {}

  /** A loss and its gradient. */
  @FunctionalInterface
  interface Loss {
    /** The mean loss of a network's output; fills its gradient with respect to the output. */
    double of(float[] output, float[] gradient);
  }
}
