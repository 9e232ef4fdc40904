package io.github.tiltbench.model.training;

import io.github.tiltbench.engine.learning.MinibatchOrder;
import io.github.tiltbench.engine.learning.Objective;
import io.github.tiltbench.engine.network.Architecture;
import io.github.tiltbench.engine.network.NetworkWeights;
import java.io.IOException;
import java.util.Map;

/** What a kind of card trains, and how the outcome is judged. */
interface Recipe {
  /** The network's family. */
  Architecture architecture();

  /** What it is trained for. */
  Objective objective();

  /** Metadata of the weights file beside architecture and labels. */
  Map<String, String> notes();

  /**
   * Measures a network and may write pictures beside its weights; what it returns goes into the
   * report.
   */
  Map<String, Object> assess(NetworkWeights weights) throws IOException;

  /** The recipe of a card's kind. */
  static Recipe of(Card card) throws IOException {
    return switch (card.content().kind()) {
      case DDPM, FLOW -> new DiffusionRecipe(card);
      case CLASSIFIER -> new ClassifierRecipe(card);
    };
  }

  /** The draws that a card's training section asks for. */
  static MinibatchOrder draws(Card card, Images images) {
    CardContent.Settings training = card.content().training();
    return new MinibatchOrder(training.seed(), images.count(), training.batch());
  }
}
