package io.github.tiltbench.algorithm;

/** How large a population a budget pays for. */
final class Sizes {
  private Sizes() {}

  /**
   * The largest number of particles of {@code price} evaluations each beside {@code fixed} ones,
   * and 1 if even one is too dear: the cost formula then names the least that the algorithm needs.
   *
   * @throws IllegalArgumentException if the budget does not limit evaluations
   */
  static int fill(long evaluations, long fixed, long price) {
    if (evaluations == Long.MAX_VALUE) {
      throw new IllegalArgumentException("a size that fills the budget needs a budget in nfe");
    }
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, (evaluations - fixed) / price));
  }
}
