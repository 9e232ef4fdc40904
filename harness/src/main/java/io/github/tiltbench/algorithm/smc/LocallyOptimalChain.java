package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.FirstHittingStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.particle.FeynmanKac;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A chain that reveals one token a step, drawn by how likely it is and how much it promises: of a
 * particle at z the position i is the model's, uniform among the masks, the token v comes with
 * probability proportional to pi_i(v | z) h(z with v at i), and the particle is weighed by the sum
 * of these over v, divided by h(z).
 *
 * <p>h is exp(value / beta), the reward itself at level 0, and 1 at level T. On every path the
 * weights telescope to exp(r / beta) over the proposal's share of the model's probability, so the
 * weighted particles target the tilted law for any h; were h the mean of exp(r / beta) from a state
 * on, no weight would vary but by the positions. A value that is drawn stays with its state. The
 * completions of all candidates of a particle are drawn by the same uniforms, so that they differ
 * by what the candidates differ in.
 *
 * <p>With top K, the likeliest tokens are candidates (the lowest ids among equals) and one draw
 * from the rest, which has the probability of all of them: the sum is unbiased given that draw. A
 * candidate that cannot be stands for nothing: the likeliest token is asked about in its place and
 * weighs nothing, so that a step always costs the same.
 */
final class LocallyOptimalChain implements FeynmanKac {
  private final Problem problem;
  private final Session session;
  private final Addressing addressing;
  private final ValueEstimate estimate;
  private final TokenProposal proposal;

  LocallyOptimalChain(
      Problem problem,
      Session session,
      Addressing addressing,
      ValueEstimate estimate,
      TokenProposal proposal) {
    this.problem = problem;
    this.session = session;
    this.addressing = addressing;
    this.estimate = estimate;
    this.proposal = proposal;
  }

  @Override
  public int steps() {
    return problem.process().steps();
  }

  @Override
  public Population start(int n) {
    Noise prior = addressing.of(session.noise(Purpose.PRIOR, steps()));
    Batch x = problem.process().initial(n).sample(prior);
    return Population.of(n)
        .with(TwistedChain.TWIST, new Scalars(new double[n]))
        .with(TwistedChain.STATE, x)
        .with(TwistedChain.PREDICTION, session.denoise(x, steps()));
  }

  @Override
  public Population move(Population p, int level) {
    Prediction.Logits parent = (Prediction.Logits) p.get(TwistedChain.PREDICTION);
    Candidates candidates = candidates(p, level);
    int width = candidates.log.length / p.size();
    Batch.Tokens x = candidates.states;
    if (level == 1) {
      return arrive(p, level, candidates, null, session.score(x));
    }
    if (proposal.child()) {
      Prediction children = session.denoise(x, level - 1);
      return arrive(p, level, candidates, children, values(children, level - 1, p.size(), width));
    }
    Batch.Tokens fills = (Batch.Tokens) estimate.clean(parent, level - 1, session, addressing);
    double[] value =
        valued(
            IntStream.range(0, width)
                .<Batch>mapToObj(
                    c -> filled(x, c * p.size(), p.size(), fills, parent.space().mask()))
                .toList());
    return arrive(p, level, candidates, null, value);
  }

  /** The particles where a draw takes them. */
  private Population arrive(
      Population p, int level, Candidates candidates, Prediction prediction, double[] value) {
    int n = p.size();
    int width = value.length / n;
    double[] before = p.get(TwistedChain.TWIST).values();
    double[] gained = new double[n];
    double[] share = new double[value.length]; // families of consecutive candidates
    for (int i = 0; i < n; i++) {
      double[] own = new double[width];
      for (int c = 0; c < width; c++) {
        own[c] = candidates.log[c * n + i] + value[c * n + i] / problem.beta();
      }
      System.arraycopy(own, 0, share, i * width, width);
      gained[i] = new Weights(own).logMean() + Math.log(width) - before[i];
    }
    int[] kept = Branching.keep(share, width, 1, i -> candidates.choice[i]);
    int[] row = Arrays.stream(kept).map(at -> at % width * n + at / width).toArray();
    Batch x = candidates.states.select(row);
    double[] values = new Scalars(value).select(row).values();
    double[] twist = Arrays.stream(values).map(v -> v / problem.beta()).toArray();
    Population next =
        p.weigh(gained)
            .with(TwistedChain.STATE, x)
            .with(TwistedChain.VALUE, new Scalars(values))
            .with(TwistedChain.TWIST, new Scalars(twist))
            .without(TwistedChain.PREDICTION);
    if (level == 1) {
      return next;
    }
    return next.with(
        TwistedChain.PREDICTION,
        proposal.child() ? prediction.select(row) : session.denoise(x, level - 1));
  }

  /** Of candidates one after the other, each of all particles. */
  private double[] values(Prediction children, int level, int n, int width) {
    List<Batch> clean = new ArrayList<>();
    for (int c = 0; c < width; c++) {
      Prediction each = children.select(IntStream.range(c * n, (c + 1) * n).toArray());
      clean.add(estimate.clean(each, level, session, addressing));
    }
    return valued(clean);
  }

  private double[] valued(List<Batch> clean) {
    double[] reward = session.score(Batch.concat(clean));
    double[] value = estimate.combination().of(reward, estimate.completions(), problem.beta());
    return new Scalars(value).floored().values();
  }

  /**
   * Some states with their masks as the completions of their parents have them, which are drawn
   * once for all candidates of a particle.
   */
  private static Batch.Tokens filled(
      Batch.Tokens x, int from, int n, Batch.Tokens fills, int mask) {
    int length = x.data().length / x.size();
    int[] whole = fills.data().clone();
    for (int at = 0; at < whole.length; at++) {
      int row = at / length / (fills.size() / n);
      int token = x.data()[(from + row) * length + at % length];
      whole[at] = token == mask ? whole[at] : token;
    }
    return new Batch.Tokens(whole, length);
  }

  /**
   * What may come of a step.
   *
   * @param states the first candidate of each particle, then the second, and so on
   * @param log of the probability that each has, or stands for
   * @param choice the uniform that chooses among those of a particle
   */
  private record Candidates(Batch.Tokens states, double[] log, double[] choice) {}

  private Candidates candidates(Population p, int level) {
    Batch.Tokens x = (Batch.Tokens) p.get(TwistedChain.STATE);
    Prediction.Logits prediction = (Prediction.Logits) p.get(TwistedChain.PREDICTION);
    FirstHittingStep law = (FirstHittingStep) problem.process().law(x, level, prediction);
    Noise noise = addressing.of(session.noise(Purpose.STEP, level));
    int n = x.size();
    int length = x.data().length / n;
    double[] pi = new double[prediction.space().tokens()];
    int width = proposal.width(pi.length);
    int[] states = new int[width * x.data().length];
    double[] log = new double[n * width];
    double[] choice = new double[n];
    double[] u = new double[3];
    for (int i = 0; i < n; i++) {
      noise.uniforms(i, u, 0, u.length);
      int[] masks = law.masks(i);
      int position = masks[(int) (u[0] * masks.length)];
      law.read(i, position, pi);
      choice[i] = u[1];
      TokenProposal.Options options = proposal.options(pi, u[2]);
      for (int c = 0; c < width; c++) {
        int row = c * n + i;
        System.arraycopy(x.data(), i * length, states, row * length, length);
        states[row * length + position] = options.token()[c];
        log[row] = options.log()[c];
      }
    }
    return new Candidates(new Batch.Tokens(states, length), log, choice);
  }
}
