package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.diffusion.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A sequence that a parent branched into.
 *
 * @param tokens the sequence
 * @param parent rank of its parent in the frontier
 * @param position that was branched at
 * @param token that was revealed there
 * @param logToken log-probability of the token given the parent
 * @param logPath sum of the log-probabilities of all tokens revealed so far
 * @param score what it is ranked by; 0 where nothing is scored
 */
record Candidate(
    int[] tokens,
    int parent,
    int position,
    int token,
    double logToken,
    double logPath,
    double score) {
  /** Bits of a number that are compared: a relative difference of 1e-9 is none. */
  private static final int BITS = 30;

  /**
   * The best first: by score, then by the token's probability, both rounded so that the noise of
   * arithmetic does not decide, then by parent, position and token.
   */
  static final Comparator<Candidate> ORDER =
      Comparator.comparingDouble((Candidate c) -> -rounded(c.score))
          .thenComparingDouble(c -> -rounded(c.logToken))
          .thenComparingInt(Candidate::parent)
          .thenComparingInt(Candidate::position)
          .thenComparingInt(Candidate::token);

  Candidate scored(double score) {
    return new Candidate(tokens, parent, position, token, logToken, logPath, score);
  }

  /** A number without its bits beyond a relative 1e-9; zero has no sign. */
  static double rounded(double value) {
    if (value == 0 || Double.isInfinite(value)) {
      return value == 0 ? 0.0 : value;
    }
    int shift = BITS - 1 - Math.getExponent(value);
    return Math.scalb(Math.rint(Math.scalb(value, shift)), -shift);
  }

  /** Without those whose sequence another one has; the first in order stays. */
  static List<Candidate> distinct(List<Candidate> candidates) {
    Set<List<Integer>> seen = new HashSet<>();
    List<Candidate> distinct = new ArrayList<>();
    for (Candidate candidate : candidates.stream().sorted(ORDER).toList()) {
      if (seen.add(Arrays.stream(candidate.tokens).boxed().toList())) {
        distinct.add(candidate);
      }
    }
    return distinct;
  }

  /** The share of them whose rounded score another one has. */
  static double ties(List<Candidate> sorted) {
    int tied = 0;
    for (int i = 0; i < sorted.size(); i++) {
      double score = rounded(sorted.get(i).score);
      boolean before = i > 0 && rounded(sorted.get(i - 1).score) == score;
      boolean after = i + 1 < sorted.size() && rounded(sorted.get(i + 1).score) == score;
      tied += before || after ? 1 : 0;
    }
    return (double) tied / sorted.size();
  }

  /** The sequences of all. */
  static Batch.Tokens batch(List<Candidate> candidates) {
    int length = candidates.get(0).tokens.length;
    int[] data = new int[candidates.size() * length];
    for (int i = 0; i < candidates.size(); i++) {
      System.arraycopy(candidates.get(i).tokens, 0, data, i * length, length);
    }
    return new Batch.Tokens(data, length);
  }
}
