package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Markov chains of starting noise whose law is the prior's times exp(v / temperature), v being the
 * reward of the clean estimate at level T.
 *
 * @param move how they move
 * @param chains how many there are
 * @param iterations moves of each
 * @param burnt moves that nothing is kept of
 * @param temperature of their law
 */
record NoiseChains(LangevinMove move, int chains, int iterations, int burnt, double temperature) {
  /**
   * What is kept of chains.
   *
   * @param x states
   * @param known what model and reward say of them
   * @param accepted the share of moves that were taken
   */
  record Kept(Batch x, Evaluation known, double accepted) {}

  /**
   * The moves after which a chain's state is kept, the last one first: evenly spaced over those
   * that are not burnt.
   */
  int[] kept(int states) {
    int after = iterations - burnt;
    return IntStream.range(0, states)
        .map(m -> iterations - (int) ((long) m * after / states))
        .toArray();
  }

  /** The states that a chain gives of so many: the first chains one more. */
  private int share(int chain, int states) {
    return states / chains + (chain < states % chains ? 1 : 0);
  }

  /** Runs the chains of particles at an address and keeps some states. */
  Kept run(ReverseProcess process, Session session, Addressing at, int states) {
    int top = process.steps();
    Batch x = process.prior(chains, at.of(session.noise(Purpose.PRIOR, top)));
    Evaluation known = session.ask(new Query(Query.Kind.GRADIENT, x, top));
    boolean[][] due = due(states);
    List<Batch> keptStates = new ArrayList<>();
    List<Evaluation> keptAnswers = new ArrayList<>();
    long taken = 0;
    for (int i = 1; i <= iterations; i++) {
      LangevinMove.Point from = point(x, known);
      Batch y = move.propose(from, at.of(session.noise(Purpose.PROPOSAL, top).round(i)));
      Evaluation there = session.ask(new Query(Query.Kind.GRADIENT, y, top));
      boolean[] moved =
          taken(from, point(y, there), at.of(session.noise(Purpose.SELECT, top).round(i)));
      int[] index = IntStream.range(0, chains).map(c -> moved[c] ? chains + c : c).toArray();
      x = Batch.concat(List.of(x, y)).select(index);
      known = Evaluation.joined(List.of(known, there)).select(index);
      for (int chain = 0; chain < chains; chain++) {
        taken += moved[chain] ? 1 : 0;
        if (due[chain][i]) {
          keptStates.add(x.select(new int[] {chain}));
          keptAnswers.add(known.select(new int[] {chain}));
        }
      }
    }
    return new Kept(
        Batch.concat(keptStates),
        Evaluation.joined(keptAnswers),
        (double) taken / ((long) chains * iterations));
  }

  private boolean[][] due(int states) {
    boolean[][] due = new boolean[chains][iterations + 1];
    for (int chain = 0; chain < chains; chain++) {
      for (int i : kept(share(chain, states))) {
        due[chain][i] = true;
      }
    }
    return due;
  }

  private LangevinMove.Point point(Batch x, Evaluation known) {
    double[] log = Arrays.stream(known.value().values()).map(v -> v / temperature).toArray();
    return new LangevinMove.Point((Batch.Reals) x, log, known.gradient().times(1 / temperature));
  }

  /** Whether each proposal is taken; one from a state that is not admissible always is. */
  private boolean[] taken(LangevinMove.Point from, LangevinMove.Point to, Noise noise) {
    double[] ratio = move.logRatio(from, to);
    double[] u = new double[chains];
    noise.uniforms(chains, u);
    boolean[] taken = new boolean[chains];
    for (int c = 0; c < chains; c++) {
      taken[c] = from.log()[c] == Double.NEGATIVE_INFINITY || Math.log(u[c]) < ratio[c];
    }
    return taken;
  }
}
