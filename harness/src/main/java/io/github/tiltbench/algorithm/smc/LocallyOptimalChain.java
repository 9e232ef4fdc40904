package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.FirstHittingProcess;
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
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A chain that reveals tokens drawn by how likely they are and how much they promise: of a particle
 * at z the position i is the model's, the token v comes with probability proportional to pi_i(v |
 * z) h(z with v at i), and the particle is weighed by the sum of these over v, divided by h(z).
 *
 * <p>h is exp(value / beta), the reward itself at level 0, and 1 at level T. On every path the
 * weights telescope to exp(r / beta) over the proposal's share of the model's probability, so the
 * weighted particles target the tilted law for any h; were h the mean of exp(r / beta) from a state
 * on, no weight would vary but by the positions. A value that is drawn stays with its state. The
 * completions of all candidates of a particle are drawn by the same uniforms, so that they differ
 * by what the candidates differ in.
 *
 * <p>An ancestral step reveals any number of masks. They are drawn one after the other by the
 * prediction at its start, which leaves them the law they have, and each is weighed as above; only
 * the parent's prediction can value them, and a sample is scored at the end.
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
    return problem.process() instanceof FirstHittingProcess
        ? revealOne(p, level)
        : reveal(p, level);
  }

  private Population revealOne(Population p, int level) {
    Prediction.Logits parent = (Prediction.Logits) p.get(TwistedChain.PREDICTION);
    int n = p.size();
    double[][] u = uniforms(n, 3, level);
    FirstHittingStep law =
        (FirstHittingStep) problem.process().law(p.get(TwistedChain.STATE), level, parent);
    int[] position = new int[n];
    for (int i = 0; i < n; i++) {
      int[] masks = law.masks(i);
      position[i] = masks[(int) (u[i][0] * masks.length)];
    }
    int[] all = IntStream.range(0, n).toArray();
    Candidates candidates =
        candidates(parent, parent.state(), all, position, i -> u[i][1], i -> u[i][2]);
    Batch.Tokens x = candidates.states;
    Prediction prediction = null;
    double[] value;
    if (level == 1) {
      value = session.score(x);
    } else {
      prediction =
          proposal.child() ? session.denoise(x, level - 1) : parent.select(candidates.parent).at(x);
      value = values(prediction, level - 1, n);
    }
    int[] row = chosen(candidates, value, n);
    double[] values = new Scalars(value).select(row).values();
    double[] gained = sums(candidates, value, n);
    double[] before = p.get(TwistedChain.TWIST).values();
    Arrays.setAll(gained, i -> gained[i] - before[i]);
    Batch next = x.select(row);
    Population moved =
        p.weigh(gained)
            .with(TwistedChain.STATE, next)
            .with(TwistedChain.VALUE, new Scalars(values))
            .with(TwistedChain.TWIST, twist(values))
            .without(TwistedChain.PREDICTION);
    if (level == 1) {
      return moved;
    }
    return moved.with(
        TwistedChain.PREDICTION,
        proposal.child() ? prediction.select(row) : session.denoise(next, level - 1));
  }

  /** A step that reveals each mask or none: one token after the other, by the same prediction. */
  private Population reveal(Population p, int level) {
    Prediction.Logits parent = (Prediction.Logits) p.get(TwistedChain.PREDICTION);
    int n = p.size();
    int length = parent.space().length();
    double[][] u = uniforms(n, 3 * length, level);
    Batch.Tokens x = new Batch.Tokens(parent.state().data().clone(), length);
    double[] twist = p.get(TwistedChain.TWIST).values().clone();
    double[] gained = new double[n];
    for (int at = 0; at < length; at++) {
      int position = at;
      int[] open =
          IntStream.range(0, n)
              .filter(i -> parent.masked(i, position) && u[i][3 * position] < 1.0 / level)
              .toArray();
      if (open.length == 0) {
        continue;
      }
      int[] here = new int[open.length];
      Arrays.fill(here, at);
      Candidates candidates =
          candidates(
              parent, x, open, here, i -> u[i][3 * position + 1], i -> u[i][3 * position + 2]);
      Prediction prediction = parent.select(candidates.parent).at(candidates.states);
      double[] value = values(prediction, level - 1, open.length);
      int[] row = chosen(candidates, value, open.length);
      double[] sum = sums(candidates, value, open.length);
      for (int k = 0; k < open.length; k++) {
        int i = open[k];
        x.data()[i * length + at] = candidates.states.data()[row[k] * length + at];
        gained[i] += sum[k] - twist[i];
        twist[i] = value[row[k]] / problem.beta();
      }
    }
    Population moved = p.weigh(gained).with(TwistedChain.STATE, x).without(TwistedChain.PREDICTION);
    if (level > 1) {
      return moved
          .with(TwistedChain.TWIST, new Scalars(twist))
          .with(TwistedChain.PREDICTION, session.denoise(x, level - 1));
    }
    double[] reward = session.score(x);
    double[] last = new double[n];
    Arrays.setAll(last, i -> reward[i] / problem.beta() - twist[i]);
    return moved
        .weigh(last)
        .with(TwistedChain.VALUE, new Scalars(reward))
        .with(TwistedChain.TWIST, twist(reward));
  }

  private double[][] uniforms(int n, int each, int level) {
    Noise noise = addressing.of(session.noise(Purpose.STEP, level));
    double[][] u = new double[n][each];
    for (int i = 0; i < n; i++) {
      noise.uniforms(i, u[i], 0, each);
    }
    return u;
  }

  private Scalars twist(double[] value) {
    return new Scalars(Arrays.stream(value).map(v -> v / problem.beta()).toArray());
  }

  /** The log of the sum of probability times exp(value / beta) over the candidates of each. */
  private double[] sums(Candidates candidates, double[] value, int n) {
    double[] share = candidates.shares(value, problem.beta(), n);
    int width = share.length / n;
    double[] sums = new double[n];
    for (int i = 0; i < n; i++) {
      double[] own = Arrays.copyOfRange(share, i * width, (i + 1) * width);
      sums[i] = new Weights(own).logMean() + Math.log(width);
    }
    return sums;
  }

  /** The row of the candidate that each particle goes to. */
  private int[] chosen(Candidates candidates, double[] value, int n) {
    double[] share = candidates.shares(value, problem.beta(), n);
    int width = share.length / n;
    int[] kept = Branching.keep(share, width, 1, i -> candidates.choice[i]);
    return Arrays.stream(kept).map(at -> at % width * n + at / width).toArray();
  }

  /** Of candidates one after the other, each of all particles. */
  private double[] values(Prediction prediction, int level, int n) {
    List<Batch> clean = new ArrayList<>();
    for (int from = 0; from < prediction.size(); from += n) {
      Prediction each = prediction.select(IntStream.range(from, from + n).toArray());
      clean.add(estimate.clean(each, level, session, addressing));
    }
    double[] reward = session.score(Batch.concat(clean));
    double[] value = estimate.combination().of(reward, estimate.completions(), problem.beta());
    return new Scalars(value).floored().values();
  }

  /**
   * What may come of a reveal.
   *
   * @param states the first candidate of each particle, then the second, and so on
   * @param parent the row of the prediction that each is drawn from
   * @param log of the probability that each has, or stands for
   * @param choice the uniform that chooses among those of a particle
   */
  private record Candidates(Batch.Tokens states, int[] parent, double[] log, double[] choice) {
    /** The log of probability times exp(value / beta), those of a particle one after the other. */
    double[] shares(double[] value, double beta, int n) {
      int width = value.length / n;
      double[] share = new double[value.length];
      for (int row = 0; row < share.length; row++) {
        share[row % n * width + row / n] = log[row] + value[row] / beta;
      }
      return share;
    }
  }

  /**
   * The candidates of some rows.
   *
   * @param x where they are, as far as it was revealed
   * @param rows of the prediction and of the states
   * @param position that is revealed in each
   */
  private Candidates candidates(
      Prediction.Logits prediction,
      Batch.Tokens x,
      int[] rows,
      int[] position,
      IntToDoubleFunction choice,
      IntToDoubleFunction rest) {
    int n = rows.length;
    int length = prediction.space().length();
    double[] pi = new double[prediction.space().tokens()];
    int width = proposal.width(pi.length);
    int[] states = new int[width * n * length];
    double[] log = new double[n * width];
    for (int k = 0; k < n; k++) {
      prediction.read(rows[k], position[k], pi);
      TokenProposal.Options options = proposal.options(pi, rest.applyAsDouble(rows[k]));
      for (int c = 0; c < width; c++) {
        int row = c * n + k;
        System.arraycopy(x.data(), rows[k] * length, states, row * length, length);
        states[row * length + position[k]] = options.token()[c];
        log[row] = options.log()[c];
      }
    }
    return new Candidates(
        new Batch.Tokens(states, length),
        IntStream.range(0, n * width).map(row -> rows[row % n]).toArray(),
        log,
        Arrays.stream(rows).mapToDouble(choice).toArray());
  }
}
