package io.github.tiltbench.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** The three spellings of one name: camelCase in Java, snake_case keys, kebab-case kinds. */
public final class Names {
  private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private Names() {}

  /** {@code betaSchedule} as {@code beta_schedule}, and constants in lower case. */
  public static String snake(String camel) {
    boolean constant = camel.equals(camel.toUpperCase(Locale.ROOT));
    String words = constant ? camel : HUMP.matcher(camel).replaceAll("_");
    return words.toLowerCase(Locale.ROOT);
  }

  /** {@code PosteriorMean} and {@code POSTERIOR_MEAN} as {@code posterior-mean}. */
  public static String kebab(String name) {
    return snake(name).replace('_', '-');
  }

  /**
   * The same name if it can stand in a file name, a table and a command line.
   *
   * @throws ConfigException for anything but letters, digits, dot, dash and underscore
   */
  public static String plain(Mark at, String what, String name) {
    if (!PLAIN.matcher(name).matches()) {
      throw new ConfigException(
          at,
          what
              + " '"
              + shortened(name)
              + "' is not a plain name: at most 64 letters, digits, '.', '_' or '-',"
              + " the first a letter or digit");
    }
    return name;
  }

  private static String shortened(String name) {
    String flat = name.replaceAll("\\p{Cntrl}", "?");
    return flat.length() <= 40 ? flat : flat.substring(0, 37) + "...";
  }
}
