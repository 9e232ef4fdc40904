package io.github.tiltbench.algorithm;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.particle.Column;
import io.github.tiltbench.particle.FeynmanKac;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.Resampling;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.particle.Smc;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Bootstrap SMC with potentials on the value of the clean estimate.
 *
 * <p>Particles move by the model's own steps. At each scored level t the value v_t is the reward of
 * the clean estimate at x_t (at level 0 of the sample itself), and log G_t = (v_t - v_before) /
 * beta, with nothing before the first. The product telescopes to exp(r(x_0) / beta) on every path,
 * so the weighted particles target the tilted law whatever the values in between.
 *
 * <p>Paper: Singhal et al., arXiv 2501.06848 (FK steering, difference potential), and the SMC
 * baseline of Li et al., arXiv 2408.08252. Code: zacharyhorvitz/Fk-Diffusion-Steering,
 * masa-ue/SVDD-image.
 *
 * <p>Deviations, and why: weights are carried on when a resampling is skipped (the released code
 * drops them and then steers nothing); the value belongs to the state it is computed at, not to the
 * one before (no lag, same price, since a survivor's prediction is reused for its next step);
 * weights live in log space and doubles (a product of exp overflows floats); resampling is
 * systematic by default (multinomial loses particles under equal weights); the population returns a
 * draw from its weights (the best member, as the papers tabulate it, is not a draw from the
 * target).
 *
 * <p>Cost of a trial with P populations of N particles (P = count for {@code one}, 1 for {@code
 * all}) and S scored levels above 0: NFE P * N * T, REWARD P * N * (S + 1).
 *
 * @param particles N, particles a population; 0 takes as many as the budget pays for
 * @param resampler how ancestors are drawn
 * @param threshold resample when ESS falls under this fraction of N
 * @param value how a prediction becomes a state to score
 * @param interval score every so many levels, counted from level T; level 0 always
 * @param returns one draw a population or members of one
 */
public record BootstrapSmc(
    int particles,
    Resampling resampler,
    double threshold,
    Decoding value,
    int interval,
    Returns returns)
    implements Algorithm {
  /** Fills the budget; systematic resampling under half of N; scores the mean at each level. */
  public static final BootstrapSmc DEFAULT =
      new BootstrapSmc(0, Resampling.SYSTEMATIC, 0.5, Decoding.POSTERIOR_MEAN, 1, Returns.ONE);

  private static final Column<Batch> STATE = new Column<>("state");
  private static final Column<Prediction> PREDICTION = new Column<>("prediction");
  private static final Column<Scalars> VALUE = new Column<>("value");

  /** Refuses sizes and thresholds out of range. */
  public BootstrapSmc {
    if (particles < 0) {
      throw new IllegalArgumentException("particles must be at least 0");
    }
    if (!(threshold >= 0 && threshold <= 2)) {
      throw new IllegalArgumentException("threshold must be from 0 (never) to 2 (always)");
    }
    if (interval < 1) {
      throw new IllegalArgumentException("interval must be at least 1");
    }
  }

  @Override
  public Support supports(Problem problem) {
    if (!problem.process().stochastic() && threshold > 0) {
      return new Support.No("clones never separate in a deterministic chain (eta 0)");
    }
    if (!problem.process().decodes(value)) {
      return new Support.No("the process cannot decode by " + value);
    }
    if (returns == Returns.ALL && size(problem) < problem.count()) {
      return new Support.No(
          "one population of " + size(problem) + " cannot return " + problem.count() + " samples");
    }
    return Support.YES;
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    return returns == Returns.ONE ? independent(problem, session) : members(problem, session);
  }

  private Samples independent(Problem problem, Session session) {
    Batch drawn = null;
    List<Smc.Outcome> outcomes = new ArrayList<>();
    for (int p = 0; p < problem.count(); p++) {
      int population = p;
      int n = size(problem);
      Smc.Outcome outcome = run(problem, session, n, noise -> noise.from(population).branched(n));
      Noise draw = session.noise(Purpose.RETURN, 0).from(population);
      Batch one = outcome.population().get(STATE).select(draw(outcome.population(), 1, draw));
      drawn = drawn == null ? one : drawn.concat(one);
      outcomes.add(outcome);
    }
    return new Samples(
        drawn,
        new double[problem.count()],
        true,
        Health.scalars(outcomes),
        Health.traces(outcomes));
  }

  private Samples members(Problem problem, Session session) {
    int n = size(problem);
    Smc.Outcome outcome = run(problem, session, n, noise -> noise);
    Population population = outcome.population();
    List<Smc.Outcome> one = List.of(outcome);
    Map<String, Double> scalars = Health.scalars(one);
    Map<String, double[]> traces = Health.traces(one);
    if (n == problem.count()) {
      double[] log = population.weights().log();
      return new Samples(population.get(STATE), log, false, scalars, traces);
    }
    int[] drawn = draw(population, problem.count(), session.noise(Purpose.RETURN, 0));
    Batch states = population.get(STATE).select(drawn);
    return new Samples(states, new double[problem.count()], false, scalars, traces);
  }

  /** Members drawn by weight; by equal weights if all are zero, which the evidence then says. */
  private static int[] draw(Population population, int count, Noise noise) {
    Weights w =
        population.weights().extinct() ? Weights.equal(population.size()) : population.weights();
    return Resampling.SYSTEMATIC.ancestors(w.normalised(), count, noise.uniforms(0));
  }

  private interface Addressing {
    Noise of(Noise noise);
  }

  private Smc.Outcome run(Problem problem, Session session, int n, Addressing addressing) {
    FeynmanKac model = new SteeredChain(problem, session, addressing);
    return new Smc(resampler, threshold)
        .run(model, n, level -> addressing.of(session.noise(Purpose.RESAMPLE, level)).uniforms(0));
  }

  /** The model's chain with difference potentials. */
  private final class SteeredChain implements FeynmanKac {
    private final Problem problem;
    private final ReverseProcess process;
    private final Session session;
    private final Addressing addressing;

    SteeredChain(Problem problem, Session session, Addressing addressing) {
      this.problem = problem;
      this.process = problem.process();
      this.session = session;
      this.addressing = addressing;
    }

    @Override
    public int steps() {
      return process.steps();
    }

    @Override
    public Population start(int n) {
      Batch x = process.prior(n, addressing.of(session.noise(Purpose.PRIOR, steps())));
      Population p = Population.of(n).with(VALUE, new Scalars(new double[n]));
      return arrive(p, x, steps());
    }

    @Override
    public Population move(Population p, int level) {
      Batch next =
          process
              .law(p.get(STATE), level, p.get(PREDICTION))
              .sample(addressing.of(session.noise(Purpose.STEP, level)));
      return arrive(p, next, level - 1);
    }

    /** States at a level with their prediction and, where it is scored, their value and weight. */
    private Population arrive(Population p, Batch x, int level) {
      p = p.with(STATE, x);
      Batch clean = x;
      if (level > 0) {
        Prediction prediction = session.denoise(x, level);
        p = p.with(PREDICTION, prediction);
        if (!scored(level)) {
          return p;
        }
        Noise noise = addressing.of(session.noise(Purpose.DECODE, level));
        clean = session.clean(prediction, value, noise);
      }
      double[] now = session.score(clean);
      double[] before = p.get(VALUE).values();
      double[] increment = new double[now.length];
      for (int i = 0; i < now.length; i++) {
        increment[i] = (now[i] - before[i]) / problem.beta();
      }
      return p.with(VALUE, new Scalars(now)).weigh(increment);
    }

    private boolean scored(int level) {
      return (steps() - level) % interval == 0;
    }
  }

  private int size(Problem problem) {
    long evaluations =
        returns == Returns.ONE ? problem.evaluationsPerSample() : problem.budget().evaluations();
    return particles > 0 ? particles : Sizes.fill(evaluations, 0, problem.process().steps());
  }

  @Override
  public Cost cost(Problem problem) {
    int steps = problem.process().steps();
    long all = (long) size(problem) * (returns == Returns.ONE ? problem.count() : 1);
    long scored = (steps - 1L) / interval + 2;
    return Cost.of(all * steps, all * steps * problem.rowsPerParticle(), all * scored);
  }

  @Override
  public boolean usesBudget() {
    return particles == 0;
  }
}
