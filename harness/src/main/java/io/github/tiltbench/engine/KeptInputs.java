package io.github.tiltbench.engine;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Inputs of a module that are the same at every step, such as the embeddings of prompts, and stay
 * on its device from call to call: those that were used last, by what they stand for. Used by one
 * thread at a time; what is kept goes with the module.
 */
public final class KeptInputs<K> {
  private static final int MOST = 8;

  private final TorchModule module;
  private final Map<K, List<Tensor.Kept>> kept = new LinkedHashMap<>(MOST, 0.75f, true);

  /** None yet, for calls of a module. */
  public KeptInputs(TorchModule module) {
    this.module = module;
  }

  /**
   * The inputs for a key.
   *
   * @param maker makes them where they are not kept
   */
  public List<? extends Tensor> of(K key, Supplier<List<? extends Tensor>> maker) {
    List<Tensor.Kept> inputs = kept.get(key);
    if (inputs == null) {
      if (kept.size() == MOST) {
        Iterator<List<Tensor.Kept>> oldest = kept.values().iterator();
        oldest.next().forEach(Tensor.Kept::close);
        oldest.remove();
      }
      inputs = maker.get().stream().map(module::keep).toList();
      kept.put(key, inputs);
    }
    return inputs;
  }
}
