package io.github.tiltbench.report;

import java.util.List;

/** A part of a page, as content without a look; every text is plain and gets escaped. */
sealed interface Block {
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
   * A drawing in several versions, of which the page shows the one that suits the screen.
   *
   * @param caption below it, may be empty
   * @param alternative what it shows, for those who cannot see it
   * @param light on a light page
   * @param dark on a dark page
   * @param narrow on a narrow light page
   * @param narrowDark on a narrow dark page
   */
  record Drawing(
      String caption,
      String alternative,
      byte[] light,
      byte[] dark,
      byte[] narrow,
      byte[] narrowDark)
      implements Block {}

  /** Samples, a row a prompt. */
  record Samples(String title, List<PictureRow> rows) implements Block {}

  /** Names and values. */
  record Facts(List<Fact> facts) implements Block {}

  /** One name and its value. */
  record Fact(String name, String value) {}

  /** Text whose lines and blanks matter. */
  record Code(String text) implements Block {}
}
