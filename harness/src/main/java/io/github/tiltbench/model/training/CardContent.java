package io.github.tiltbench.model.training;

import io.github.tiltbench.engine.learning.Adam;
import io.github.tiltbench.engine.network.Architecture;

/** What a card says; a component of its record is a key of it. */
public sealed interface CardContent permits ImageContent, TextContent {
  /** What a card trains. */
  enum Subject {
    /** A classifier of clean images. */
    CLASSIFIER,
    /** A class-conditional diffusion model. */
    DDPM,
    /** A class-conditional model of flow matching. */
    FLOW,
    /** A masked diffusion model of token sequences. */
    MASKED
  }

  /** What it trains. */
  Subject kind();

  /** The network. */
  Architecture architecture();

  /** How its weights are learned. */
  Learning training();

  /** What every training has. */
  interface Learning {
    /** Of all draws. */
    int seed();

    /** Minibatches. */
    int steps();

    /** Examples a minibatch. */
    int batch();

    /** Inside one operation. */
    int threads();

    /** The optimiser. */
    Adam.Settings adam();
  }

  /** Refuses what no training can have. */
  static void check(
      int steps, int batch, double learningRate, int warmup, double clip, double ema, int threads) {
    require(steps > 0, "steps must be positive but is " + steps);
    require(batch > 0, "batch must be positive but is " + batch);
    require(learningRate > 0, "learning_rate must be positive but is " + learningRate);
    require(warmup >= 0, "warmup must be at least 0 but is " + warmup);
    require(clip > 0, "clip must be positive but is " + clip);
    require(ema >= 0 && ema < 1, "ema must be inside [0, 1) but is " + ema);
    require(threads > 0, "threads must be positive but is " + threads);
  }

  /** Refuses what breaks a rule. */
  static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
