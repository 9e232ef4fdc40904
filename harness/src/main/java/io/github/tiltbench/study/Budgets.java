package io.github.tiltbench.study;

import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Unit;
import io.github.tiltbench.config.CatalogueEntry;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The budgets every algorithm is run at.
 *
 * @param unit {@link Unit#NFE} or {@link Unit#COMPUTE}
 * @param per what one amount pays for
 * @param at amounts
 * @param fit what an algorithm may spend on learning of a prompt, once for all its trials and apart
 *     from their budgets; if not given it learns in every trial, at that trial's expense
 */
public record Budgets(Unit unit, Per per, long[] at, OptionalLong fit) {
  /** What an amount pays for. */
  public enum Per {
    /** One returned sample: a trial has {@code count} times as much. */
    SAMPLE,
    /** The whole trial. */
    TRIAL
  }

  private static final long MOST = 1L << 50;

  /** How a study writes it; the amounts have no default. */
  static final CatalogueEntry<Budgets> KIND =
      CatalogueEntry.of(
          "budgets", new Budgets(Unit.NFE, Per.SAMPLE, new long[] {1}, OptionalLong.empty()), "at");

  /** Refuses units that cannot be compared across algorithms and amounts that are not distinct. */
  public Budgets {
    if (unit != Unit.NFE && unit != Unit.COMPUTE) {
      throw new IllegalArgumentException("unit must be nfe or compute but is " + unit);
    }
    if (at.length == 0) {
      throw new IllegalArgumentException("at must not be empty");
    }
    for (long amount : at) {
      if (amount < 1 || amount > MOST) {
        throw new IllegalArgumentException("at must be from 1 to 2^50 but has " + amount);
      }
    }
    if (fit.isPresent() && (fit.getAsLong() < 1 || fit.getAsLong() > MOST)) {
      throw new IllegalArgumentException("fit must be from 1 to 2^50 but is " + fit.getAsLong());
    }
    if (Arrays.stream(at).distinct().count() != at.length) {
      throw new IllegalArgumentException("at must not have an amount twice");
    }
  }

  /** What learning of a prompt may spend, if that is apart from the trials. */
  public Optional<Budget> ofFit() {
    return fit.isPresent() ? Optional.of(Budget.of(unit, fit.getAsLong())) : Optional.empty();
  }

  /** What a trial of {@code count} samples may spend at an amount. */
  public Budget of(long amount, int count) {
    return Budget.of(unit, per == Per.SAMPLE ? Math.multiplyExact(amount, (long) count) : amount);
  }
}
