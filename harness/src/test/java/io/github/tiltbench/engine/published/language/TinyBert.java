package io.github.tiltbench.engine.published.language;

import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.engine.published.StatedWeights;
import io.github.tiltbench.engine.text.WordPieces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A BERT of two blocks with 26 pieces, and its folder. */
public final class TinyBert {
  public static final String CONFIG =
      """
      {"model_type": "bert", "vocab_size": 26, "hidden_size": 8, "num_hidden_layers": 2,
       "num_attention_heads": 2, "intermediate_size": 12, "max_position_embeddings": 16,
       "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_act": "gelu",
       "architectures": ["BertForMaskedLM"], "position_embedding_type": "absolute"}
      """;

  static final StatedWeights WEIGHTS = new StatedWeights(1.5);

  private TinyBert() {}

  /** The pieces by id. */
  public static List<String> pieces() {
    List<String> pieces =
        new ArrayList<>(List.of("[PAD]", "[unused0]", WordPieces.UNKNOWN, WordPieces.START));
    pieces.addAll(List.of(WordPieces.END, WordPieces.MASK, ".", ",", "'", "the", "book", "un"));
    pieces.addAll(List.of("##aff", "##able", "cafe", "b", "##jorn", "t", "don", "was", "er"));
    pieces.addAll(List.of("##s", "good", "bad", "\u4e66", "\u00e9t\u00e9"));
    return pieces;
  }

  static Bert network(String config) {
    return Bert.of(JsonTree.parse("config.json", 1, config));
  }

  /** Writes the folder. */
  public static Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), CONFIG);
    Files.write(folder.resolve("vocab.txt"), pieces());
    WEIGHTS.write(
        folder.resolve("model.safetensors"),
        List.of(network(CONFIG).network(TokenHead.plain(pieces().size()))));
    return folder;
  }
}
