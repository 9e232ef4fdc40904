package io.github.tiltbench.engine.published.language;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Pinned;
import io.github.tiltbench.config.PublishedFolder;
import io.github.tiltbench.config.Utf8;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.text.WordPieces;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The folder of a BERT with its head for masked words: {@value #CONFIG}, {@value #VOCABULARY} and
 * {@value #STEM}{@code .safetensors}, as transformers saves it and {@link EasyBert} writes it.
 *
 * @param network what the configuration describes
 * @param tokenizer of the vocabulary
 * @param weights of the network
 * @param configs digests of the other files
 */
public record BertFolder(
    Bert network, WordPieces tokenizer, Checkpoint weights, SortedMap<String, String> configs)
    implements Pinned {
  static final String CONFIG = "config.json";
  static final String STEM = "model";

  /** The pieces, one a line. */
  public static final String VOCABULARY = "vocab.txt";

  private static final String TOKENIZER = "tokenizer_config.json";

  /**
   * The model in a folder.
   *
   * @throws ConfigException at a key for which nothing is built here, or a wrong vocabulary
   * @throws IllegalArgumentException if the weights are not those of the configuration
   */
  public static BertFolder of(Path path) {
    PublishedFolder folder = PublishedFolder.of(path);
    SortedMap<String, String> configs = new TreeMap<>();
    Bert network = Bert.of(folder.json(CONFIG, configs));
    WordPieces tokenizer = tokenizer(folder, network.vocabSize(), configs);
    Checkpoint weights = Checkpoint.of(folder, STEM, Optional.empty());
    network.network(TokenHead.plain(network.vocabSize())).weights(weights, Bert.elsewhere());
    return new BertFolder(network, tokenizer, weights, configs);
  }

  /**
   * The tokenizer in a folder.
   *
   * @param size pieces that the network knows
   * @param digests where those of its files go
   */
  public static WordPieces tokenizer(
      PublishedFolder folder, int size, Map<String, String> digests) {
    byte[] content = folder.read(VOCABULARY);
    digests.put(VOCABULARY, Digests.sha256(content));
    String file = folder.folder().resolve(VOCABULARY).toString();
    List<String> pieces = Utf8.decode(file, content).lines().toList();
    if (pieces.size() != size) {
      throw new ConfigException(
          Mark.of(file), pieces.size() + " pieces, where the network knows " + size);
    }
    try {
      return new WordPieces(pieces, lower(folder, digests));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(Mark.of(file), e.getMessage());
    }
  }

  /** Whether texts are in lower case, as they are if nothing is said. */
  private static boolean lower(PublishedFolder folder, Map<String, String> digests) {
    if (folder.find(TOKENIZER).isEmpty()) {
      return true;
    }
    return !(folder.json(TOKENIZER, digests) instanceof Node.Mapping keys
        && keys.get("do_lower_case").map(Node.Entry::value).orElse(keys) instanceof Node.Scalar s
        && s.text().equals("false"));
  }

  /** Loads the network; the caller closes it. */
  public TorchModule load(TokenHead head, Precision precision) {
    return network.network(head).load(weights, Bert.elsewhere(), precision);
  }

  @Override
  public SortedMap<String, String> digests() {
    SortedMap<String, String> all = new TreeMap<>(configs);
    all.putAll(weights.digests());
    return all;
  }
}
