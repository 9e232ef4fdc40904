package io.github.tiltbench.report.page;

import io.github.tiltbench.report.figure.Chart;
import java.util.List;

/** A part of a page, as content without a look; every text is plain and gets escaped. */
public sealed interface Block {
  /** A heading and what follows it. */
  record Section(String title, List<Block> body) implements Block {}

  /** A paragraph. */
  record Text(String text) implements Block {}

  /** A paragraph that must not be overlooked. */
  record Warning(String text) implements Block {}

  /** A list. */
  record Bullets(List<String> items) implements Block {}

  /** A table. */
  record Tabular(Table table) implements Block {}

  /**
   * A chart.
   *
   * @param light drawn for a light page and for paper, as SVG; empty until it is drawn
   * @param dark drawn for a dark page, as SVG; empty until it is drawn
   */
  record Figure(Chart chart, String light, String dark) implements Block {
    /** A chart that is still to be drawn. */
    public static Figure of(Chart chart) {
      return new Figure(chart, "", "");
    }
  }

  /** What follows is a heading and opens when asked for. */
  record Folded(String title, List<Block> body) implements Block {}

  /**
   * A reference to a section of the page.
   *
   * @param text what is said
   * @param section its title, which follows the text
   */
  record Jump(String text, String section) implements Block {}

  /**
   * Samples, a row a prompt.
   *
   * @param file name of the same as a picture, without an ending; empty if there is none
   */
  record Samples(String title, List<PictureRow> rows, String file) implements Block {}

  /** Names and values. */
  record Facts(List<Fact> facts) implements Block {}

  /** One name and its value. */
  record Fact(String name, String value) {}

  /** Text whose lines and blanks matter. */
  record Code(String text) implements Block {}
}
