package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Share;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Budget;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.particle.FeynmanKac;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Smc;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Psi-Sampler: twisted SMC whose particles start not from the prior but from Markov chains of
 * starting noise that follow the reward of the clean estimate.
 *
 * <p>c chains have the law of level T times exp(v / (temperature beta)), v being the reward of the
 * clean estimate there: a move proposes y = rho x + sqrt(1 - rho^2) (z + sqrt(step) / 2 g), with
 * rho = (1 - step / 4) / (1 + step / 4) and g the gradient of the exponent, and is taken by
 * Metropolis' rule (pCNL). N states of their second half are the particles, and TDS goes on from
 * them with log-weights (1 - 1 / temperature) v / beta, so that any temperature is right. What
 * model and reward said of them is kept and not paid again.
 *
 * <p>It lives on what distilled networks and such of few steps make of starting noise. A model that
 * knows its posterior means exactly says next to nothing of a sample at level T (on N(0.5, 0.64) at
 * 10 steps of DDIM the estimate moves by 0.004 of the noise; a flow's does not move at all): on
 * analytic models it changes nothing but the cost, half of which the chains take.
 *
 * <p>The law of the samples is the tilted one as chains grow long and particles many. There is no
 * evidence: nobody knows the constant of the chains' law.
 *
 * <p>Paper: Yoon, Min, Yeo, Sung, arXiv 2506.01320. Code: KAIST-Visual-AI-Group/Psi-Sampler.
 *
 * <p>Deviations, and why: weights are carried on where nothing is resampled (the code drops them
 * there and applies the last resampling's ancestors once more); the states of the chains are not
 * weighed by their reward again (the code's default, which tilts the start twice); the last reward
 * is that of the sample (the code asks the network about it at the level before, and chooses by
 * that); each reward belongs to its own state (the code's list is one late); of a chain's states
 * the last are kept, evenly spaced (the code keeps the earliest); no gradient is taken that nobody
 * uses. The steps are those of {@code tds} with {@code proposal: cov}, gradients are not clipped
 * (the code's are; weights and acceptances there use what is clipped, so that this is a matter of
 * speed alone). Tempering the prior particle by particle, which would give an evidence, is left
 * out.
 *
 * <p>Cost of a trial of P populations (P = count, 1 for {@code all}) with N particles, c chains of
 * I moves and G levels under T whose step draws noise: NFE P (c (1 + I) + N (T - 1)), BACKWARD P (c
 * (1 + I) + N G), REWARD P (c (1 + I) + N T).
 *
 * @param particles N, particles a population; 0 takes as many as the budget pays for
 * @param chains c; of fewer particles than that as many as there are particles
 * @param iterations I, moves of a chain; 0 takes as many as cost the steps of the particles, and as
 *     leave a state of its own to each particle, and what is left of the budget after that
 * @param burnIn share of the moves that nothing is kept of
 * @param move how chains move
 * @param step of a move; if not given 0.5 for {@code pcnl} and 0.05 for the others, as published
 * @param temperature of the chains' law in units of beta; above 1 the chains mix faster, and
 *     weights and steps do the rest
 * @param steps how particles go on
 * @param resampler how ancestors are drawn
 * @param threshold resample when ESS falls under this fraction of N
 * @param returns one draw a population or members of one
 */
public record Psi(
    int particles,
    int chains,
    int iterations,
    double burnIn,
    Moves move,
    OptionalDouble step,
    double temperature,
    Steps steps,
    ResamplingScheme resampler,
    double threshold,
    OutputRule returns)
    implements Algorithm {
  /** The released settings, at the temperature of the target, half of the budget for the chains. */
  public static final Psi DEFAULT =
      new Psi(
          0,
          5,
          0,
          0.5,
          Moves.PCNL,
          OptionalDouble.empty(),
          1,
          Steps.TDS,
          ResamplingScheme.SSP,
          0.5,
          OutputRule.ONE);

  private static final int MOST = 1 << 24;
  private static final double LITTLE = 0.1; // signal
  private static final double PUBLISHED = 0.5;
  private static final double PUBLISHED_EULER = 0.05;

  /** How chains of starting noise move. */
  public enum Moves {
    /** Preconditioned Crank-Nicolson with a gradient: as good in many dimensions as in one. */
    PCNL,
    /** Euler's step of the Langevin equation, corrected; in many dimensions it needs short ones. */
    MALA,
    /** The same always taken: the law of the chains is off, by the order of a step. */
    ULA
  }

  /** How particles go on from level T. */
  public enum Steps {
    /** As {@code tds}: each level is twisted by the whole value. */
    TDS,
    /**
     * As {@code das}: by a share that rises to 1 as scheduled there, but from 1 / temperature,
     * which the chains have reached; at temperature 1 the same as {@code tds}.
     */
    DAS
  }

  /** Refuses numbers out of range. */
  public Psi {
    TwistedSmc.check(particles, threshold);
    if (chains < 1) {
      throw new IllegalArgumentException("chains must be at least 1");
    }
    if (iterations < 0 || iterations > MOST) {
      throw new IllegalArgumentException("iterations must be from 0 to " + MOST);
    }
    if (!(burnIn >= 0 && burnIn < 1)) {
      throw new IllegalArgumentException("burnIn must be from 0 to under 1");
    }
    if (!(step.orElse(1) > 0 && step.orElse(1) < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("step must be positive and finite");
    }
    if (!(temperature >= 1 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("temperature must be finite and at least 1");
    }
  }

  private LangevinMove langevin() {
    return move == Moves.PCNL
        ? LangevinMove.crankNicolson(step.orElse(PUBLISHED))
        : LangevinMove.euler(step.orElse(PUBLISHED_EULER), move == Moves.MALA);
  }

  /** The sampler that goes on with so many particles. */
  private TwistedSmc smc(Problem problem, int n) {
    return switch (steps) {
      case TDS ->
          new Tds(n, Tds.Proposal.COV, 1, 1, Ramp.NONE, resampler, threshold, returns).at(problem);
      case DAS ->
          new Das(
                  n,
                  OptionalDouble.empty(),
                  Das.Tempering.SCHEDULE,
                  true,
                  resampler,
                  threshold,
                  returns,
                  0)
              .at(problem, 1 / temperature);
    };
  }

  @Override
  public Support supports(Problem problem) {
    if (TwistedSmc.pushable(problem, true) instanceof Support.No no) {
      return no;
    }
    Size size = size(problem);
    return size.kept() < size.particles
        ? new Support.No(
            size.kept() + " states of its chains cannot start " + size.particles + " particles")
        : smc(problem, size.particles).supports();
  }

  @Override
  public List<String> warnings(Problem problem) {
    List<String> warnings = new ArrayList<>(smc(problem, size(problem).particles).warnings());
    if (move == Moves.ULA) {
      warnings.add("ula takes every move, so that the start is off by the order of its step");
    }
    if (problem.process() instanceof GaussianProcess process
        && process.signal(process.steps()) < LITTLE) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "level T has signal %.1g: its chains change nothing but the cost, unless the network's"
                  + " clean estimates there say more of a sample than an exact model's do",
              process.signal(process.steps())));
    }
    return warnings;
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    Size size = size(problem);
    TwistedSmc smc = smc(problem, size.particles);
    NoiseChains chained =
        new NoiseChains(
            langevin(), size.chains, size.moves, size.burnt(), temperature * problem.beta());
    List<Double> accepted = new ArrayList<>();
    Samples samples =
        Populations.run(
            problem,
            session,
            returns,
            size.particles,
            new Smc(resampler, threshold, smc.policy()::valued),
            at -> {
              NoiseChains.Kept start = chained.run(problem.process(), session, at, size.particles);
              accepted.add(start.accepted());
              return started(smc, start, session, at);
            });
    Map<String, Double> scalars = new TreeMap<>(Diagnostics.withoutEvidence(samples).scalars());
    scalars.put("accepted", accepted.stream().mapToDouble(a -> a).average().orElseThrow());
    return samples.with(scalars);
  }

  /** The chain of particles that begin where chains of noise were. */
  private FeynmanKac started(
      TwistedSmc smc, NoiseChains.Kept start, Session session, Addressing at) {
    int top = smc.problem().process().steps();
    double[] value = start.known().value().floored().values();
    double[] ratio =
        Arrays.stream(value).map(v -> -v / (temperature * smc.problem().beta())).toArray();
    return new TwistedSmc(
            smc.problem(),
            smc.particles(),
            Optional.empty(),
            resampler,
            threshold,
            returns,
            smc.estimate(),
            new Started(smc.policy(), top, new Move(start.x(), ratio)))
        .chain(new Knowing(session, top, start.known()), at);
  }

  /** Answers about the start of particles what was said there before, for nothing. */
  private record Knowing(Session session, int top, Evaluation known) implements Session {
    @Override
    public Evaluation ask(Query query) {
      boolean start = query.kind() == Query.Kind.GRADIENT && query.level()[0] == top;
      return start ? known : session.ask(query);
    }

    @Override
    public Batch clean(Prediction prediction, Decoding how, Noise noise) {
      return session.clean(prediction, how, noise);
    }

    @Override
    public Noise noise(Purpose purpose, int level) {
      return session.noise(purpose, level);
    }
  }

  /** Steers as another policy does, from given states. */
  private record Started(TwistPolicy steps, int top, Move start) implements TwistPolicy {
    @Override
    public Move start(StepLaw prior, Noise noise) {
      return start;
    }

    @Override
    public boolean guided(int level) {
      return level == top || steps.guided(level);
    }

    @Override
    public boolean valued(int level) {
      return steps.valued(level);
    }

    @Override
    public Population twist(Population particles, int level) {
      return steps.twist(particles, level);
    }

    @Override
    public Optional<Batch.Reals> push(Population particles, int level) {
      return steps.push(particles, level);
    }
  }

  /**
   * How a population is made.
   *
   * @param particles N
   * @param chains c
   * @param moves I
   * @param burnIn share of the moves that nothing is kept of
   */
  private record Size(int particles, int chains, int moves, double burnIn) {
    int burnt() {
      return Share.whole(burnIn * moves);
    }

    long kept() {
      return (long) chains * (moves - burnt());
    }

    Size moving(int further) {
      return new Size(particles, chains, further, burnIn);
    }
  }

  private Size size(Problem problem) {
    if (particles > 0) {
      return size(problem, particles);
    }
    Budget budget = problem.budget();
    Size size =
        size(problem, LargestAffordable.largest(budget, n -> cost(problem, size(problem, n))));
    if (iterations > 0) {
      return size;
    }
    int left = LargestAffordable.largest(budget, moves -> cost(problem, size.moving(moves)));
    return size.moving(Math.max(size.moves, left));
  }

  private Size size(Problem problem, int n) {
    int c = Math.min(chains, n);
    if (iterations > 0) {
      return new Size(n, c, iterations, burnIn);
    }
    long even = (long) n * (problem.process().steps() - 1) / c - 1;
    int moves = (int) Math.max(1, Math.min(MOST, even));
    for (int most = MOST; moves < most; ) {
      int middle = (moves + most) >>> 1;
      if (new Size(n, c, middle, burnIn).kept() < n) {
        moves = middle + 1;
      } else {
        most = middle;
      }
    }
    return new Size(n, c, moves, burnIn);
  }

  @Override
  public Cost cost(Problem problem) {
    return cost(problem, size(problem));
  }

  private Cost cost(Problem problem, Size size) {
    TwistedSmc smc = smc(problem, size.particles);
    int rows = problem.rowsPerParticle();
    int pushed = smc.policy().guided(problem.process().steps()) ? 1 : 0;
    Cost chain = new Cost(1, rows, 1, 1, 0).times((long) size.chains * (1 + size.moves));
    Cost start = new Cost(1, rows, pushed, 1, 0).times(size.particles);
    long populations = Populations.count(returns, problem);
    return smc.cost().plus(chain.times(populations)).minus(start.times(populations));
  }

  @Override
  public boolean usesBudget() {
    return particles == 0;
  }
}
