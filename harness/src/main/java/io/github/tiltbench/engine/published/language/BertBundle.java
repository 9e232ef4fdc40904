package io.github.tiltbench.engine.published.language;

import io.github.tiltbench.config.Json;
import io.github.tiltbench.engine.SafetensorsOutput;
import io.github.tiltbench.engine.bundle.TensorBundle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A BERT as TensorFlow Hub has it, a saved model in a zip file inside of a jar, and its conversion
 * to the folder that transformers would save.
 *
 * <p>A TensorFlow {@code kernel} is (in, out) and is transposed; the pooler is left out. GELU is by
 * a hyperbolic tangent and the head shares the word embeddings, as in the original's code.
 *
 * @param zip where the saved model is
 */
record BertBundle(NestedZip zip) {
  private static final String INDEX = "variables/variables.index";
  private static final String VALUES = "variables/variables.data-00000-of-00001";
  private static final String VOCABULARY = "assets/vocab.txt";
  private static final String MODULE = "module/";
  private static final String POOLER = MODULE + "bert/pooler/";
  private static final String KERNEL = "/kernel";
  private static final Pattern LAYER = Pattern.compile("layer_(\\d+)");
  private static final String WORDS = "bert.embeddings.word_embeddings.weight";
  private static final int HEAD = 64;

  /** Writes the three files that {@link BertFolder} reads into an empty folder. */
  void convert(Path folder) throws IOException {
    TensorBundle bundle = bundle();
    SortedMap<String, long[]> shapes = new TreeMap<>();
    bundle
        .tensors()
        .forEach(
            (name, entry) -> key(name).ifPresent(k -> shapes.put(k, shape(name, entry.shape()))));
    String config = config(shapes);
    Files.write(folder.resolve(BertFolder.VOCABULARY), zip.read(VOCABULARY));
    Files.writeString(folder.resolve(BertFolder.CONFIG), config);
    Path weights = folder.resolve(BertFolder.STEM + ".safetensors");
    try (SafetensorsOutput out = new SafetensorsOutput(weights, shapes);
        InputStream values = zip.open(VALUES)) {
      bundle.read(
          values,
          (name, bytes) -> {
            Optional<String> key = key(name);
            if (key.isPresent()) {
              long[] shape = bundle.tensors().get(name).shape();
              out.put(
                  key.get(),
                  name.endsWith(KERNEL) ? transposed(bytes, shape) : ByteBuffer.wrap(bytes));
            }
          });
    }
  }

  private TensorBundle bundle() throws IOException {
    try {
      return TensorBundle.of(zip.read(INDEX));
    } catch (IllegalArgumentException e) {
      throw new IOException(zip.outer() + ": " + INDEX + ": " + e.getMessage(), e);
    }
  }

  /** What transformers calls a variable; nothing for those that are of no use here. */
  static Optional<String> key(String name) {
    if (!name.startsWith(MODULE) || name.startsWith(POOLER)) {
      return Optional.empty();
    }
    Matcher layer = LAYER.matcher(name.substring(MODULE.length()));
    String key = layer.replaceFirst("layer.$1").replace('/', '.');
    if (key.endsWith("_embeddings")) {
      return Optional.of(key + ".weight");
    }
    return Optional.of(
        key.replaceFirst("\\.(kernel|gamma)$", ".weight")
            .replaceFirst("\\.beta$", ".bias")
            .replaceFirst("\\.output_bias$", ".bias"));
  }

  private static long[] shape(String name, long[] shape) {
    return name.endsWith(KERNEL) ? new long[] {shape[1], shape[0]} : shape;
  }

  private static ByteBuffer transposed(byte[] values, long[] shape) {
    int rows = (int) shape[0];
    int columns = (int) shape[1];
    ByteBuffer from = ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer to = ByteBuffer.allocate(values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        to.putInt(from.getInt(4 * (row * columns + column)));
      }
    }
    return to.flip();
  }

  /** The configuration that the shapes say; heads are as wide as in every published BERT. */
  private String config(SortedMap<String, long[]> shapes) throws IOException {
    int layers = 0;
    String layer = "bert.encoder.layer.%d.intermediate.dense.weight";
    while (shapes.containsKey(layer.formatted(layers))) {
      layers++;
    }
    long[] words = extents(shapes, WORDS);
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("model_type", "bert");
    config.put("vocab_size", words[0]);
    config.put("hidden_size", words[1]);
    config.put("num_hidden_layers", layers);
    config.put("num_attention_heads", Math.max(1, words[1] / HEAD));
    config.put("intermediate_size", extents(shapes, layer.formatted(0))[0]);
    config.put(
        "max_position_embeddings",
        extents(shapes, "bert.embeddings.position_embeddings.weight")[0]);
    config.put(
        "type_vocab_size", extents(shapes, "bert.embeddings.token_type_embeddings.weight")[0]);
    config.put("layer_norm_eps", 1e-12);
    config.put("hidden_act", "gelu_new");
    return Json.canonical(config) + "\n";
  }

  private long[] extents(SortedMap<String, long[]> shapes, String key) throws IOException {
    long[] shape = shapes.get(key);
    if (shape == null || shape.length != 2) {
      throw new IOException(zip.outer() + ": it holds no BERT: there is no " + key);
    }
    return shape;
  }
}
