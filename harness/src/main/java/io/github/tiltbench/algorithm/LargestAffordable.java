package io.github.tiltbench.algorithm;

import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import java.util.function.IntFunction;

/** How large a population a budget pays for. */
public final class LargestAffordable {
  private static final int MOST = 1 << 28;

  private LargestAffordable() {}

  /**
   * The largest size whose price fits, and 1 if even that is too dear: the cost formula then names
   * the least that the algorithm needs.
   *
   * @param price of a trial at a size, not falling with it
   * @throws IllegalArgumentException if the budget limits nothing that the size changes
   */
  public static int largest(Budget budget, IntFunction<Cost> price) {
    return largest(budget, MOST, price);
  }

  /** The same, at most {@code most}. */
  public static int largest(Budget budget, int most, IntFunction<Cost> price) {
    if (budget.limits().isEmpty()) {
      throw new IllegalArgumentException("a size that fills the budget needs a budget");
    }
    int fits = 1;
    while (fits < most && budget.covers(price.apply(fits * 2))) {
      fits *= 2;
    }
    if (fits >= MOST) {
      throw new IllegalArgumentException("the budget limits nothing that the size changes");
    }
    int toomuch = fits * 2;
    while (toomuch - fits > 1) {
      int middle = (fits + toomuch) >>> 1;
      if (budget.covers(price.apply(middle))) {
        fits = middle;
      } else {
        toomuch = middle;
      }
    }
    return Math.min(most, fits);
  }
}
