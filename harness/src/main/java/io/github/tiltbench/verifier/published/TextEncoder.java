package io.github.tiltbench.verifier.published;

import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.text.ClipTokenizer;
import io.github.tiltbench.engine.text.Tokens;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A tower of texts that embeds each text once; its weights are bound when the first is asked for.
 */
final class TextEncoder implements AutoCloseable {
  private final ClipTokenizer tokenizer;
  private final Supplier<TorchModule> loader;
  private final Map<String, float[]> known = new HashMap<>();
  private TorchModule module;

  TextEncoder(ClipTokenizer tokenizer, Supplier<TorchModule> loader) {
    this.tokenizer = tokenizer;
    this.loader = loader;
  }

  /** The embedding of a text, of length 1; not to be written to. */
  synchronized float[] embed(String text) {
    float[] vector = known.get(text);
    if (vector == null) {
      if (module == null) {
        module = loader.get();
      }
      Tokens tokens = tokenizer.encode(text);
      vector =
          module
              .forward(
                  new Tensor.Longs(tokens.ids(), 1, tokens.ids().length),
                  new Tensor.Longs(new long[] {tokens.end()}, 1))
              .get(0)
              .data();
      known.put(text, vector);
    }
    return vector;
  }

  /** How many texts it embedded. */
  synchronized int embedded() {
    return known.size();
  }

  @Override
  public synchronized void close() {
    if (module != null) {
      module.close();
    }
  }
}
