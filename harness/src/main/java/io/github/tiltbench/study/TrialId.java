package io.github.tiltbench.study;

import java.util.Comparator;

/**
 * Names one trial: what makes it a different draw from every other.
 *
 * @param cell brief key of its cell
 * @param prompt the condition
 * @param repetition 0, 1, ...
 */
public record TrialId(String cell, String prompt, int repetition) implements Comparable<TrialId> {
  private static final Comparator<TrialId> ORDER =
      Comparator.comparing(TrialId::cell)
          .thenComparing(TrialId::prompt)
          .thenComparingInt(TrialId::repetition);

  @Override
  public int compareTo(TrialId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return cell + " '" + prompt + "' #" + repetition;
  }
}
