package io.github.tiltbench.engine.published.diffusers;

/** How many rows go through a large network at once: a constant, since bytes depend on it. */
public final class ForwardRows {
  /** Bytes that the activations of one forward may take. */
  private static final long ROOM = 2L << 30;

  private static final int MOST = 64;

  private ForwardRows() {}

  /** As many rows as there is room for, at least one, if a row takes some bytes. */
  public static int of(long bytes) {
    return (int) Math.max(1, Math.min(MOST, ROOM / bytes));
  }
}
