package io.github.tiltbench.budget;

/** Refusal of work that the budget does not cover; nothing of it was run. */
public final class Overdrawn extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Names what was asked and what was left. */
  public Overdrawn(Unit unit, long asked, long left) {
    super("budget overdrawn: " + asked + " " + unit + " asked, " + left + " left");
  }
}
