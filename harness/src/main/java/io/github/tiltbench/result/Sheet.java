package io.github.tiltbench.result;

import java.io.IOException;
import java.util.List;

/**
 * A long table for other programs: typed columns, and rows in an order that does not depend on
 * which process wrote what when.
 *
 * @param columns in order
 * @param rows all rows, produced anew each time
 */
public record Sheet(List<Column> columns, Rows rows) {
  /** What a column holds. */
  public enum Type {
    /** A {@link String}. */
    TEXT,
    /** A {@link Long}, or null where there is none. */
    WHOLE,
    /** A {@link Double}; may be infinite. */
    REAL
  }

  /** A column. */
  public record Column(String name, Type type) {
    /** A column of texts. */
    public static Column text(String name) {
      return new Column(name, Type.TEXT);
    }

    /** A column of whole numbers. */
    public static Column whole(String name) {
      return new Column(name, Type.WHOLE);
    }

    /** A column of reals. */
    public static Column real(String name) {
      return new Column(name, Type.REAL);
    }
  }

  /** Takes one row, as many values as there are columns. */
  public interface Sink {
    /** Takes one row. */
    void row(Object... values) throws IOException;
  }

  /** Produces the rows. */
  public interface Rows {
    /** Gives every row to the sink. */
    void to(Sink sink) throws IOException;
  }

  /** Copies the columns. */
  public Sheet {
    columns = List.copyOf(columns);
  }
}
