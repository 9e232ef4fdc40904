package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * CoDe, blockwise control: N copies of a state run freely for a block of steps, the best by the
 * reward of its clean estimate is kept, and copied again. Another name of {@link Svdd} with alpha 0
 * and a block.
 *
 * <p>Paper: Singh et al., arXiv 2502.00968. Code: anujinho/code, with n from 10 to 40 and blocks of
 * 5.
 *
 * <p>Deviations, and why: copies start where the block's first step draws noise (the code starts
 * all N of the first block from one noise too, and in a chain that draws none later they stay
 * equal, unnoticed; here such a chain is left out by name). A survivor's prediction serves its next
 * step (the code evaluates it anew, N evaluations a block). The start from a reference image,
 * noised to a share of the levels, is left out: a study names prompts and no images, so there is no
 * reference that all methods would be given, and one who starts from a good sample is not compared
 * with those who have to find it.
 *
 * <p>This is a maximiser. A block of 1 selects at every step, one of T is the best of N from one
 * starting noise. Cost: that of {@link Svdd}.
 *
 * @param n N, copies; 0 takes as many as the budget pays for
 * @param block B, steps from one selection to the next
 */
public record Code(int n, int block) implements Algorithm {
  /** Fills the budget, with the released block. */
  public static final Code DEFAULT = new Code(0, 5);

  /** Refuses what is out of range. */
  public Code {
    if (n < 0 || n > Svdd.MAX_WIDTH) {
      throw new IllegalArgumentException("n must be from 0 to " + Svdd.MAX_WIDTH);
    }
    if (block < 1) {
      throw new IllegalArgumentException("block must be at least 1");
    }
  }

  private Svdd svdd() {
    return new Svdd(
        n,
        0,
        Svdd.Value.POSTERIOR_MEAN,
        OptionalInt.of(block),
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  @Override
  public Support supports(Problem problem) {
    return svdd().supports(problem);
  }

  @Override
  public List<String> warnings(Problem problem) {
    return svdd().warnings(problem);
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    return svdd().sample(problem, session);
  }

  @Override
  public Cost cost(Problem problem) {
    return svdd().cost(problem);
  }

  @Override
  public boolean usesBudget() {
    return n == 0;
  }
}
