package io.github.tiltbench.study;

import java.util.List;
import java.util.stream.Stream;

/**
 * Which algorithms are set against which.
 *
 * @param baseline label of the algorithm that the others are compared with; empty for none
 * @param primary label of the algorithm whose comparison the study was made for, so that all others
 *     are exploratory; empty if it was not said beforehand
 */
public record Comparisons(String baseline, String primary) {

  /** The baseline of a study that names none: the simplest search, or else no search. */
  public static String standing(List<String> labels) {
    return Stream.of("best-of-n", "pretrained").filter(labels::contains).findFirst().orElse("");
  }
}
