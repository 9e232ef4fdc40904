package io.github.tiltbench.report.page;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the notes of one table and gives each distinct one a letter: a to z, then aa, ab. */
public final class Footnotes {
  private final Map<String, String> marks = new LinkedHashMap<>();

  /** The letter of a note, which is a new one if the note is. */
  public String mark(String note) {
    return marks.computeIfAbsent(note, n -> letters(marks.size()));
  }

  private static String letters(int index) {
    String last = String.valueOf((char) ('a' + index % 26));
    return index < 26 ? last : letters(index / 26 - 1) + last;
  }

  /** All notes in the order of their letters, each as {@code (a) note}. */
  public List<String> lines() {
    return marks.entrySet().stream().map(e -> "(" + e.getValue() + ") " + e.getKey()).toList();
  }
}
