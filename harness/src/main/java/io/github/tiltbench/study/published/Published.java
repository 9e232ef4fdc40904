package io.github.tiltbench.study.published;

import java.util.List;

/**
 * Published numbers that stand beside what a study measures of one target reward.
 *
 * @param verifier label of the reward
 * @param entries in the order of the study's methods
 */
public record Published(String verifier, List<Entry> entries) {
  public Published {
    entries = List.copyOf(entries);
  }

  /**
   * One published number and what it stands beside.
   *
   * @param algorithm label of an algorithm of the study
   * @param metric name of a metric of the study
   * @param number the published one
   */
  public record Entry(String algorithm, String metric, PublishedNumber number) {}
}
