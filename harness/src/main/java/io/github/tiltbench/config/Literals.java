package io.github.tiltbench.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Turns one scalar into a number, flag, text, path or enum constant, or says why not. */
public final class Literals {
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+");

  private static final Set<String> NOT_FINITE =
      Set.of("nan", ".nan", "inf", ".inf", "infinity", "+.inf", "-.inf", "-inf", "-infinity");

  private static final Set<Class<?>> SIMPLE =
      Set.of(String.class, Path.class, Integer.class, Long.class, Double.class, Boolean.class);

  private Literals() {}

  /** True if a value of this type is written as one scalar. */
  static boolean simple(Class<?> type) {
    return type.isPrimitive()
        || type.isEnum()
        || SIMPLE.contains(type)
        || Pinned.class.isAssignableFrom(type);
  }

  /**
   * The value; {@code key} names it in messages.
   *
   * @throws ConfigException if the scalar is not a value of this type
   */
  static Object read(Node.Scalar node, Class<?> type, String key, Records records) {
    if (node.isNull()) {
      throw new ConfigException(node.at(), key + " has no value");
    }
    if (type == String.class) {
      return node.text();
    } else if (type == Path.class) {
      return records.places().orElseThrow().resolve(node.at(), node.text());
    } else if (Pinned.class.isAssignableFrom(type)) {
      Path path = records.places().orElseThrow().resolve(node.at(), node.text());
      return Construction.pinned(node.at(), key, type, path);
    } else if (type == boolean.class || type == Boolean.class) {
      return flag(node, key);
    } else if (type == double.class || type == Double.class) {
      return records.stored() ? stored(node, key) : real(node, key);
    } else if (type == int.class || type == Integer.class) {
      return Math.toIntExact(whole(node, key, Integer.MIN_VALUE, Integer.MAX_VALUE));
    } else if (type == long.class || type == Long.class) {
      return whole(node, key, Long.MIN_VALUE, Long.MAX_VALUE);
    } else if (type.isEnum()) {
      return constant(node, type, key);
    }
    throw new IllegalArgumentException("no definition can hold a " + type.getName());
  }

  private static boolean flag(Node.Scalar node, String key) {
    if (node.plain() && (node.text().equals("true") || node.text().equals("false"))) {
      return node.text().equals("true");
    }
    throw wrong(node, key, "true or false");
  }

  private static double real(Node.Scalar node, String key) {
    if (node.plain() && NOT_FINITE.contains(node.text().toLowerCase(Locale.ROOT))) {
      throw wrong(node, key, "a finite number");
    }
    return number(node, key, text -> NUMBER.matcher(text).matches())
        + 0.0; // no negative zero: it would be another key for the same cell
  }

  /**
   * A number as {@link Json} writes it: with its sign, and as a text where it is not finite. What
   * is plain in JSON has been read as a number or as a word, so its first character tells.
   */
  static double stored(Node.Scalar node, String key) {
    boolean text = !node.plain() && Json.NOT_FINITE.contains(node.text());
    return text
        ? Double.parseDouble(node.text())
        : number(node, key, number -> number.charAt(0) <= '9');
  }

  private static double number(Node.Scalar node, String key, Predicate<String> form) {
    if (!node.plain() || !form.test(node.text())) {
      throw wrong(node, key, "a number");
    }
    double value = Double.parseDouble(node.text());
    if (!Double.isFinite(value)) {
      throw wrong(node, key, "a number that fits a double");
    }
    return value;
  }

  private static long whole(Node.Scalar node, String key, long least, long most) {
    if (!node.plain() || !WHOLE.matcher(node.text()).matches()) {
      throw wrong(node, key, "a whole number" + asWhole(node));
    }
    try {
      long value = Long.parseLong(node.text());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // falls through: too many digits for a long
    }
    throw wrong(node, key, "a whole number from " + least + " to " + most);
  }

  private static String asWhole(Node.Scalar node) {
    if (!node.plain() || node.text().length() > 12 || !NUMBER.matcher(node.text()).matches()) {
      return "";
    }
    BigDecimal value = new BigDecimal(node.text()).stripTrailingZeros();
    return value.scale() <= 0 && value.precision() - value.scale() < 19
        ? " (write " + value.toPlainString() + ")"
        : "";
  }

  /**
   * The constants of an enum, or the kinds of a sealed family, or of an optional one, as a
   * definition names them; else empty.
   */
  static List<String> choices(Type type) {
    Type inner = type instanceof ParameterizedType p ? p.getActualTypeArguments()[0] : type;
    if (inner instanceof Class<?> family && family.isInterface() && family.isSealed()) {
      return Catalogue.sealed(family).names();
    }
    return inner instanceof Class<?> c && c.isEnum()
        ? Arrays.stream(c.getEnumConstants()).map(v -> Names.kebab(((Enum<?>) v).name())).toList()
        : List.of();
  }

  private static Object constant(Node.Scalar node, Class<?> type, String key) {
    String wanted = node.text().replace('_', '-');
    List<String> names = choices(type);
    int index = names.indexOf(wanted);
    if (index < 0) {
      throw new ConfigException(
          node.at(), key + " cannot be " + node.what() + Nearest.hint(node.text(), names));
    }
    return type.getEnumConstants()[index];
  }

  /** The error that a value is not what its key needs. */
  public static ConfigException wrong(Node node, String key, String wanted) {
    return new ConfigException(node.at(), key + " must be " + wanted + ", not " + node.what());
  }
}
