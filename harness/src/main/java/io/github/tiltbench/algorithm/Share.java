package io.github.tiltbench.algorithm;

/** Whole numbers of shares, which a rounding of their product does not make one less or more. */
public final class Share {
  private static final double ROUNDING = 1e-9;

  private Share() {}

  /** The whole part of a product of a share: 29 for 0.29 times 100. */
  public static int whole(double product) {
    return (int) Math.floor(product + ROUNDING);
  }

  /** The least whole number that is no less. */
  public static int ceiling(double product) {
    return (int) Math.ceil(product - ROUNDING);
  }
}
