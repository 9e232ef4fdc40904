package io.github.tiltbench.particle;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * N weighted particles with all that belongs to them.
 *
 * <p>An immutable value. {@link #resample} and {@link #select} move every column together, because
 * a column left at its old order silently pairs one particle's state with another's weight.
 */
public final class Population {
  private final Weights weights;
  private final Map<Column<?>, Rows<?>> columns;

  private Population(Weights weights, Map<Column<?>, Rows<?>> columns) {
    this.weights = weights;
    this.columns = columns;
  }

  /** {@code size} particles of equal weight without columns. */
  public static Population of(int size) {
    return new Population(Weights.equal(size), Map.of());
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
    return find(column)
        .orElseThrow(() -> new IllegalStateException("the population has no column " + column));
  }

  /** A column that the population may not have yet. */
  @SuppressWarnings("unchecked") // with() stores only an R under a Column<R>
  public <R extends Rows<R>> Optional<R> find(Column<R> column) {
    return Optional.ofNullable((R) columns.get(column));
  }

  /** The same particles with a column set or replaced. */
  public <R extends Rows<R>> Population with(Column<R> column, R rows) {
    if (rows.size() != size()) {
      throw new IllegalArgumentException(
          column + " has " + rows.size() + " rows for " + size() + " particles");
    }
    Map<Column<?>, Rows<?>> copy = new LinkedHashMap<>(columns);
    copy.put(column, rows);
    return new Population(weights, copy);
  }

  /** The same particles without a column that no longer describes them. */
  public Population without(Column<?> column) {
    if (!columns.containsKey(column)) {
      return this;
    }
    Map<Column<?>, Rows<?>> copy = new LinkedHashMap<>(columns);
    copy.remove(column);
    return new Population(weights, copy);
  }

  /** The same particles with log-increments added to their log-weights. */
  public Population weigh(double[] increments) {
    return new Population(weights.plus(increments), columns);
  }

  /** The particles at the given indices with their weights. */
  public Population select(int[] index) {
    return new Population(weights.select(index), selectColumns(index));
  }

  /** The particles at the given indices with equal weights: what a resampling leaves. */
  public Population resample(int[] ancestors) {
    return new Population(Weights.equal(ancestors.length), selectColumns(ancestors));
  }

  private Map<Column<?>, Rows<?>> selectColumns(int[] index) {
    Map<Column<?>, Rows<?>> selected = new LinkedHashMap<>();
    columns.forEach((column, rows) -> selected.put(column, rows.select(index)));
    return selected;
  }
}
