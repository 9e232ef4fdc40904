package io.github.tiltbench.study;

/**
 * Names one trial: what makes it a different draw from every other.
 *
 * <p>It is compared a hundred times a trial of a report, hence by hand.
 *
 * @param cell brief key of its cell
 * @param prompt the condition
 * @param repetition 0, 1, ...
 */
public record TrialId(String cell, String prompt, int repetition) implements Comparable<TrialId> {
  @Override
  public int compareTo(TrialId other) {
    int order = cell.compareTo(other.cell);
    order = order == 0 ? prompt.compareTo(other.prompt) : order;
    return order == 0 ? Integer.compare(repetition, other.repetition) : order;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrialId id
        && repetition == id.repetition
        && cell.equals(id.cell)
        && prompt.equals(id.prompt);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * cell.hashCode() + prompt.hashCode()) + repetition;
  }

  @Override
  public String toString() {
    return cell + " '" + prompt + "' #" + repetition;
  }
}
