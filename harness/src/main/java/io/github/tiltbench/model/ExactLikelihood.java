package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Template;
import io.github.tiltbench.verifier.Verifier;
import java.util.function.Function;

/**
 * The probability of the free tokens given those that stand in the template, by the chain rule on
 * the exact conditionals: in bits a free token, negated.
 *
 * @param template where the chain of a prompt starts
 */
record ExactLikelihood(
    BaseLikelihood.Output output, TokenLaw law, Function<Condition, Template> template)
    implements Verifier {
  @Override
  public double[] score(Batch clean, Condition[] condition) {
    double[] score = new double[clean.size()];
    for (int row = 0; row < score.length && output == BaseLikelihood.Output.BITS; row++) {
      Template start = template.apply(condition[row]);
      score[row] = log(start, ((Batch.Tokens) clean).row(row)) / Math.log(2) / start.free();
    }
    return score;
  }

  private double log(Template start, int[] tokens) {
    int[] state = start.tokens().clone();
    double sum = 0;
    for (int at = 0; at < state.length && sum > Double.NEGATIVE_INFINITY; at++) {
      if (start.free(at)) {
        sum += Math.log(law.conditionals(state)[at][tokens[at]]);
        state[at] = tokens[at];
      }
    }
    return sum;
  }
}
