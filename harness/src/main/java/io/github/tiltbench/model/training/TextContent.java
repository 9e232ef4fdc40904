package io.github.tiltbench.model.training;

import io.github.tiltbench.config.Node;
import io.github.tiltbench.engine.learning.Adam;
import io.github.tiltbench.engine.network.Architecture;
import io.github.tiltbench.engine.network.MaskedTransformer;
import java.util.Optional;

/**
 * What a card of a masked model of token sequences says; a component is a key of it.
 *
 * @param kind {@code masked}
 * @param licence of weights and data, in words
 * @param data which text, and which sequences are made of it
 * @param architecture a {@link MaskedTransformer}
 * @param training how its weights are learned
 * @param measured what was measured of it, in words of its own
 */
public record TextContent(
    Subject kind,
    String licence,
    Corpus data,
    Architecture architecture,
    Settings training,
    Optional<Node.Mapping> measured)
    implements CardContent {
  /** Refuses a network of other sequences than those of the data. */
  public TextContent {
    CardContent.require(
        architecture instanceof MaskedTransformer,
        "architecture must be a masked-transformer in a card of kind masked");
    MaskedTransformer network = (MaskedTransformer) architecture;
    CardContent.require(
        network.tokens() == data.tokens(),
        "architecture: tokens must be those of the data, " + data.tokens());
    CardContent.require(
        network.length() > data.longest(),
        "architecture: length must be more than the longest sequence, " + data.longest());
  }

  /** The network. */
  MaskedTransformer network() {
    return (MaskedTransformer) architecture;
  }

  /**
   * How weights are learned.
   *
   * @param seed of all draws
   * @param steps minibatches
   * @param batch sequences a minibatch
   * @param learningRate the largest
   * @param warmup steps until it is reached
   * @param clip largest norm of a gradient
   * @param ema how much of the average of weights a step keeps
   * @param weightDecay of matrices, a step
   * @param dropout share of features that are dropped at each place for it
   * @param watch steps between two looks at the held-out sequences; the best average is kept
   * @param threads inside one operation
   */
  public record Settings(
      int seed,
      int steps,
      int batch,
      double learningRate,
      int warmup,
      double clip,
      double ema,
      double weightDecay,
      double dropout,
      int watch,
      int threads)
      implements Learning {
    /** Refuses what no training can have. */
    public Settings {
      CardContent.check(steps, batch, learningRate, warmup, clip, ema, threads);
      CardContent.require(weightDecay >= 0, "weight_decay must be at least 0");
      CardContent.require(dropout >= 0 && dropout < 1, "dropout must be inside [0, 1)");
      CardContent.require(watch > 0, "watch must be positive but is " + watch);
    }

    @Override
    public Adam.Settings adam() {
      Adam.Decay decay = new Adam.Decay(weightDecay, true);
      return new Adam.Settings(learningRate, warmup, 0.1, 0.9, 0.98, clip, ema, decay);
    }
  }
}
