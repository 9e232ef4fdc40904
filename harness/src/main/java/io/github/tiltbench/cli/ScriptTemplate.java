package io.github.tiltbench.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Scripts that ship with the program, with blanks such as {@code @name@} for words. */
final class ScriptTemplate {
  private static final Pattern BLANK = Pattern.compile("@([a-z]+)@");

  private ScriptTemplate() {}

  /**
   * A script with its blanks filled; lines with nothing but a word that stands for nothing are left
   * out.
   *
   * @param script its name below the resources of this package
   */
  static String filled(String script, Map<String, String> words) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line : read(script).lines().toList()) {
      String full =
          BLANK.matcher(line).replaceAll(m -> Matcher.quoteReplacement(words.get(m.group(1))));
      if (!full.isEmpty() || line.isEmpty()) {
        text.append(full).append('\n');
      }
    }
    return text.toString();
  }

  private static String read(String script) throws IOException {
    try (InputStream in = ScriptTemplate.class.getResourceAsStream(script + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
