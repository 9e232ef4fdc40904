package io.github.tiltbench.verifier.published;

import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.image.Preprocessing;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.Optional;

/** A reward that looks through a network at what becomes of an image. */
interface TowerReward extends VerifierSpec {
  /** What becomes of an image. */
  Preprocessing preprocessing();

  /** The value of no light in a state. */
  double black();

  /** The value of full light in a state. */
  double white();

  /** The side of the images that the network takes. */
  int imageSide();

  /** The network; the caller closes its part. */
  Shared<TorchModule> network();

  /** What makes scores of what the network sees; the caller closes it. */
  FeatureHead featureHead();

  @Override
  default Verifier open(StateSpace space) {
    Pixels.Input input = pixels().input(space, imageSide());
    Shared<TorchModule> network = network();
    try {
      return new TowerVerifier(input, differentiable(), network, featureHead());
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  @Override
  default Optional<String> mismatch(StateSpace space) {
    return pixels().mismatch(space);
  }

  @Override
  default boolean differentiable() {
    return preprocessing().differentiable();
  }

  /** How a state becomes what the network takes. */
  private Pixels pixels() {
    return new Pixels(preprocessing(), black(), white());
  }
}
