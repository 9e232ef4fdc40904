package io.github.tiltbench.model.training;

import io.github.tiltbench.engine.learning.MinibatchOrder;
import io.github.tiltbench.engine.learning.Objective;
import io.github.tiltbench.engine.network.Architecture;
import io.github.tiltbench.engine.network.Network;
import io.github.tiltbench.engine.network.NetworkWeights;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a kind of card trains, and how the outcome is judged. */
interface Recipe {
  /** The network's family. */
  Architecture architecture();

  /** Names of the classes that it knows. */
  List<String> labels();

  /** What it is trained as. */
  default Network network() {
    return architecture().network();
  }

  /** What it is trained for. */
  Objective objective();

  /** Metadata of the weights file beside architecture and labels. */
  Map<String, String> notes();

  /** A look at what is not learned from, now and then. */
  default Optional<Trainer.Watch> watch() {
    return Optional.empty();
  }

  /**
   * Measures a network and may write pictures beside its weights; what it returns goes into the
   * report.
   */
  Map<String, Object> assess(NetworkWeights weights) throws IOException;

  /** The recipe of a card's kind. */
  static Recipe of(Card card) throws IOException {
    if (card.content() instanceof TextContent text) {
      return new MaskedRecipe(text, text.data().read(card.folder()));
    }
    ImageContent images = (ImageContent) card.content();
    return images.kind() == CardContent.Subject.CLASSIFIER
        ? new ClassifierRecipe(images)
        : new DiffusionRecipe(images);
  }

  /** The draws that a card's training section asks for. */
  static MinibatchOrder draws(CardContent.Learning training, int examples) {
    return new MinibatchOrder(training.seed(), examples, training.batch());
  }
}
