package io.github.tiltbench.budget;

import java.util.Map;
import java.util.TreeMap;

/**
 * The most that one trial may spend; a unit without a limit is free but still counted.
 *
 * @param limits the limit of each limited unit
 */
public record Budget(Map<Unit, Long> limits) {
  /** No limit at all. */
  public static final Budget UNLIMITED = new Budget(Map.of());

  /** Refuses negative limits. */
  public Budget {
    for (Map.Entry<Unit, Long> limit : limits.entrySet()) {
      if (limit.getValue() < 0) {
        throw new IllegalArgumentException(limit.getKey() + " budget must not be negative");
      }
    }
    limits = Map.copyOf(new TreeMap<>(limits));
  }

  /** A budget in one unit. */
  public static Budget of(Unit unit, long limit) {
    return new Budget(Map.of(unit, limit));
  }

  /** The limit of a unit, {@link Long#MAX_VALUE} where there is none. */
  public long limit(Unit unit) {
    Long limit = limits.get(unit);
    return limit == null ? Long.MAX_VALUE : limit;
  }

  /** A part of every limit, rounded down. */
  public Budget part(double share) {
    Map<Unit, Long> part = new TreeMap<>();
    limits.forEach((unit, limit) -> part.put(unit, (long) (limit * share)));
    return new Budget(part);
  }

  /** Whether an amount of work fits. */
  public boolean covers(Cost cost) {
    return limits.keySet().stream().allMatch(unit -> cost.of(unit) <= limit(unit));
  }

  /** The largest share of a limit that an amount of work takes; 0 if nothing is limited. */
  public double share(Cost cost) {
    return limits.entrySet().stream()
        .mapToDouble(limit -> (double) cost.of(limit.getKey()) / limit.getValue())
        .max()
        .orElse(0);
  }
}
