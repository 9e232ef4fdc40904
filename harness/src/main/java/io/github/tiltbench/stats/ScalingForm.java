package io.github.tiltbench.stats;

import java.util.List;

/** How a mean may depend on the budget b. */
public enum ScalingForm {
  /** {@code a + c ln b}. */
  LOG,
  /** {@code y - a b^-g} with a and g positive: a curve that rises to the limit y. */
  POWER,
  /** {@code a b^-g} with a positive: a loss that falls to zero. */
  PURE_POWER,
  /** {@code a + c sqrt(2 ln b)}: the best of b draws with a light tail. */
  EVT;

  /** The names of its parameters. */
  public List<String> parameters() {
    return switch (this) {
      case LOG, EVT -> List.of("a", "c");
      case POWER -> List.of("y", "ln a", "g");
      case PURE_POWER -> List.of("ln a", "g");
    };
  }

  /** Whether it is linear in its parameters. */
  boolean linear() {
    return this == LOG || this == EVT;
  }

  /** Fewest budgets it may be fitted to. */
  int budgets() {
    return this == POWER ? 5 : 4;
  }

  /** Fewest powers of ten that the budgets must span. */
  double decades() {
    return this == POWER ? 1.5 : 1;
  }

  /** The mean at a budget. */
  double at(double b, double[] t) {
    return switch (this) {
      case LOG -> t[0] + t[1] * Math.log(b);
      case EVT -> t[0] + t[1] * Math.sqrt(2 * Math.log(b));
      case POWER -> t[0] - Math.exp(t[1] - t[2] * Math.log(b));
      case PURE_POWER -> Math.exp(t[0] - t[1] * Math.log(b));
    };
  }

  /** The parameters for means as they were, from those for means in a scale. */
  double[] out(double[] t, Scale scale) {
    double log = scale.exponent() * Math.log(2);
    return switch (this) {
      case LOG, EVT -> new double[] {scale.out(t[0]), scale.out(t[1])};
      case POWER -> new double[] {scale.out(t[0]), t[1] + log, t[2]};
      case PURE_POWER -> new double[] {t[0] + log, t[1]};
    };
  }

  /** The derivatives of the mean by the parameters. */
  double[] gradient(double b, double[] t) {
    return switch (this) {
      case LOG -> new double[] {1, Math.log(b)};
      case EVT -> new double[] {1, Math.sqrt(2 * Math.log(b))};
      case POWER -> {
        double term = Math.exp(t[1] - t[2] * Math.log(b));
        yield new double[] {1, -term, term * Math.log(b)};
      }
      case PURE_POWER -> {
        double term = Math.exp(t[0] - t[1] * Math.log(b));
        yield new double[] {term, -term * Math.log(b)};
      }
    };
  }
}
