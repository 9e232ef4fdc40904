package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import java.util.Optional;

/**
 * The reward of a sequence: a score for each token, one if its ends are equal, one for each pair of
 * equal neighbours; {@code sum_i scores[x_i] + equalEnds [x_0 = x_last] + equalNeighbours #{i : x_i
 * = x_(i+1)}}.
 *
 * @param scores one a token of the vocabulary
 * @param equalEnds added where the first token equals the last
 * @param equalNeighbours added for each token that equals the next
 */
public record TokenScores(double[] scores, double equalEnds, double equalNeighbours)
    implements VerifierSpec, Verifier {
  /** Refuses no scores and values that are not finite. */
  public TokenScores {
    Rewards.requireFinite("scores", scores);
    Rewards.requireFinite("equal_ends", equalEnds);
    Rewards.requireFinite("equal_neighbours", equalNeighbours);
  }

  @Override
  public Verifier open(StateSpace space) {
    return this;
  }

  @Override
  public Optional<String> mismatch(StateSpace space) {
    if (!(space instanceof StateSpace.Sequence s)) {
      return Optional.of("it scores token sequences, not " + space);
    }
    return s.tokens() == scores.length
        ? Optional.empty()
        : Optional.of("scores has " + scores.length + " entries for " + s.tokens() + " tokens");
  }

  @Override
  public boolean differentiable() {
    return false;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException for a token without a score, such as a mask
   */
  @Override
  public double[] score(Batch clean, Condition[] condition) {
    Batch.Tokens tokens = (Batch.Tokens) clean;
    double[] score = new double[clean.size()];
    for (int row = 0; row < score.length; row++) {
      score[row] = score(tokens.row(row));
    }
    return score;
  }

  private double score(int[] x) {
    double sum = x[0] == x[x.length - 1] ? equalEnds : 0;
    for (int i = 0; i < x.length; i++) {
      if (x[i] < 0 || x[i] >= scores.length) {
        throw new IllegalArgumentException(
            "token " + x[i] + " at position " + i + " has no score: is the sequence clean?");
      }
      sum += scores[x[i]];
      sum += i + 1 < x.length && x[i] == x[i + 1] ? equalNeighbours : 0;
    }
    return sum;
  }
}
