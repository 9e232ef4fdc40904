package io.github.tiltbench.model.training;

import io.github.tiltbench.config.Node;
import io.github.tiltbench.engine.learning.Adam;
import io.github.tiltbench.engine.network.Architecture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a card of a network of images says; a component is a key of it.
 *
 * @param kind what it trains
 * @param licence of weights and data, in words
 * @param data which images
 * @param labels names of the classes in the order of their numbers
 * @param architecture the network
 * @param scheduler of a model of samples: keys of {@link
 *     io.github.tiltbench.diffusion.SchedulerConfig} or {@link
 *     io.github.tiltbench.diffusion.flow.FlowSchedulerConfig}
 * @param training how its weights are learned
 * @param evaluation of a model of samples
 * @param measured what was measured of it, in words of its own
 */
public record ImageContent(
    Subject kind,
    String licence,
    Data data,
    List<String> labels,
    Architecture architecture,
    Optional<Node.Mapping> scheduler,
    Settings training,
    Optional<Evaluation> evaluation,
    Optional<Node.Mapping> measured)
    implements CardContent {
  /**
   * Images by the files they come in.
   *
   * @param name what a reader calls them
   * @param path their folder
   * @param sha256 digests by file name
   */
  public record Data(String name, Path path, Map<String, String> sha256) {}

  /**
   * How samples of a model are judged.
   *
   * @param judges folders of classifiers
   * @param samples of all classes together
   * @param steps of the chain
   * @param guidance strengths of classifier-free guidance
   */
  public record Evaluation(List<Path> judges, int samples, int steps, List<Double> guidance) {
    /** Refuses an evaluation of nothing. */
    public Evaluation {
      require(samples > 0, "samples must be positive but is " + samples);
      require(steps > 0, "steps must be positive but is " + steps);
    }
  }

  /**
   * How weights are learned.
   *
   * @param seed of all draws
   * @param steps minibatches
   * @param batch images a minibatch
   * @param learningRate the largest
   * @param warmup steps until it is reached
   * @param clip largest norm of a gradient
   * @param ema how much of the average of weights a step keeps
   * @param weightDecay a step
   * @param classDropout share of images whose class a model of samples is not told
   * @param shift largest shift of an image that a classifier sees, in pixels
   * @param noise standard deviation of noise on its pixels
   * @param smoothing of its labels
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
      OptionalDouble weightDecay,
      OptionalDouble classDropout,
      OptionalInt shift,
      OptionalDouble noise,
      OptionalDouble smoothing,
      int threads)
      implements Learning {
    /** Refuses what no training can have. */
    public Settings {
      CardContent.check(steps, batch, learningRate, warmup, clip, ema, threads);
      require(weightDecay.orElse(0) >= 0, "weight_decay must be at least 0");
      require(share(classDropout), "class_dropout must be inside [0, 1)");
      require(shift.orElse(0) >= 0, "shift must be at least 0");
      require(noise.orElse(0) >= 0, "noise must be at least 0");
      require(share(smoothing), "smoothing must be inside [0, 1)");
    }

    @Override
    public Adam.Settings adam() {
      Adam.Decay decay = new Adam.Decay(weightDecay.orElse(0), false);
      return new Adam.Settings(learningRate, warmup, 0.02, 0.9, 0.99, clip, ema, decay);
    }

    private static boolean share(OptionalDouble value) {
      return value.orElse(0) >= 0 && value.orElse(0) < 1;
    }
  }

  /**
   * Refuses sections that its kind lacks or has no use for, and other classes than the network's.
   */
  public ImageContent {
    labels = List.copyOf(labels);
    require(
        labels.size() == architecture.classes(),
        "labels must be as many as the classes of the network, " + architecture.classes());
    boolean samples = kind != Subject.CLASSIFIER;
    String only = " must stand in a card of kind ddpm or flow, and in no other";
    require(samples == scheduler.isPresent(), "scheduler" + only);
    require(samples == evaluation.isPresent(), "evaluation" + only);
    require(samples == training.classDropout().isPresent(), "training: class_dropout" + only);
    boolean augmented = training.shift().isPresent();
    require(
        augmented == training.noise().isPresent()
            && augmented == training.smoothing().isPresent()
            && augmented != samples,
        "training: shift, noise and smoothing must stand in a card of kind classifier, and in no"
            + " other");
  }

  private static void require(boolean holds, String rule) {
    CardContent.require(holds, rule);
  }
}
