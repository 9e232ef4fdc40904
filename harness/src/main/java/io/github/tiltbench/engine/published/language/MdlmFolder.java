package io.github.tiltbench.engine.published.language;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Pinned;
import io.github.tiltbench.config.PublishedFolder;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.text.GptTokenizer;
import io.github.tiltbench.engine.text.GptTokenizerFiles;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The folder of an MDLM: {@value #CONFIG}, {@value #STEM}{@code .safetensors} and the tokenizer of
 * GPT-2.
 *
 * @param network what the configuration describes
 * @param tokenizer of the tokens
 * @param weights of the network
 * @param configs digests of the other files
 */
public record MdlmFolder(
    Mdlm network, GptTokenizer tokenizer, Checkpoint weights, SortedMap<String, String> configs)
    implements Pinned {
  static final String CONFIG = "config.json";
  static final String STEM = "model";

  /**
   * The model in a folder.
   *
   * @throws ConfigException at a key for which nothing is built here, or a wrong vocabulary
   * @throws IllegalArgumentException if the weights are not those of the configuration
   */
  public static MdlmFolder of(Path path) {
    PublishedFolder folder = PublishedFolder.of(path);
    SortedMap<String, String> configs = new TreeMap<>();
    Mdlm network = Mdlm.of(folder.json(CONFIG, configs));
    GptTokenizer tokenizer = tokenizer(folder, network, configs);
    Checkpoint weights = Checkpoint.of(folder, STEM, Optional.empty());
    network.network(1, TokenHead.plain(network.tokens())).weights(weights, Mdlm.modulates());
    network.modulation().weights(weights, Mdlm.predicts());
    return new MdlmFolder(network, tokenizer, weights, configs);
  }

  /** The tokenizer in the folder of a network, which must know just its tokens. */
  public static GptTokenizer tokenizer(
      PublishedFolder folder, Mdlm network, SortedMap<String, String> digests) {
    GptTokenizer tokenizer = GptTokenizerFiles.of(folder, digests);
    int symbols = tokenizer.symbols().size();
    if (symbols != network.tokens()) {
      throw new ConfigException(
          Mark.of(folder.folder().toString()),
          "the tokenizer has "
              + symbols
              + " symbols, where the network knows "
              + network.tokens()
              + " and the mask");
    }
    return tokenizer;
  }

  /** Loads the network of logits; the caller closes it. */
  public TorchModule load(int length, TokenHead head, Precision precision) {
    return network.network(length, head).load(weights, Mdlm.modulates(), precision);
  }

  /** What shifts, scales and gates at a noise level, (1, modulations). */
  public Tensor.Floats modulation(double sigma, Precision precision) {
    try (TorchModule module = network.modulation().load(weights, Mdlm.predicts(), precision)) {
      return module.forward(new Tensor.Floats(new float[] {(float) sigma}, 1)).get(0);
    }
  }

  @Override
  public SortedMap<String, String> digests() {
    SortedMap<String, String> all = new TreeMap<>(configs);
    all.putAll(weights.digests());
    return all;
  }
}
