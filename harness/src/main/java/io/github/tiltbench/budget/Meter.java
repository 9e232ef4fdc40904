package io.github.tiltbench.budget;

/**
 * Counts the work of one trial and refuses what its budget does not cover.
 *
 * <p>Confined to one thread.
 */
public final class Meter {
  private static final Unit[] UNITS = Unit.values();

  private final Budget budget;
  private Cost spent = Cost.ZERO;
  private Cost spared = Cost.ZERO;

  /** A meter at zero. */
  public Meter(Budget budget) {
    this.budget = budget;
  }

  /**
   * Charges work that is about to be done.
   *
   * @throws Overdrawn if the budget does not cover it; nothing is charged then
   */
  public void charge(Cost cost) {
    Cost after = spent.plus(cost);
    for (Unit unit : UNITS) {
      if (after.of(unit) > budget.limit(unit)) {
        throw new Overdrawn(unit, cost.of(unit), budget.limit(unit) - spent.of(unit));
      }
    }
    spent = after;
  }

  /** Takes note that some of what was charged needed no work, since the answer was known. */
  public void spare(Cost cost) {
    spared = spared.plus(cost);
  }

  /** The work behind what has been charged so far. */
  public Cost worked() {
    return spent.minus(spared);
  }

  /** What has been charged so far. */
  public Cost spent() {
    return spent;
  }
}
