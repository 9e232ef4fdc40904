package io.github.tiltbench.engine.text;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.Literals;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.PublishedFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads GPT-2's tokenizer from {@value #WHOLE} or, without it, from its two older files. */
public final class GptTokenizerFiles {
  /** Vocabulary and pairs in one file. */
  public static final String WHOLE = "tokenizer.json";

  private GptTokenizerFiles() {}

  /**
   * The tokenizer in a folder.
   *
   * @param digests where those of its files go
   * @throws ConfigException at the file, or the place in it, that is wrong or missing
   */
  public static GptTokenizer of(PublishedFolder folder, Map<String, String> digests) {
    boolean whole = folder.find(WHOLE).isPresent();
    if (!whole && folder.find(TokenizerFolder.VOCABULARY).isEmpty()) {
      throw new ConfigException(
          Mark.of(folder.folder().toString()),
          "there is no tokenizer: copy GPT-2's "
              + WHOLE
              + ", or its "
              + TokenizerFolder.VOCABULARY
              + " and "
              + TokenizerFolder.MERGES
              + ", into the folder");
    }
    Path file = folder.folder().resolve(whole ? WHOLE : TokenizerFolder.VOCABULARY);
    try {
      return whole ? whole(folder, digests) : parts(folder, digests);
    } catch (ConfigException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new ConfigException(Mark.of(file.toString()), e.getMessage());
    }
  }

  private static GptTokenizer parts(PublishedFolder folder, Map<String, String> digests) {
    Node vocabulary = folder.json(TokenizerFolder.VOCABULARY, digests);
    byte[] merges = folder.read(TokenizerFolder.MERGES);
    digests.put(TokenizerFolder.MERGES, Digests.sha256(merges));
    return new GptTokenizer(
        TokenizerFolder.vocabulary(mapping(vocabulary, "the file")),
        TokenizerFolder.merges(folder.folder().resolve(TokenizerFolder.MERGES), merges));
  }

  private static GptTokenizer whole(PublishedFolder folder, Map<String, String> digests) {
    Node.Mapping model = part(mapping(folder.json(WHOLE, digests), "the file"), "model");
    if (!(member(model, "type") instanceof Node.Scalar type && type.text().equals("BPE"))) {
      throw new ConfigException(model.at(), "its model is not of type BPE");
    }
    List<String> merges = new ArrayList<>();
    if (!(member(model, "merges") instanceof Node.Items pairs)) {
      throw Literals.wrong(member(model, "merges"), "merges", "a list of pairs");
    }
    pairs.items().forEach(pair -> merges.add(pair(pair)));
    return new GptTokenizer(TokenizerFolder.vocabulary(part(model, "vocab")), merges);
  }

  /** Two symbols, as a text with a blank or as a list. */
  private static String pair(Node pair) {
    if (pair instanceof Node.Items two
        && two.items().size() == 2
        && two.items().get(0) instanceof Node.Scalar first
        && two.items().get(1) instanceof Node.Scalar second) {
      return first.text() + " " + second.text();
    }
    if (pair instanceof Node.Scalar text && text.text().matches("[^ ]+ [^ ]+")) {
      return text.text();
    }
    throw Literals.wrong(pair, "a merge", "two symbols");
  }

  private static Node.Mapping part(Node.Mapping whole, String key) {
    return mapping(member(whole, key), key);
  }

  private static Node member(Node.Mapping whole, String key) {
    return whole
        .get(key)
        .map(Node.Entry::value)
        .orElseThrow(() -> new ConfigException(whole.at(), key + " is missing"));
  }

  private static Node.Mapping mapping(Node node, String what) {
    if (node instanceof Node.Mapping mapping) {
      return mapping;
    }
    throw Literals.wrong(node, what, "a mapping");
  }
}
