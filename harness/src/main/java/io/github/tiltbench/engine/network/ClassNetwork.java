package io.github.tiltbench.engine.network;

/**
 * A family of classifiers: {@code forward(x)} gives log-probabilities (B, classes), a linear map of
 * the features before them.
 */
public sealed interface ClassNetwork extends Architecture permits ResNet, Mixer {
  /** Number of features that the last linear map sees. */
  int features();

  /**
   * The same network, with the same parameters, giving the features and behind them the
   * log-probabilities: (B, features + classes).
   */
  Network withFeatures();
}
