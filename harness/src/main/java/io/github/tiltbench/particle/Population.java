package io.github.tiltbench.particle;

import java.util.Arrays;
import java.util.Optional;

/**
 * N weighted particles with all that belongs to them.
 *
 * <p>An immutable value. {@link #resample} and {@link #select} move every column together, because
 * a column left at its old order silently pairs one particle's state with another's weight.
 */
public final class Population {
  private final Weights weights;
  private final Column<?>[] columns;
  private final Rows<?>[] rows;

  private Population(Weights weights, Column<?>[] columns, Rows<?>[] rows) {
    this.weights = weights;
    this.columns = columns;
    this.rows = rows;
  }

  /** {@code size} particles of equal weight without columns. */
  public static Population of(int size) {
    return new Population(Weights.equal(size), new Column<?>[0], new Rows<?>[0]);
  }

  /** Number of particles. */
  public int size() {
    return weights.size();
  }

  /** The log-weights. */
  public Weights weights() {
    return weights;
  }

  /**
   * A column.
   *
   * @throws IllegalStateException if the population has no such column
   */
  public <R extends Rows<R>> R get(Column<R> column) {
    int at = indexOf(column);
    if (at == columns.length) {
      throw new IllegalStateException("the population has no column " + column);
    }
    return at(at);
  }

  /** A column that the population may not have yet. */
  public <R extends Rows<R>> Optional<R> find(Column<R> column) {
    int at = indexOf(column);
    return at == columns.length ? Optional.empty() : Optional.of(at(at));
  }

  @SuppressWarnings("unchecked") // with() stores only an R under a Column<R>
  private <R extends Rows<R>> R at(int index) {
    return (R) rows[index];
  }

  /** The same particles with a column set or replaced. */
  public <R extends Rows<R>> Population with(Column<R> column, R values) {
    if (values.size() != size()) {
      throw new IllegalArgumentException(
          column + " has " + values.size() + " rows for " + size() + " particles");
    }
    int at = indexOf(column);
    int length = Math.max(columns.length, at + 1);
    Population copy =
        new Population(weights, Arrays.copyOf(columns, length), Arrays.copyOf(rows, length));
    copy.columns[at] = column;
    copy.rows[at] = values;
    return copy;
  }

  /** The same particles without a column that no longer describes them. */
  public Population without(Column<?> column) {
    int at = indexOf(column);
    if (at == columns.length) {
      return this;
    }
    int last = columns.length - 1;
    Population copy =
        new Population(weights, Arrays.copyOf(columns, last), Arrays.copyOf(rows, last));
    if (at < last) { // the last one takes its place
      copy.columns[at] = columns[last];
      copy.rows[at] = rows[last];
    }
    return copy;
  }

  /** The same particles with log-increments added to their log-weights. */
  public Population weigh(double[] increments) {
    return new Population(weights.plus(increments), columns, rows);
  }

  /** The particles at the given indices with their weights. */
  public Population select(int[] index) {
    return new Population(weights.select(index), columns, selectRows(index));
  }

  /** The particles at the given indices with equal weights: what a resampling leaves. */
  public Population resample(int[] ancestors) {
    return new Population(Weights.equal(ancestors.length), columns, selectRows(ancestors));
  }

  private Rows<?>[] selectRows(int[] index) {
    Rows<?>[] selected = new Rows<?>[rows.length];
    for (int i = 0; i < rows.length; i++) {
      selected[i] = rows[i].select(index);
    }
    return selected;
  }

  /** The place of a column, or the one after the last; there are few. */
  private int indexOf(Column<?> column) {
    int at = 0;
    while (at < columns.length && !columns[at].equals(column)) {
      at++;
    }
    return at;
  }
}
