package io.github.tiltbench.verifier.published;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One holder's part in something that this process opens once and closes when nobody holds it any
 * more.
 *
 * @param <T> what is shared; fit for several threads
 */
final class Shared<T extends AutoCloseable> implements AutoCloseable {
  private static final Map<Object, Entry> OPEN = new HashMap<>();

  private static final class Entry {
    private final AutoCloseable content;
    private int holders;

    Entry(AutoCloseable content) {
      this.content = content;
    }
  }

  private final Object key;
  private final T content;
  private boolean held = true;

  private Shared(Object key, T content) {
    this.key = key;
    this.content = content;
  }

  /**
   * A part in what a key stands for.
   *
   * @param key equal for equal contents, and of a class of its own for each type of them
   * @param opener opens it if nobody holds it
   */
  @SuppressWarnings("unchecked") // a key stands for one type
  static <T extends AutoCloseable> Shared<T> of(Object key, Supplier<T> opener) {
    synchronized (OPEN) {
      Entry entry = OPEN.get(key);
      if (entry == null) {
        entry = new Entry(opener.get());
        OPEN.put(key, entry);
      }
      entry.holders++;
      return new Shared<>(key, (T) entry.content);
    }
  }

  /** How many things are held. */
  static int open() {
    synchronized (OPEN) {
      return OPEN.size();
    }
  }

  /** What is shared. */
  T get() {
    return content;
  }

  @Override
  public void close() {
    synchronized (OPEN) {
      if (held && --OPEN.get(key).holders == 0) {
        OPEN.remove(key);
        try {
          content.close();
        } catch (Exception e) {
          throw new IllegalStateException("closing " + key, e);
        }
      }
      held = false;
    }
  }
}
