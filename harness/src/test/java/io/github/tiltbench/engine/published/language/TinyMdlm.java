package io.github.tiltbench.engine.published.language;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.engine.published.StatedWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An MDLM of two blocks with the bytes and three pairs as tokens, and its folder. */
public final class TinyMdlm {
  public static final String CONFIG =
      """
      {"model_type": "mdlm", "vocab_size": 261, "model_length": 32, "hidden_dim": 8,
       "cond_dim": 4, "n_blocks": 2, "n_heads": 2, "dropout": 0.1, "time_conditioning": false,
       "return_dict": false}
      """;

  static final List<String> MERGES = List.of("\u0120 t", "h e", "\u0120t he");

  private TinyMdlm() {}

  static Mdlm network(String config) {
    return Mdlm.of(JsonTree.parse("config.json", 1, config));
  }

  /** Numbers of symbols as GPT-2 has them: printable bytes, the others, pairs, the end. */
  static Map<String, Integer> vocabulary() {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    for (int pass = 0; pass < 2; pass++) {
      for (int b = 0, next = 256; b < 256; b++) {
        boolean printable = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
        String symbol = String.valueOf((char) (printable ? b : next++));
        if (printable == (pass == 0)) {
          vocabulary.put(symbol, vocabulary.size());
        }
      }
    }
    MERGES.forEach(pair -> vocabulary.put(pair.replace(" ", ""), vocabulary.size()));
    vocabulary.put("<|endoftext|>", vocabulary.size());
    return vocabulary;
  }

  /** The same in one file. */
  static String tokenizerJson(boolean lists) {
    JsonObject model = new JsonObject();
    model.addProperty("type", "BPE");
    model.add("vocab", new Gson().toJsonTree(vocabulary()));
    Object pairs = lists ? MERGES.stream().map(m -> List.of(m.split(" "))).toList() : MERGES;
    model.add("merges", new Gson().toJsonTree(pairs));
    JsonObject whole = new JsonObject();
    whole.add("model", model);
    return whole.toString();
  }

  /** Writes the folder. */
  public static Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), CONFIG);
    Files.writeString(folder.resolve("vocab.json"), new Gson().toJson(vocabulary()));
    Files.writeString(
        folder.resolve("merges.txt"), "#version: 0.2\n" + String.join("\n", MERGES) + "\n");
    Mdlm network = network(CONFIG);
    new StatedWeights(1)
        .write(
            folder.resolve("model.safetensors"),
            List.of(network.network(1, TokenHead.plain(network.tokens())), network.modulation()));
    return folder;
  }
}
