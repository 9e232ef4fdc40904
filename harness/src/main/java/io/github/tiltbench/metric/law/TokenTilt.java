package io.github.tiltbench.metric.law;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.MaskedChain;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.model.Enumerated;
import io.github.tiltbench.model.MarkovChain;
import io.github.tiltbench.model.MarkovLaw;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.particle.Scope;
import io.github.tiltbench.verifier.TokenScores;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.Arrays;

/**
 * What is known of the law of token sequences tilted by {@code exp(r / beta)}, given the tokens of
 * a prompt.
 *
 * <p>A Markov chain under a reward of tokens and neighbours is summed by transfer matrices, one for
 * each first token where the reward looks at both ends; a listed law under any reward of sequences
 * one by one. The law meant is that of the first-hitting chain, which is that of the data.
 *
 * @param logConstant log of E[exp(r / beta)]
 * @param meanReward E[r] under the tilted law
 * @param largestReward of sequences that can be
 */
public record TokenTilt(double logConstant, double meanReward, double largestReward) {
  private static final int MOST_ENDS = 64;

  /**
   * That of a cell's target.
   *
   * @throws IllegalArgumentException that says why it is not known, one clause
   */
  public static TokenTilt of(
      ModelSpec model, VerifierSpec verifier, double beta, Condition prompt) {
    if (!(model.reverse(prompt) instanceof MaskedChain chain)) {
      throw new IllegalArgumentException("the samples of this model are no tokens");
    }
    if (!(chain instanceof FirstHittingProcess)) {
      throw new IllegalArgumentException(
          "the law of this chain is not that of the data; that of first-hitting is");
    }
    int[] template = chain.template().tokens();
    if (model instanceof MarkovChain markov && verifier instanceof TokenScores scores) {
      return of(markov.law(), scores, beta, template);
    }
    if (model instanceof Enumerated listed) {
      return of(listed, verifier, beta, template);
    }
    throw new IllegalArgumentException(
        "the tilted law is summed for markov-chain under tokens and for enumerated alone");
  }

  /** The mass, mean reward and largest reward of sequences that end in some token so far. */
  private static final class Mass {
    private double log = Double.NEGATIVE_INFINITY;
    private double mean;
    private double largest = Double.NEGATIVE_INFINITY;

    /** Adds sequences of a log-mass with their mean and largest reward. */
    void add(double logMass, double meanReward, double largestReward) {
      if (logMass == Double.NEGATIVE_INFINITY) {
        return;
      }
      double both = Math.max(log, logMass) + Math.log1p(Math.exp(-Math.abs(log - logMass)));
      double share = log == Double.NEGATIVE_INFINITY ? 1 : Math.exp(logMass - both);
      log = log == Double.NEGATIVE_INFINITY ? logMass : both;
      mean += share * (meanReward - mean);
      largest = Math.max(largest, largestReward);
    }
  }

  static TokenTilt of(MarkovLaw law, TokenScores reward, double beta, int[] template) {
    boolean ends = reward.equalEnds() != 0;
    if (ends && law.vocabulary() > MOST_ENDS) {
      throw new IllegalArgumentException(
          "the tilted law is summed for equal ends up to " + MOST_ENDS + " tokens");
    }
    Mass tilted = total(law, reward, beta, template, ends);
    Mass plain = total(law, reward, Double.POSITIVE_INFINITY, template, false);
    return new TokenTilt(tilted.log - plain.log, tilted.mean, tilted.largest);
  }

  private static Mass total(
      MarkovLaw law, TokenScores reward, double beta, int[] template, boolean ends) {
    Mass total = new Mass();
    int vocabulary = law.vocabulary();
    for (int first = 0; first < (ends ? vocabulary : 1); first++) {
      Mass[] now = new Mass[vocabulary];
      for (int v = 0; v < vocabulary; v++) {
        now[v] = new Mass();
        if ((!ends || v == first) && fits(template[0], v, vocabulary)) {
          double r = reward.scores()[v];
          now[v].add(Math.log(law.initial()[v]) + r / beta, r, r);
        }
      }
      for (int position = 1; position < template.length; position++) {
        Mass[] next = new Mass[vocabulary];
        for (int v = 0; v < vocabulary; v++) {
          next[v] = new Mass();
          if (fits(template[position], v, vocabulary)) {
            for (int u = 0; u < vocabulary; u++) {
              double r = reward.scores()[v] + (u == v ? reward.equalNeighbours() : 0);
              next[v].add(
                  now[u].log + Math.log(law.transition()[u][v]) + r / beta,
                  now[u].mean + r,
                  now[u].largest + r);
            }
          }
        }
        now = next;
      }
      for (int v = 0; v < vocabulary; v++) {
        double r = ends && v == first ? reward.equalEnds() : 0;
        total.add(now[v].log + r / beta, now[v].mean + r, now[v].largest + r);
      }
    }
    return total;
  }

  private static boolean fits(int template, int token, int mask) {
    return template == mask || template == token;
  }

  static TokenTilt of(Enumerated model, VerifierSpec verifier, double beta, int[] template) {
    if (verifier.scope() != Scope.POINT
        || verifier.estimate().isPresent()
        || !verifier.programs().isEmpty()) {
      throw new IllegalArgumentException("the reward is not one of sequences one by one");
    }
    StateSpace.Sequence space = model.space();
    int[] all = new int[model.weights().length * space.length()];
    for (int i = 0; i < model.weights().length; i++) {
      for (int position = space.length() - 1, rest = i; position >= 0; position--) {
        all[i * space.length() + position] = rest % space.tokens();
        rest /= space.tokens();
      }
    }
    Batch.Tokens sequences = new Batch.Tokens(all, space.length());
    double[] reward;
    try (Verifier open = verifier.open(space)) {
      Condition[] none = new Condition[sequences.size()];
      Arrays.fill(none, Condition.NONE);
      reward = open.score(sequences, none);
    }
    Mass tilted = new Mass();
    Mass plain = new Mass();
    for (int i = 0; i < reward.length; i++) {
      int[] row = sequences.row(i);
      boolean fits = true;
      for (int position = 0; position < row.length; position++) {
        fits &= fits(template[position], row[position], space.mask());
      }
      if (fits && reward[i] > Double.NEGATIVE_INFINITY) {
        double log = Math.log(model.weights()[i]);
        tilted.add(log + reward[i] / beta, reward[i], reward[i]);
      }
      if (fits) {
        plain.add(Math.log(model.weights()[i]), 0, 0);
      }
    }
    return new TokenTilt(tilted.log - plain.log, tilted.mean, tilted.largest);
  }
}
