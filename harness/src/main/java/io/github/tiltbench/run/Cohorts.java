package io.github.tiltbench.run;

import io.github.tiltbench.study.Cell;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many trials of a cell run in lockstep.
 *
 * <p>A network rounds differently in other batches, so this is part of what makes the bytes of a
 * result and stays as it is for a result folder. {@link #text} is its form in the provenance and on
 * the command line, {@link #parse} reads it.
 */
public sealed interface Cohorts {
  /** The same on every machine, so that a study gives the same numbers on all that round alike. */
  Cohorts DEFAULT = new Given(8);

  /** Trials of one cell in lockstep, at least 1. */
  int of(Cell cell);

  /** The short form: {@code 8}, {@code 64 rows} or {@code 16 rows, 64 guided}. */
  String text();

  /**
   * A number of trials, whatever the cell.
   *
   * @param count at least 1
   */
  record Given(int count) implements Cohorts {
    public Given {
      requirePositive(count);
    }

    @Override
    public int of(Cell cell) {
      return count;
    }

    @Override
    public String text() {
      return Integer.toString(count);
    }
  }

  /**
   * As many trials as together bring a merged call to a number of network rows; one alone where a
   * trial has that many itself. Rows of a trial are its mean over the calls of a chain.
   *
   * @param rows of a call, at least 1
   * @param guided the same where trials ask for gradients through the model
   */
  record Filled(int rows, int guided) implements Cohorts {
    public Filled {
      requirePositive(rows);
      requirePositive(guided);
    }

    @Override
    public int of(Cell cell) {
      long own = cell.cost().rows() / cell.problem().process().evaluations();
      return (int) Math.max(1, (cell.cost().backward() > 0 ? guided : rows) / Math.max(1, own));
    }

    @Override
    public String text() {
      return rows + " rows" + (guided == rows ? "" : ", " + guided + " guided");
    }
  }

  /**
   * Reads the short form.
   *
   * @throws IllegalArgumentException with the reason if it is none
   */
  static Cohorts parse(String text) {
    Matcher form =
        Pattern.compile("([1-9]\\d{0,8})( ?rows(, ?([1-9]\\d{0,8}) ?guided)?)?")
            .matcher(text.strip());
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "a cohort is a number of trials, such as 8, or of rows, such as 64rows or"
              + " 16rows,64guided, not '"
              + text
              + "'");
    }
    int number = Integer.parseInt(form.group(1));
    if (form.group(2) == null) {
      return new Given(number);
    }
    return new Filled(number, form.group(3) == null ? number : Integer.parseInt(form.group(4)));
  }

  private static void requirePositive(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("a cohort has at least one, not " + count);
    }
  }
}
