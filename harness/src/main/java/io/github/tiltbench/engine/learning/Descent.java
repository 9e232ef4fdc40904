package io.github.tiltbench.engine.learning;

import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.network.Network;
import java.util.Map;

/**
 * A loaded network whose weights {@link Adam} moves; for one thread.
 *
 * <p>With one intra-op thread equal minibatches give equal bits, whatever else the process does.
 */
public final class Descent implements AutoCloseable {
  private final Network network;
  private final Adam adam;
  private final TorchModule module;
  private final float[] gradient;

  /** Loads the network with the optimiser's present weights. */
  public Descent(Network network, Adam adam) {
    this.network = network;
    this.adam = adam;
    this.module = TorchModule.loadTrainable(network.archive(network.named(adam.weights())));
    this.gradient = new float[network.size()];
  }

  /**
   * Takes one step of a training of {@code steps}; returns the minibatch's loss before it.
   *
   * @param step from 0 on
   */
  public double step(Objective.Minibatch batch, int step, int steps) {
    double loss;
    try (TorchModule.Trace trace = module.traceParameters(batch.inputs())) {
      float[] output = trace.output().data();
      float[] cotangent = new float[output.length];
      loss = batch.loss().of(output, cotangent);
      trace.backward(cotangent);
    }
    Map<String, TorchModule.Parameter> parameters = module.parameters();
    int offset = 0;
    for (Network.Parameter parameter : network.parameters()) {
      parameters.get(parameter.name()).takeGradient(gradient, offset);
      offset += parameter.size();
    }
    adam.update(gradient, step, steps);
    offset = 0;
    for (Network.Parameter parameter : network.parameters()) {
      parameters.get(parameter.name()).set(adam.weights(), offset);
      offset += parameter.size();
    }
    return loss;
  }

  @Override
  public void close() {
    module.close();
  }
}
