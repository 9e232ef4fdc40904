package io.github.tiltbench.model.training;

import io.github.tiltbench.config.Json;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.learning.Objective;
import io.github.tiltbench.engine.network.Architecture;
import io.github.tiltbench.engine.network.MaskedTransformer;
import io.github.tiltbench.engine.network.Network;
import io.github.tiltbench.engine.network.NetworkWeights;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Trains a masked model of token sequences. */
final class MaskedRecipe implements Recipe {
  private static final int WATCH_DRAWS = 4;
  private static final long WATCH_SEED = 11;

  private final TextContent card;
  private final MaskedTransformer network;
  private final Corpus.Sequences sequences;
  private final int[][] training;
  private final int[][] heldOut;

  MaskedRecipe(TextContent card, Corpus.Sequences sequences) {
    this.card = card;
    this.network = card.network();
    this.sequences = sequences;
    this.training = filled(sequences.training());
    this.heldOut = filled(sequences.heldOut());
  }

  private int[][] filled(List<int[]> rows) {
    return Corpus.Sequences.filled(rows, network.length(), network.tokens() - 1);
  }

  @Override
  public Architecture architecture() {
    return network;
  }

  @Override
  public List<String> labels() {
    return List.of();
  }

  @Override
  public Network network() {
    return network.regularised();
  }

  @Override
  public Objective objective() {
    return new MaskedObjective(
        training,
        Recipe.draws(card.training(), training.length),
        network,
        card.training().dropout());
  }

  @Override
  public Optional<Trainer.Watch> watch() {
    HeldOut watched = new HeldOut(heldOut, network.tokens(), WATCH_DRAWS, WATCH_SEED);
    return Optional.of(
        new Trainer.Watch(card.training().watch(), weights -> mean(watched, weights)));
  }

  private double mean(HeldOut watched, SortedMap<String, Tensor.Floats> weights) {
    try (TorchModule module = TorchModule.load(network.surprisal().archive(weights))) {
      return watched.mean(module);
    }
  }

  @Override
  public Map<String, String> notes() {
    return Map.of("vocabulary", Json.canonical(sequences.vocabulary()));
  }

  @Override
  public Map<String, Object> assess(NetworkWeights weights) throws IOException {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("training_sequences", training.length);
    report.put("held_out_sequences", heldOut.length);
    return report;
  }
}
