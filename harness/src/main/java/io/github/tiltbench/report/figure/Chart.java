package io.github.tiltbench.report.figure;

import java.util.List;

/**
 * A figure as data.
 *
 * <p>Layers with one name, in whatever panel, share an entry of the legend and are hidden together.
 *
 * @param name of its files, without an ending: a plain file name
 * @param title above it
 * @param caption below it; may be empty
 * @param alternative what it shows, for those who cannot see it
 * @param panels at least one, line by line as text is read
 */
public record Chart(
    String name, String title, String caption, String alternative, List<Panel> panels) {
  /** Copies the panels. */
  public Chart {
    panels = List.copyOf(panels);
    if (panels.isEmpty()) {
      throw new IllegalArgumentException("a chart needs a panel: " + name);
    }
  }

  /** A chart of one panel, which takes its title from the chart. */
  public static Chart of(
      String name, String title, String caption, String alternative, Panel panel) {
    return new Chart(name, title, caption, alternative, List.of(panel));
  }
}
