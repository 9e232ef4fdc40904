package io.github.tiltbench.particle;

/**
 * The typed name of a per-particle column; two columns are the same only if they are one object.
 *
 * @param <R> what the column holds
 */
public final class Column<R extends Rows<R>> {
  private final String name;

  /** A new column. */
  public Column(String name) {
    this.name = name;
  }

  @Override
  public String toString() {
    return name;
  }
}
