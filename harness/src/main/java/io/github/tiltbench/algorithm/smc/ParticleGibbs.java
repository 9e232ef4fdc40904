package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.LargestAffordable;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Smc;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Particle Gibbs: SMC sweep after sweep, each with one particle that goes again the path drawn from
 * the sweep before, so that the paths are a Markov chain whose law is the tilted one.
 *
 * <p>The first sweep is FK steering with k particles. In each later one particle 0 keeps to the
 * reference path and survives every resampling, the others are resampled from all k and move by the
 * model's own steps, and one of the k paths, drawn by its final weight, is the next reference. That
 * kernel leaves the tilted law of paths as it is, for any k of at least 2 and any potentials.
 *
 * <p>Paper: Dang et al., arXiv 2507.08390 (PG-DLM); the kernel is of Andrieu, Doucet, Holenstein,
 * Journal of the Royal Statistical Society B 72, 2010. Code: named in the paper's first version,
 * none at hand; its settings follow descriptions of it.
 *
 * <p>Deviations, and why: {@code reference: best}, which a description of the paper has, takes the
 * path of the highest reward instead and no longer has the tilted law (on the law listed in the
 * tests a computation apart from this code finds that one sweep of 4 particles moves the mean
 * reward of its samples from 2.82 to 3.33). Proposals are the model's own steps, whatever its chain
 * is; the paper runs it on a remasking one. Resampling is multinomial, since schemes that tie
 * particles to each other need another kernel, but below half of the particles only, and weights
 * are carried on otherwise (the paper resamples every five steps: {@code interval} 5, {@code
 * threshold} 2). Ancestors of the reference are not drawn anew: of tokens nearly no other particle
 * could be one.
 *
 * <p>What model and reward said along the reference is kept and not paid again. Cost of a trial of
 * P = count chains of m sweeps, with S scored levels above 0: NFE P * (m (k - 1) + 1) * T, REWARD P
 * * (m (k - 1) + 1) * (S * completions + 1).
 *
 * @param sweeps m, with the first; 0 takes as many as the budget pays for
 * @param particles k, at least 2; 0 takes as many as the budget pays for, at most 8, and where
 *     {@code sweeps} is 0 too so few that there are as many sweeps as particles
 * @param potential what of the values weighs, as in {@code fk}
 * @param interval steps from one scored level to the next; level 0 is always scored
 * @param value how a prediction becomes a state to score
 * @param completions states a prediction becomes
 * @param threshold resample at a scored level when ESS falls under this fraction of k
 * @param reference which path the next sweep keeps to
 * @param returns what is returned of a chain
 */
public record ParticleGibbs(
    int sweeps,
    int particles,
    FkSteering.Potential potential,
    int interval,
    Decoding value,
    int completions,
    double threshold,
    Reference reference,
    Output returns)
    implements Algorithm {
  /** Fills the budget; differences of the posterior mean's value at each level. */
  public static final ParticleGibbs DEFAULT =
      new ParticleGibbs(
          0,
          0,
          FkSteering.Potential.DIFFERENCE,
          1,
          Decoding.POSTERIOR_MEAN,
          1,
          0.5,
          Reference.DRAWN,
          Output.LAST);

  /** More particles gain little, by the paper. */
  private static final int MOST = 8;

  private static final int LEAST = 2;

  /** Which path the next sweep keeps to. */
  public enum Reference {
    /** One drawn by weight. */
    DRAWN,
    /** The one of the highest reward: a maximiser, whose law is not the tilted one. */
    BEST
  }

  /** What is returned of a chain of sweeps. */
  public enum Output {
    /** The reference that the last sweep leaves. */
    LAST,
    /** The sample of the highest reward of all sweeps: a maximiser. */
    BEST
  }

  /** Refuses sizes and thresholds out of range. */
  public ParticleGibbs {
    TwistedSmc.check(particles, threshold);
    if (sweeps < 0) {
      throw new IllegalArgumentException("sweeps must be at least 0");
    }
    if (particles == 1) {
      throw new IllegalArgumentException("particles must be 0, to fill a budget, or at least 2");
    }
    new ValueEstimate(value, completions);
    if (interval < 1) {
      throw new IllegalArgumentException("interval must be at least 1");
    }
  }

  /** One sweep as SMC, which knows values, weights and prices. */
  private TwistedSmc smc(Problem problem, int n) {
    return new FkSteering(
            n,
            potential,
            Ramp.NONE,
            0,
            0,
            interval,
            value,
            completions,
            ResamplingScheme.MULTINOMIAL,
            threshold,
            OutputRule.ONE)
        .at(problem);
  }

  @Override
  public Support supports(Problem problem) {
    return smc(problem, LEAST).supports();
  }

  @Override
  public List<String> warnings(Problem problem) {
    Size size = size(problem);
    List<String> warnings = new ArrayList<>(smc(problem, size.particles).warnings());
    if (size.sweeps == 1) {
      warnings.add("one sweep has no reference: it is fk");
    }
    if (reference == Reference.BEST) {
      warnings.add("the best path as reference does not leave the tilted law as it is");
    }
    return warnings;
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    Size size = size(problem);
    List<Run> runs = new ArrayList<>();
    for (int chain = 0; chain < problem.count(); chain++) {
      runs.add(run(problem, session, Addressing.member(chain, size.particles), size));
    }
    List<Smc.Outcome> all = runs.stream().flatMap(run -> run.outcomes.stream()).toList();
    List<Smc.Outcome> first = runs.stream().map(run -> run.outcomes.get(0)).toList();
    Map<String, Double> scalars = new TreeMap<>(Diagnostics.scalars(all));
    scalars.putAll(Map.of("log_evidence", Diagnostics.scalars(first).get("log_evidence")));
    int renewals = runs.stream().mapToInt(Run::renewals).sum();
    if (size.sweeps > 1) {
      scalars.put("renewed", renewals / ((size.sweeps - 1.0) * runs.size()));
    }
    return new Samples(
        Batch.concat(runs.stream().map(Run::state).toList()),
        new double[problem.count()],
        true,
        scalars,
        Diagnostics.traces(all));
  }

  /**
   * One chain of sweeps.
   *
   * @param outcomes of its sweeps
   * @param renewals how many sweeps left another reference than they began with
   */
  private record Run(Batch state, List<Smc.Outcome> outcomes, int renewals) {}

  private Run run(Problem problem, Session session, Addressing at, Size size) {
    TwistedSmc smc = smc(problem, size.particles);
    List<Smc.Outcome> outcomes = new ArrayList<>();
    Optional<Path> path = Optional.empty();
    Batch best = null;
    double record = Double.NEGATIVE_INFINITY;
    int renewals = 0;
    for (int sweep = 0; sweep < size.sweeps; sweep++) {
      Smc.Outcome outcome = sweep(smc, session, at, size.particles, path, sweep);
      Population p = outcome.population();
      int chosen = chosen(p, session.noise(Purpose.RETURN, 0).from(at.first()).round(sweep));
      renewals += path.isPresent() && chosen != 0 ? 1 : 0;
      path = Optional.of(p.get(ConditionalChain.PATH).rows()[chosen]);
      int top = Populations.largest(p.get(TwistedChain.VALUE).values());
      double reward = p.get(TwistedChain.VALUE).values()[top];
      if (best == null || reward > record) {
        best = p.get(ConditionalChain.PATH).rows()[top].state();
        record = reward;
      }
      outcomes.add(outcome);
    }
    return new Run(returns == Output.BEST ? best : path.orElseThrow().state(), outcomes, renewals);
  }

  /** The particles of a sweep that keeps to a path, if there is one. */
  static Smc.Outcome sweep(
      TwistedSmc smc, Session session, Addressing at, int n, Optional<Path> path, int round) {
    return new ConditionalChain(smc, session, at, n, path, round)
        .run(smc.threshold(), smc.policy(), at);
  }

  private int chosen(Population p, Noise noise) {
    return switch (reference) {
      case DRAWN -> Populations.draw(p, 1, noise)[0];
      case BEST -> Populations.largest(p.get(TwistedChain.VALUE).values());
    };
  }

  private record Size(int sweeps, int particles) {}

  private Size size(Problem problem) {
    int k = particles;
    if (k == 0) {
      k =
          LargestAffordable.largest(
              problem.budget(), MOST, n -> cost(problem, sweeps == 0 ? n : sweeps, n));
      k = Math.max(LEAST, k);
    }
    int n = k;
    int m =
        sweeps > 0
            ? sweeps
            : LargestAffordable.largest(problem.budget(), most -> cost(problem, most, n));
    return new Size(m, k);
  }

  @Override
  public Cost cost(Problem problem) {
    Size size = size(problem);
    return cost(problem, size.sweeps, size.particles);
  }

  private Cost cost(Problem problem, int m, int k) {
    return smc(problem, 1).cost().times((long) m * (k - 1) + 1);
  }

  @Override
  public boolean usesBudget() {
    return sweeps == 0 || particles == 0;
  }
}
