package io.github.tiltbench.verifier.text;

import io.github.tiltbench.verifier.Lack;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The word lists that the build takes from the npm registry, as their packages hold them. */
final class PublishedWords {
  private static final String FOLDER = "/io/github/tiltbench/text/";

  /** A text of a JSON array on a line of its own; there are no escapes in it. */
  private static final Pattern LISTED = Pattern.compile("^\\s*\"(.+)\",?\\s*$");

  /** An entry of a JavaScript object on a line of its own. */
  private static final Pattern GRADED =
      Pattern.compile("^\\s*(?:'([^']+)'|\"([^\"]+)\"|(\\w+)): (\\d),?\\s*$");

  private PublishedWords() {}

  /** What is missing to read one. */
  static Optional<String> lack(WordList.Source source) {
    return PublishedWords.class.getResource(place(source)) != null
        ? Optional.empty()
        : Optional.of(Lack.TEXT.toString());
  }

  private static String place(WordList.Source source) {
    return FOLDER
        + switch (source) {
          case NAUGHTY_WORDS -> "naughty-words/en.json";
          case CUSS -> "cuss/index.js";
        };
  }

  /** Its entries; of a graded list those of some grade or more. */
  static List<String> read(WordList.Source source, int grade) {
    try (InputStream in = PublishedWords.class.getResourceAsStream(place(source))) {
      if (in == null) {
        throw new IllegalArgumentException("the verifier " + Lack.TEXT);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().flatMap(line -> entry(source, line, grade)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> entry(WordList.Source source, String line, int grade) {
    Matcher entry = (source == WordList.Source.CUSS ? GRADED : LISTED).matcher(line);
    if (!entry.find()) {
      return Stream.empty();
    }
    if (source == WordList.Source.NAUGHTY_WORDS) {
      return Stream.of(entry.group(1));
    }
    return Integer.parseInt(entry.group(4)) < grade
        ? Stream.empty()
        : Stream.of(entry.group(1), entry.group(2), entry.group(3)).filter(g -> g != null);
  }
}
