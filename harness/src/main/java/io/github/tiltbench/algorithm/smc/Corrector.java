package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.GaussianStep;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.FeynmanKac;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.particle.Smc;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.List;

/**
 * SMC with the weights of Feynman-Kac correctors: particles follow the path of laws p_t(x) exp(a_t
 * r(x) / beta) in continuous time, discretised.
 *
 * <p>In x = clean + sigma noise, where sigma is noise by signal of a level, a step from sigma to a
 * lower sigma' adds half of the gradient that tilts it, v/2 a_t grad r / beta with its variance v,
 * and weighs
 *
 * <pre>(a_(t-1) - a_t) r(x) / beta + a_t / 2 &lt;grad r(x) / beta, score(x)> (sigma^2 - sigma'^2),
 * </pre>
 *
 * all at the state before the step, whatever its v: the drift of half a gradient leaves neither a
 * Laplacian nor a divergence. The reward acts on the noisy state itself, by its own gradient.
 *
 * @param problem what is asked
 * @param particles particles a population; 0 takes as many as the budget pays for
 * @param resampler how ancestors are drawn
 * @param threshold resample when ESS falls under this fraction of the particles
 * @param returns what is returned of the populations
 */
record Corrector(
    Problem problem,
    int particles,
    ResamplingScheme resampler,
    double threshold,
    OutputRule returns) {

  Support supports() {
    if (!(problem.process() instanceof GaussianProcess process)) {
      return new Support.No("the weights fkc need the score of a state, which tokens have none of");
    }
    if (!process.signalEverywhere()) {
      return new Support.No("the weights fkc need signal at every level, also at the first");
    }
    if (!problem.differentiable()) {
      return new Support.No("it needs the gradient of the reward");
    }
    if (!process.stochastic() && threshold > 0) {
      return new Support.No("clones never separate in a deterministic chain (eta 0)");
    }
    return Support.estimates(problem) instanceof Support.No no
        ? no
        : Populations.support(returns, size(), problem);
  }

  List<String> warnings() {
    List<String> all = new ArrayList<>(Populations.warnings(size(), threshold));
    all.add(
        "the weights fkc hold as steps shrink, not on this grid: on a Gaussian the log-evidence is"
            + " 4.31, 0.62 and 0.06 too high with 10, 50 and 500 steps");
    return all;
  }

  Samples sample(Session session) {
    return Populations.run(
        problem,
        session,
        returns,
        size(),
        new Smc(resampler, threshold),
        at -> new Chain(session, at));
  }

  Cost cost() {
    return cost(size());
  }

  private int size() {
    return particles > 0 ? particles : LargestAffordable.largest(problem.budget(), this::cost);
  }

  private Cost cost(int n) {
    long steps = problem.process().steps();
    long rewards = returns == OutputRule.BEST ? steps + 1 : steps;
    return Cost.of(steps, steps * problem.rowsPerParticle(), rewards)
        .times((long) n * Populations.count(returns, problem));
  }

  private final class Chain implements FeynmanKac {
    private final Session session;
    private final Addressing addressing;
    private final GaussianProcess process = (GaussianProcess) problem.process();

    Chain(Session session, Addressing addressing) {
      this.session = session;
      this.addressing = addressing;
    }

    @Override
    public int steps() {
      return process.steps();
    }

    @Override
    public Population start(int n) {
      Noise noise = addressing.of(session.noise(Purpose.PRIOR, steps()));
      return Population.of(n).with(TwistedChain.STATE, process.initial(n).sample(noise));
    }

    @Override
    public Population move(Population p, int level) {
      Batch.Reals state = (Batch.Reals) p.get(TwistedChain.STATE);
      Batch.Reals x = state.times(1 / process.signal(level));
      Evaluation reward = session.ask(new Query(Query.Kind.REWARD_GRADIENT, x, 0));
      Prediction prediction = session.denoise(state, level);
      double share = Ramp.LINEAR.share(level, steps()) / problem.beta();
      double rise = Ramp.LINEAR.share(level - 1, steps()) / problem.beta() - share;
      double[] value = reward.value().floored().values();
      double[] along = along(reward.gradient(), cleaned(prediction, level), x);
      double gone = 1 - Math.pow(sigma(level - 1) / sigma(level), 2);
      double[] gained = new double[value.length];
      for (int i = 0; i < gained.length; i++) {
        gained[i] = rise * value[i] + share / 2 * along[i] * gone;
      }
      GaussianStep step = process.law(state, level, prediction);
      if (share > 0 && !step.deterministic()) {
        step = step.tilt(reward.gradient().times(share / (2 * process.signal(level - 1))));
      }
      Noise noise = addressing.of(session.noise(Purpose.STEP, level));
      Population next = p.weigh(gained).with(TwistedChain.STATE, step.sample(noise));
      return level == 1 && returns == OutputRule.BEST
          ? next.with(TwistedChain.VALUE, new Scalars(session.score(next.get(TwistedChain.STATE))))
          : next;
    }

    private double sigma(int level) {
      return process.noise(level) / process.signal(level);
    }

    private Batch.Reals cleaned(Prediction prediction, int level) {
      return (Batch.Reals)
          session.clean(prediction, Decoding.POSTERIOR_MEAN, session.noise(Purpose.DECODE, level));
    }

    /** The product of each gradient with the way to the clean mean, sigma^2 times the score. */
    private static double[] along(Batch.Reals gradient, Batch.Reals clean, Batch.Reals x) {
      double[] along = new double[x.size()];
      int width = x.width();
      for (int i = 0; i < x.data().length; i++) {
        along[i / width] += gradient.data()[i] * (clean.data()[i] - x.data()[i]);
      }
      return along;
    }
  }
}
