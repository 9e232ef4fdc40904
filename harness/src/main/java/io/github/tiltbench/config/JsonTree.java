package io.github.tiltbench.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON (RFC 8259, nothing beyond it) into the same {@link Node} tree as YAML, in one pass.
 *
 * <p>A text is a scalar in quotes; a number, {@code true}, {@code false} and {@code null} are
 * plain.
 */
public final class JsonTree {
  private static final int HEX = 16;

  private final String file;
  private final String text;
  private int line;
  private int lineStart;
  private int next;
  private int depth;

  private JsonTree(String file, int line, String text) {
    this.file = file;
    this.line = line;
    this.text = text;
  }

  /**
   * The value that a file holds.
   *
   * @param name of the file in messages
   * @throws ConfigException with the place of the first problem
   */
  public static Node parse(String name, byte[] bytes) {
    return parse(name, 1, Utf8.decode(name, bytes));
  }

  /** The same for a text that is line {@code line} of a file. */
  public static Node parse(String name, int line, String text) {
    return new JsonTree(name, line, text).document();
  }

  private Node document() {
    space();
    if (next == text.length()) {
      throw new ConfigException(line == 1 ? Mark.of(file) : here(), "is empty");
    }
    Node root = value();
    space();
    if (next < text.length()) {
      throw unexpected("the end");
    }
    return root;
  }

  private Mark here() {
    return new Mark(file, line, next - lineStart + 1);
  }

  private void space() {
    while (next < text.length()) {
      char c = text.charAt(next);
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
        return;
      }
      next++;
      if (c == '\n') {
        line++;
        lineStart = next;
      }
    }
  }

  private boolean skip(char wanted) {
    boolean there = next < text.length() && text.charAt(next) == wanted;
    next += there ? 1 : 0;
    return there;
  }

  private ConfigException unexpected(String wanted) {
    String met = next == text.length() ? "the end" : "'" + shown(text.codePointAt(next)) + "'";
    return new ConfigException(here(), "not JSON: " + wanted + " is wanted here, not " + met);
  }

  private static String shown(int c) {
    return Character.isISOControl(c) ? "U+%04X".formatted(c) : Character.toString(c);
  }

  private Node value() {
    Mark at = here();
    char c = next < text.length() ? text.charAt(next) : 0;
    if (c == '{' || c == '[') {
      if (++depth > Yaml.MAX_DEPTH) {
        throw new ConfigException(at, "nested deeper than " + Yaml.MAX_DEPTH + " levels");
      }
      next++;
      Node node = c == '{' ? mapping(at) : items(at);
      depth--;
      return node;
    }
    return c == '"' ? new Node.Scalar(quoted(), false, at) : new Node.Scalar(plain(), true, at);
  }

  private Node mapping(Mark at) {
    List<Node.Entry> entries = new ArrayList<>();
    Map<String, Mark> seen = new HashMap<>();
    space();
    if (skip('}')) {
      return new Node.Mapping(entries, at);
    }
    do {
      space();
      Mark keyAt = here();
      if (next == text.length() || text.charAt(next) != '"') {
        throw unexpected("a key in quotes");
      }
      String key = quoted();
      Mark before = seen.putIfAbsent(key, keyAt);
      if (before != null) {
        throw new ConfigException(
            keyAt, "duplicate key '" + key + "', first at " + before.inFile());
      }
      space();
      if (!skip(':')) {
        throw unexpected("':'");
      }
      space();
      entries.add(new Node.Entry(key, keyAt, value()));
      space();
    } while (skip(','));
    if (!skip('}')) {
      throw unexpected("',' or '}'");
    }
    return new Node.Mapping(entries, at);
  }

  private Node items(Mark at) {
    List<Node> items = new ArrayList<>();
    space();
    if (skip(']')) {
      return new Node.Items(items, at);
    }
    do {
      space();
      items.add(value());
      space();
    } while (skip(','));
    if (!skip(']')) {
      throw unexpected("',' or ']'");
    }
    return new Node.Items(items, at);
  }

  /** A number, {@code true}, {@code false} or {@code null}. */
  private String plain() {
    int start = next;
    int end = start;
    while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || in(end, "+-."))) {
      end++;
    }
    String word = text.substring(start, end);
    if (!isPlain(word)) {
      throw unexpected("a value");
    }
    next = end;
    return word;
  }

  /** Whether a text means the same in JSON without quotes: a number or one of three words. */
  static boolean isPlain(String word) {
    return word.equals("true") || word.equals("false") || word.equals("null") || number(word);
  }

  private boolean in(int at, String set) {
    return set.indexOf(text.charAt(at)) >= 0;
  }

  /** {@code -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?}, by hand: it is met a million times. */
  private static boolean number(String word) {
    int at = word.startsWith("-") ? 1 : 0;
    int whole = digits(word, at);
    if (whole == at || (word.charAt(at) == '0' && whole > at + 1)) {
      return false;
    }
    at = whole;
    if (at < word.length() && word.charAt(at) == '.') {
      int fraction = digits(word, at + 1);
      if (fraction == at + 1) {
        return false;
      }
      at = fraction;
    }
    if (at < word.length() && (word.charAt(at) == 'e' || word.charAt(at) == 'E')) {
      int sign = at + 1 < word.length() && "+-".indexOf(word.charAt(at + 1)) >= 0 ? 1 : 0;
      int exponent = digits(word, at + 1 + sign);
      if (exponent == at + 1 + sign) {
        return false;
      }
      at = exponent;
    }
    return at == word.length();
  }

  private static int digits(String word, int from) {
    int at = from;
    while (at < word.length() && word.charAt(at) >= '0' && word.charAt(at) <= '9') {
      at++;
    }
    return at;
  }

  private String quoted() {
    int open = next++;
    int start = next;
    StringBuilder out = null;
    while (next < text.length()) {
      char c = text.charAt(next);
      if (c == '"') {
        String rest = text.substring(start, next++);
        return out == null ? rest : out.append(rest).toString();
      } else if (c == '\\') {
        out = out == null ? new StringBuilder() : out;
        out.append(text, start, next).append(escape());
        start = next;
      } else if (c < ' ') {
        throw new ConfigException(
            here(), "not JSON: " + shown(c) + " must be written as an escape");
      } else {
        next++;
      }
    }
    next = open;
    throw new ConfigException(here(), "not JSON: a text does not end");
  }

  private char escape() {
    Mark at = here();
    next += 2;
    char c = next <= text.length() ? text.charAt(next - 1) : ' ';
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode(at);
      default -> throw new ConfigException(at, "not JSON: an unknown escape");
    };
  }

  private char unicode(Mark at) {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = next < text.length() ? Character.digit(text.charAt(next++), HEX) : -1;
      if (digit < 0) {
        throw new ConfigException(at, "not JSON: \\u needs four hexadecimal digits");
      }
      code = code * HEX + digit;
    }
    return (char) code;
  }
}
