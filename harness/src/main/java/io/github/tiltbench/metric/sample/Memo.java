package io.github.tiltbench.metric.sample;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Values that are computed when first asked for; for one thread at a time. */
final class Memo {
  private final Map<Object, Object> known = new HashMap<>();

  /** The value of a key; the same key always stands for the same type. */
  @SuppressWarnings("unchecked") // by the contract
  <T> T get(Object key, Supplier<T> compute) {
    Object value = known.get(key);
    if (value == null) {
      value = compute.get();
      known.put(key, value);
    }
    return (T) value;
  }
}
