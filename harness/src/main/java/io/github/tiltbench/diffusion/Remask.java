package io.github.tiltbench.diffusion;

/**
 * Masked diffusion whose steps mask revealed tokens anew; see {@link RemaskingProcess}.
 *
 * @param steps T
 * @param variant how much is masked anew at a level
 * @param eta 0..1: the most that a token is masked anew with ({@code cap}, {@code loop}), or the
 *     share of what is possible ({@code rescale}); 0 is ancestral sampling
 * @param on the fraction of the time at which {@code loop} begins to mask anew
 * @param off the fraction at which it ends
 * @param frozen the share of revealed tokens between the two
 */
public record Remask(int steps, Variant variant, double eta, double on, double off, double frozen)
    implements ProcessSpec.Masked {
  /** With the times and the share of the authors' code. */
  public static final Remask DEFAULT = new Remask(64, Variant.CAP, 0.02, 0.55, 0.05, 0.9);

  /** How much is masked anew at a level. */
  public enum Variant {
    /** As much as {@code eta}, where that is possible. */
    CAP,
    /** A share {@code eta} of what is possible. */
    RESCALE,
    /**
     * As much as {@code eta} between {@code on} and {@code off}, when the schedule stands still.
     */
    LOOP
  }

  /** Refuses numbers outside their ranges. */
  public Remask {
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be at least 1 but is " + steps);
    }
    if (!(eta >= 0 && eta <= 1)) {
      throw new IllegalArgumentException("eta must be in 0..1 but is " + eta);
    }
    if (!(off >= 0 && off < on && on <= 1)) {
      throw new IllegalArgumentException(
          "off must be at least 0 and under on, at most 1, but they are " + off + " and " + on);
    }
    if (!(frozen > 0 && frozen < 1)) {
      throw new IllegalArgumentException("frozen must be between 0 and 1 but is " + frozen);
    }
  }

  @Override
  public RemaskingProcess from(Template template) {
    return new RemaskingProcess(template, this);
  }

  /** The probability that a free position is revealed at a level, T..0. */
  double alpha(int level) {
    double t = (double) level / steps;
    if (variant != Variant.LOOP) {
      return 1 - t;
    }
    if (t > on) {
      return (1 - t) * frozen / (1 - on);
    }
    return t > off ? frozen : 1 - (off == 0 ? 0 : t * (1 - frozen) / off);
  }

  /** The probability that a revealed token is masked anew in the step from a level. */
  double remask(int level) {
    double most = alpha(level) == 0 ? 1 : Math.min(1, (1 - alpha(level - 1)) / alpha(level));
    return switch (variant) {
      case CAP -> Math.min(eta, most);
      case RESCALE -> eta * most;
      case LOOP -> alpha(level) == alpha(level - 1) ? Math.min(eta, most) : 0;
    };
  }
}
