package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Column;
import io.github.tiltbench.particle.FeynmanKac;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.RoundedChildren;
import io.github.tiltbench.particle.Scalars;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * FK steering: particles move by the model's own steps and are resampled by potentials of the
 * values met on the way, whose product on every path is exp(r(x_0) / beta).
 *
 * <p>Let v_1, v_2, ... be the values at the scored levels of a path, a_1, a_2, ... their shares and
 * s_j the statistic of v_1..v_j that the potential names. Then log G_j is a_j s_j / beta, or its
 * increase since the level before; the last potential, at level 0, is exp(r(x_0) / beta) divided by
 * the product of all before. So the weighted particles target the tilted law whatever the
 * potential, and differ in variance: {@code max} keeps particles that were once promising, at the
 * price of diversity, and {@code sum} counts early values again and again, which is very noisy.
 *
 * <p>Paper: Singhal et al., arXiv 2501.06848, algorithm 1. Code:
 * zacharyhorvitz/Fk-Diffusion-Steering.
 *
 * <p>Deviations, and why: the last potential uses the reward of the sample (the released code puts
 * the running maximum or sum in its place and then targets another law, and scores the last
 * prediction instead of the sample). Weights are carried on when a resampling is skipped (the code
 * drops them and then steers nothing). The running maximum starts at the first value (the code
 * starts it at 0, so that it never moves under negative rewards). The value belongs to the state it
 * is computed at (the code lags one step behind; the price is the same). Weights live in log space
 * without bounds (the code clamps them to [0, 1e10]: values above 23 beta tie). Completions are
 * averaged as exp(r / beta) (the code averages exp(r) whatever beta). Ramps are not in the paper.
 * Resampling is systematic below half of the particles by default (the paper's is multinomial at
 * every scored level: {@code multinomial}, 2), and the population returns a draw from its weights
 * ({@code best} is what the paper tabulates, not a draw from the target). The paper's schedule
 * 20-80-20 on 100 steps is {@code from: 20, to: 80, interval: 20}.
 *
 * <p>What the released code does otherwise can be asked for by name, to see what it changes: {@code
 * scored: before} lags one step, {@code combination: log-mean-exp} (before June 2025 {@code mean})
 * averages completions whatever beta, {@code floor: 0} starts the running maximum or sum at 0,
 * {@code last: statistic} ends with the running statistic, {@code weights: released} forgets and
 * bounds weights. The first two keep the target, the floor keeps it too and may steer nothing, the
 * last two lose it. {@code scored: parent} fills the masks that a step left by the prediction it
 * started from. Not copied: the released text code returns the particle of the best value stored,
 * not of the best sample.
 *
 * <p>{@code bfs} is another name of this with other defaults, the breadth-first search of Zhang et
 * al., arXiv 2505.23614, at the best point of its design space: potential {@code max}, ramp {@code
 * linear} (the paper's tempering grows with the ratio of successive signals, which is nearly
 * constant), resampler {@code ssp} at every level. Its map has SVDD as multinomial draws by the
 * value alone, DAS as {@code difference} with {@code ssp} and FK steering as {@code max} with
 * multinomial draws. Here the last potential corrects all before, which the released code
 * (XiangchengZhang/Diffusion-inference-scaling) lacks: its values multiply from level to level, as
 * {@code potential: sum-increase} with {@code last: statistic} shows, and it returns the best. Its
 * {@code children: rounded}, or {@code pruned}, draws no ancestors but rounds: particles are lost,
 * the first are served first, weights that are not far apart change nothing, and there is no
 * evidence, since means are not kept.
 *
 * <p>Cost of a trial with P populations of N particles (P = count, or 1 for {@code all}) and S
 * scored levels above 0: NFE P * N * T, REWARD P * N * (S * completions + 1); at most that where
 * children are rounded.
 *
 * @param particles N, particles a population; 0 takes as many as the budget pays for
 * @param potential what of the values weighs
 * @param ramp shares of the scored levels; a level whose share is 0 is not scored
 * @param from steps from level T to the first scored level
 * @param to steps from level T to the last scored level above 0; 0 for no such bound
 * @param interval steps from one scored level to the next; level 0 is always scored
 * @param value how a prediction becomes a state to score
 * @param completions states a prediction becomes
 * @param resampler how ancestors are drawn
 * @param threshold resample at a scored level when ESS falls under this fraction of N
 * @param returns one draw a population or members of one
 * @param scored whose prediction values a particle; its own if not given
 * @param combination what becomes of the rewards of completions; their soft mean if not given
 * @param floor where the running maximum or sum starts; at the first value if not given
 * @param last what the last potential makes of the sample; its reward if not given
 * @param weights what becomes of them where no ancestors are drawn; carried if not given
 * @param profile how particles are spread over the levels, see {@link BootstrapSmc}; evenly if not
 *     given
 * @param children in place of the resampler the released rounding of breadth-first search; drawn by
 *     the resampler if not given
 */
public record FkSteering(
    int particles,
    Potential potential,
    Ramp ramp,
    int from,
    int to,
    int interval,
    Decoding value,
    int completions,
    ResamplingScheme resampler,
    double threshold,
    OutputRule returns,
    Optional<Scored> scored,
    Optional<ValueEstimate.Combination> combination,
    OptionalDouble floor,
    Optional<Last> last,
    Optional<Carry> weights,
    Optional<Profile> profile,
    Optional<RoundedChildren> children)
    implements TwistedSmcAlgorithm {
  /** Fills the budget; the maximum, scored on the mean at each level. */
  public static final FkSteering DEFAULT =
      new FkSteering(
          0,
          Potential.MAX,
          Ramp.NONE,
          0,
          0,
          1,
          Decoding.POSTERIOR_MEAN,
          1,
          ResamplingScheme.SYSTEMATIC,
          0.5,
          OutputRule.ONE);

  /** Fills the budget; breadth-first search at the best point of its design space. */
  public static final FkSteering BREADTH_FIRST =
      new FkSteering(
          0,
          Potential.MAX,
          Ramp.LINEAR,
          0,
          0,
          1,
          Decoding.POSTERIOR_MEAN,
          1,
          ResamplingScheme.SSP,
          1,
          OutputRule.ONE);

  /** What of the values on a path makes a potential. */
  public enum Potential {
    /** The increase of the value. */
    DIFFERENCE,
    /** The largest value so far, at each scored level anew. */
    MAX,
    /** The sum of the values so far, at each scored level anew. */
    SUM,
    /** The increase of the largest value so far. */
    MAX_INCREASE,
    /** The increase of the sum: the value itself. */
    SUM_INCREASE;

    private double statistic(double before, double value) {
      return switch (this) {
        case DIFFERENCE -> value;
        case MAX, MAX_INCREASE -> Math.max(before, value);
        case SUM, SUM_INCREASE -> before + value;
      };
    }

    /** Whether potentials are increases, so that the twist is the statistic, not its sum. */
    private boolean telescopes() {
      return this != MAX && this != SUM;
    }
  }

  /** Whose prediction values a particle. */
  public enum Scored {
    /** Its own. */
    CHILD,
    /** That of the state it came from, at the positions still masked; tokens only. */
    PARENT,
    /** That of the state it came from, of which it is then the value: the released code's lag. */
    BEFORE
  }

  /** What the last potential makes of the sample. */
  public enum Last {
    /** Its reward. */
    REWARD,
    /** The statistic of its reward and all values before, as the released code has it. */
    STATISTIC
  }

  /** What becomes of weights where no ancestors are drawn. */
  public enum Carry {
    /** They are carried on. */
    CARRIED,
    /** They are forgotten, and bounded by 1e10, as in the released code. */
    RELEASED
  }

  /** Refuses sizes and schedules out of range. */
  public FkSteering {
    TwistedSmc.check(particles, threshold);
    scored = scored.filter(whose -> whose != Scored.CHILD); // one thing, one key
    combination = combination.filter(how -> how != ValueEstimate.Combination.SOFT);
    last = last.filter(what -> what != Last.REWARD);
    weights = weights.filter(how -> how != Carry.CARRIED);
    if (combination.isPresent() && completions == 1) {
      throw new IllegalArgumentException("combination is for several completions");
    }
    if (floor.isPresent() && !Double.isFinite(floor.getAsDouble())) {
      throw new IllegalArgumentException("floor must be finite");
    }
    if (floor.isPresent() && potential == Potential.DIFFERENCE) {
      throw new IllegalArgumentException("floor is for potentials with a maximum or a sum");
    }
    if (children.isPresent() && profile.isPresent()) {
      throw new IllegalArgumentException(
          "children makes populations of the size that rounding leaves: it has no profile");
    }
    new ValueEstimate(value, completions);
    if (from < 0) {
      throw new IllegalArgumentException("from must be at least 0");
    }
    if (to != 0 && to < from) {
      throw new IllegalArgumentException("to must be at least from, or 0");
    }
    if (interval < 1) {
      throw new IllegalArgumentException("interval must be at least 1");
    }
  }

  /** As derived, without what the released code does otherwise. */
  public FkSteering(
      int particles,
      Potential potential,
      Ramp ramp,
      int from,
      int to,
      int interval,
      Decoding value,
      int completions,
      ResamplingScheme resampler,
      double threshold,
      OutputRule returns) {
    this(
        particles,
        potential,
        ramp,
        from,
        to,
        interval,
        value,
        completions,
        resampler,
        threshold,
        returns,
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public Support supports(Problem problem) {
    return scored.equals(Optional.of(Scored.PARENT))
            && Support.parents(problem) instanceof Support.No no
        ? no
        : TwistedSmcAlgorithm.super.supports(problem);
  }

  @Override
  public TwistedSmc at(Problem problem) {
    return new TwistedSmc(
        problem,
        particles,
        profile,
        children.isPresent() ? children.get() : resampler,
        threshold,
        returns,
        new ValueEstimate(value, completions, combination.orElse(ValueEstimate.Combination.SOFT)),
        new Potentials(new ValueTwist(problem, ramp)));
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    Samples samples = TwistedSmcAlgorithm.super.sample(problem, session);
    return children.isPresent() ? Diagnostics.withoutEvidence(samples) : samples;
  }

  /** Where children are rounded, which loses particles. */
  @Override
  public boolean costIsUpperBound() {
    return children.isPresent() || TwistedSmcAlgorithm.super.costIsUpperBound();
  }

  private final class Potentials implements TwistPolicy {
    /** The statistic of each particle's values so far. */
    private static final Column<Scalars> STATISTIC = new Column<>("statistic");

    private final ValueTwist twist;

    Potentials(ValueTwist twist) {
      this.twist = twist;
    }

    @Override
    public boolean valued(int level) {
      int done = twist.problem().process().steps() - level;
      boolean inside = done >= from && (to == 0 || done <= to);
      boolean predicted = done > 0 || scored.isEmpty();
      return inside && predicted && (done - from) % interval == 0 && twist.share(level) > 0;
    }

    @Override
    public Population twist(Population p, int level) {
      double[] statistic = statistic(p);
      double[] before = p.get(TwistedChain.TWIST).values();
      double[] after = new double[before.length];
      Arrays.setAll(
          after, i -> twist.of(statistic[i], level) + (potential.telescopes() ? 0 : before[i]));
      return p.with(STATISTIC, new Scalars(statistic)).with(TwistedChain.TWIST, new Scalars(after));
    }

    /** Of the values so far and the one just met. */
    private double[] statistic(Population p) {
      double[] statistic = p.get(TwistedChain.VALUE).values().clone();
      Optional<Scalars> before = p.find(STATISTIC);
      if (before.isPresent()) {
        double[] old = before.get().values();
        Arrays.setAll(statistic, i -> potential.statistic(old[i], statistic[i]));
      } else if (floor.isPresent()) {
        double start = floor.getAsDouble();
        Arrays.setAll(statistic, i -> potential.statistic(start, statistic[i]));
      }
      return statistic;
    }

    @Override
    public Prediction valuing(Population before, Population now) {
      if (scored.isEmpty()) {
        return now.get(TwistedChain.PREDICTION);
      }
      Prediction prediction = before.get(TwistedChain.PREDICTION);
      return scored.get() == Scored.BEFORE
          ? prediction
          : ((Prediction.Logits) prediction).at((Batch.Tokens) now.get(TwistedChain.STATE));
    }

    @Override
    public Population last(Population p, double beta) {
      if (last.isEmpty()) {
        return TwistPolicy.super.last(p, beta);
      }
      double[] twist = Arrays.stream(statistic(p)).map(s -> s / beta).toArray();
      return p.with(TwistedChain.TWIST, new Scalars(twist));
    }

    @Override
    public FeynmanKac chain(FeynmanKac twisted) {
      return weights.isEmpty() ? twisted : new ReleasedWeights(twisted, this::valued);
    }
  }
}
