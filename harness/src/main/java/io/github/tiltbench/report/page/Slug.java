package io.github.tiltbench.report.page;

/** Names that any text can be turned into. */
public final class Slug {
  private Slug() {}

  /**
   * A name that is a plain file name on every system: at most 80 letters, digits, dots and hyphens,
   * neither of the latter at its ends. Texts that differ may have the same one.
   */
  public static String of(String text) {
    String plain = text.replaceAll("[^A-Za-z0-9.]+", "-").replaceAll("^[-.]+|[-.]+$", "");
    return plain.substring(0, Math.min(80, plain.length()));
  }
}
