package io.github.tiltbench.engine.text;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.config.Literals;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Pinned;
import io.github.tiltbench.config.PublishedFolder;
import io.github.tiltbench.config.Utf8;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The folder of a CLIP tokenizer as published: {@value #VOCABULARY}, {@value #MERGES} and, where
 * there are any, {@value #CONFIG} and {@value #SPECIAL}, read once.
 *
 * @param folder where they lie
 * @param tokenizer what they describe
 * @param digests of the files read
 */
public record TokenizerFolder(
    Path folder, ClipTokenizer tokenizer, SortedMap<String, String> digests) implements Pinned {
  /** Numbers by symbol. */
  public static final String VOCABULARY = "vocab.json";

  /** Pairs of symbols, a line each after a first line that names the version. */
  public static final String MERGES = "merges.txt";

  /** The length of a prompt and the padding. */
  public static final String CONFIG = "tokenizer_config.json";

  /** The padding again; it counts more. */
  public static final String SPECIAL = "special_tokens_map.json";

  private static final int LENGTH = 77;

  /**
   * The tokenizer in a folder.
   *
   * @throws ConfigException at the file, or the place in it, that is wrong
   */
  public static TokenizerFolder of(Path folder) {
    return of(PublishedFolder.of(folder));
  }

  /** The tokenizer in a part of a published model, likewise. */
  public static TokenizerFolder of(PublishedFolder published) {
    Path folder = published.folder();
    Map<String, byte[]> files = new HashMap<>();
    SortedMap<String, String> digests = new TreeMap<>();
    for (String name : List.of(VOCABULARY, MERGES, CONFIG, SPECIAL)) {
      if (name.equals(VOCABULARY) || name.equals(MERGES) || published.find(name).isPresent()) {
        files.put(name, published.read(name));
        digests.put(name, Digests.sha256(files.get(name)));
      }
    }
    Node.Mapping config = mapping(folder, files, CONFIG);
    Optional<String> pad = pad(mapping(folder, files, SPECIAL)).or(() -> pad(config));
    int length = config.get("model_max_length").map(TokenizerFolder::length).orElse(LENGTH);
    try {
      ClipTokenizer tokenizer =
          new ClipTokenizer(
              vocabulary(mapping(folder, files, VOCABULARY)),
              merges(folder.resolve(MERGES), files.get(MERGES)),
              length,
              pad.orElse(ClipTokenizer.END));
      return new TokenizerFolder(folder, tokenizer, digests);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(Mark.of(folder.toString()), e.getMessage());
    }
  }

  private static Node.Mapping mapping(Path folder, Map<String, byte[]> files, String name) {
    Path file = folder.resolve(name);
    if (!files.containsKey(name)) {
      return new Node.Mapping(List.of(), Mark.of(file.toString()));
    }
    Node root = JsonTree.parse(file.toString(), files.get(name));
    if (root instanceof Node.Mapping mapping) {
      return mapping;
    }
    throw Literals.wrong(root, "the file", "a mapping");
  }

  /** The numbers of symbols, which are numbered from 0 without gaps. */
  static Map<String, Integer> vocabulary(Node.Mapping file) {
    Map<String, Integer> vocabulary = new HashMap<>();
    Set<Integer> seen = new HashSet<>();
    int size = file.entries().size();
    for (Node.Entry entry : file.entries()) {
      int id = entry.value() instanceof Node.Scalar s ? whole(s) : -1;
      if (id < 0 || id >= size || !seen.add(id)) {
        throw new ConfigException(
            entry.at(), "the symbols are not numbered from 0 to " + (size - 1) + " without gaps");
      }
      vocabulary.put(entry.key(), id);
    }
    return vocabulary;
  }

  private static int whole(Node.Scalar value) {
    return value.plain() && value.text().matches("[0-9]{1,9}")
        ? Integer.parseInt(value.text())
        : -1;
  }

  /** The pairs of a {@value #MERGES}. */
  static List<String> merges(Path file, byte[] content) {
    List<String> lines = Utf8.decode(file.toString(), content).lines().toList();
    for (int i = 1; i < lines.size(); i++) {
      if (!lines.get(i).isEmpty() && !lines.get(i).matches("[^ ]+ [^ ]+")) {
        throw new ConfigException(
            new Mark(file.toString(), i + 1, 1),
            "two symbols with a blank between them are wanted");
      }
    }
    return lines.stream().skip(1).filter(line -> !line.isEmpty()).toList();
  }

  /** A text, or the content of a mapping that says more of it. */
  private static Optional<String> pad(Node.Mapping file) {
    Optional<Node> pad = file.get("pad_token").map(Node.Entry::value);
    Optional<Node> text =
        pad.flatMap(
            p -> p instanceof Node.Mapping m ? m.get("content").map(Node.Entry::value) : pad);
    return text.filter(t -> t instanceof Node.Scalar s && !s.isNull())
        .map(t -> ((Node.Scalar) t).text());
  }

  private static int length(Node.Entry entry) {
    int length = entry.value() instanceof Node.Scalar s ? whole(s) : -1;
    if (length < 2) {
      throw Literals.wrong(entry.value(), entry.key(), "a whole number from 2 on");
    }
    return length;
  }
}
