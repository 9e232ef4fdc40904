package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;
import java.util.Locale;

/** What a reader must know beside a number: its floor, its baseline, what it is of. */
public final class Notes {
  private static final String MARK = Estimate.NOTE;

  private Notes() {}

  /** The estimate with a note behind its method; a refusal as it is. */
  public static Estimate with(Estimate estimate, String note) {
    return estimate instanceof Estimate.Interval i ? i.noted(note) : estimate;
  }

  /** A method without its notes. */
  public static String method(String noted) {
    int end = noted.indexOf(MARK);
    return end < 0 ? noted : noted.substring(0, end);
  }

  /** The notes behind a method, empty if there are none. */
  public static String of(String noted) {
    int end = noted.indexOf(MARK);
    return end < 0 ? "" : noted.substring(end + MARK.length());
  }

  /** A number in four digits. */
  public static String number(double x) {
    return String.format(Locale.ROOT, "%.4g", x);
  }
}
