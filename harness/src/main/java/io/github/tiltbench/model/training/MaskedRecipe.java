package io.github.tiltbench.model.training;

import io.github.tiltbench.config.Json;
import io.github.tiltbench.config.OwnFiles;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.FirstHitting;
import io.github.tiltbench.diffusion.MaskedChain;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.learning.Objective;
import io.github.tiltbench.engine.network.Architecture;
import io.github.tiltbench.engine.network.MaskedTransformer;
import io.github.tiltbench.engine.network.Network;
import io.github.tiltbench.engine.network.NetworkWeights;
import io.github.tiltbench.model.MaskedNetwork;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Trains a masked model of token sequences; reports its bound on held-out sequences beside n-grams
 * of the same training sequences, and shows samples.
 */
final class MaskedRecipe implements Recipe {
  /** The page with samples. */
  static final String SAMPLES = "samples.txt";

  private static final int SHOWN = 100;
  private static final int ORDERS = 5;
  private static final int DRAWS = 100;
  private static final long SEED = 7;
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
      return watched.mean(HeldOut.Surprisal.by(module));
    }
  }

  @Override
  public Map<String, String> notes() {
    return Map.of(
        MaskedNetwork.VOCABULARY,
        Json.canonical(sequences.vocabulary()),
        MaskedNetwork.SPELLING,
        card.data().spelling().name().toLowerCase(Locale.ROOT));
  }

  @Override
  public Map<String, Object> assess(NetworkWeights weights) throws IOException {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("training_sequences", training.length);
    report.put("held_out_sequences", heldOut.length);
    double[] bounds;
    try (TorchModule module =
        TorchModule.load(network.surprisal().archive(weights.open().weights()))) {
      bounds =
          new HeldOut(heldOut, network.tokens(), DRAWS, SEED).bounds(HeldOut.Surprisal.by(module));
    }
    report.put("held_out_masks_per_sequence", DRAWS);
    report.put("held_out_nats_per_sequence", ReportNumbers.mean(bounds, "sequences"));
    report.put("ngrams", ngrams(bounds));
    String page = samples(new MaskedNetwork(weights, new FirstHitting(), Optional.empty()));
    OwnFiles.write(weights.folder().resolve(SAMPLES), page);
    return report;
  }

  /** What n-grams say of the same sequences, and by how much less the network's bound is. */
  private Map<String, Object> ngrams(double[] bounds) {
    Map<String, Object> orders = new LinkedHashMap<>();
    for (int order = 1; order <= ORDERS; order++) {
      Ngrams ngrams = new Ngrams(sequences.training(), order, network.tokens());
      double[] nats = sequences.heldOut().stream().mapToDouble(ngrams::nats).toArray();
      double[] less = new double[nats.length];
      Arrays.setAll(less, i -> nats[i] - bounds[i]);
      Map<String, Object> bar = new LinkedHashMap<>();
      bar.put(
          "nats_per_sequence", ReportNumbers.round(Arrays.stream(nats).average().orElseThrow()));
      bar.put("network_is_lower_by", ReportNumbers.mean(less, "sequences"));
      orders.put("order_" + order, bar);
    }
    return orders;
  }

  /** The first samples of the chain of one reveal a step, as they come. */
  private String samples(MaskedNetwork model) {
    MaskedChain chain = model.reverse();
    Seed noise = Seed.of(SEED, Condition.NONE.text(), 0);
    Condition[] none = new Condition[SHOWN];
    Arrays.fill(none, Condition.NONE);
    int[] levels = new int[SHOWN];
    Batch x = chain.prior(SHOWN, noise.noise(Purpose.PRIOR, chain.steps()));
    try (Denoiser denoiser = model.open()) {
      for (int level = chain.steps(); level >= 1; level--) {
        Arrays.fill(levels, level);
        x =
            chain
                .law(x, level, denoiser.denoise(x, levels, none))
                .sample(noise.noise(Purpose.STEP, level));
      }
    }
    Batch.Tokens samples = (Batch.Tokens) x;
    return IntStream.range(0, SHOWN)
        .mapToObj(row -> chain.space().vocabulary().text(samples.row(row)) + "\n")
        .collect(Collectors.joining());
  }
}
