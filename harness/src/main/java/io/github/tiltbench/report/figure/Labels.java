package io.github.tiltbench.report.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Long labels in lines. */
public final class Labels {
  private Labels() {}

  /**
   * The label in lines no wider than the room, as far as it can be parted: after a blank, a comma,
   * an equals sign or a hyphen, before a bracket, and inside a word only where that alone is too
   * wide. Nothing is left out.
   *
   * @param width of a text
   */
  public static List<String> wrap(String label, double room, ToDoubleFunction<String> width) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String part : label.split("(?<=[ ,=-])|(?=\\[)", -1)) {
      if (!line.isEmpty() && width.applyAsDouble((line + part).stripTrailing()) > room) {
        lines.add(line.stripTrailing());
        line = "";
      }
      line += part;
      while (line.length() > 1 && width.applyAsDouble(line.stripTrailing()) > room) {
        int fit = line.length() - 1;
        while (fit > 1 && width.applyAsDouble(line.substring(0, fit)) > room) {
          fit--;
        }
        lines.add(line.substring(0, fit));
        line = line.substring(fit);
      }
    }
    if (!line.isBlank() || lines.isEmpty()) {
      lines.add(line.stripTrailing());
    }
    return lines;
  }
}
