package io.github.tiltbench.algorithm.guidance;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.Arrays;
import java.util.List;

/**
 * Local search: at every level a state takes gradient steps, a step of the model, and noise back to
 * the level, again and again, as annealed Langevin dynamics does.
 *
 * <p>Paper: Zhang et al., arXiv 2505.23614 (classical search), whose local search is training-free
 * guidance with recurrence, Ye et al., arXiv 2409.15761. Code:
 * XiangchengZhang/Diffusion-inference-scaling.
 *
 * <p>With m = E[x_0 | x_t], eps_j normal and f(m) = log mean_j exp(r(m + smoothing * sqrt(1 - a_t)
 * * eps_j) / beta): {@code iterations} times m' moves by mu_t times the gradient of f at m',
 * starting from m; then x_{t-1} = step + rho_t J^T grad f(m) / sqrt(s_t) + sqrt(a_{t-1}) (m' - m),
 * where J = dm/dx_t and s_t = a_t / a_{t-1}; then x_{t-1} is noised back to level t, {@code recur}
 * - 1 times. rho_t and mu_t are rho and mu times s_t over its mean, so that they grow along the
 * chain.
 *
 * <p>A name of its own and no option of {@code dps}: the two share no parameter but {@code recur},
 * and DPS divides by the length of its gradient, which this does not.
 *
 * <p>Deviations, and why: f is of r / beta (the papers' log-probabilities have no temperature).
 * Gradients are not clipped (the code bounds their length, with a bound a task). Smoothed gradients
 * through the denoiser ask for the prediction twice, one NFE more, instead of holding its graph.
 * The published lengths, the default, are for log-probabilities of classes: where r / beta is
 * steeper they are far too long. The search of the paper resamples particles on the way: that is
 * {@code bfs}.
 *
 * <p>Neither a maximiser nor a sampler of a known law: even with rho = mu = 0, noising and stepping
 * leave the law of a level as it is only as steps become many.
 *
 * <p>Cost of a sample of T steps with R recurrences, M draws and I iterations: NFE R T, with rho >
 * 0 and smoothing 2 R T; BACKWARD R T, or 0 with rho = 0; REWARD R T M (1 + I), or R T M I with rho
 * = 0.
 *
 * @param recur R, how often each level is searched and stepped from
 * @param iterations I, gradient steps in the clean estimate
 * @param rho length of the step through the denoiser
 * @param mu length of a step in the clean estimate
 * @param smoothing deviation of the noise that the reward is averaged over at pure noise; 0 for
 *     none
 * @param draws M, of that noise; 1 without
 */
public record LocalSearch(
    int recur, int iterations, double rho, double mu, double smoothing, int draws)
    implements Algorithm {
  /** The published settings for ImageNet. */
  public static final LocalSearch DEFAULT = new LocalSearch(1, 4, 0.2, 0.4, 0.1, 4);

  private static final int MOST = 1 << 12;

  /** Refuses what is out of range. */
  public LocalSearch {
    if (recur < 1 || recur > MOST) {
      throw new IllegalArgumentException("recur must be from 1 to " + MOST);
    }
    if (iterations < 0 || iterations > MOST) {
      throw new IllegalArgumentException("iterations must be from 0 to " + MOST);
    }
    for (double number : new double[] {rho, mu, smoothing}) {
      if (!(number >= 0 && number < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("rho, mu and smoothing must be finite and at least 0");
      }
    }
    if (draws < 1 || draws > MOST || (smoothing == 0 && draws > 1)) {
      throw new IllegalArgumentException(
          "draws must be from 1 to " + MOST + ", and above 1 only with smoothing");
    }
  }

  @Override
  public Support supports(Problem problem) {
    if (Support.gradients(problem) instanceof Support.No no) {
      return no;
    }
    return problem.process() instanceof GaussianProcess
        ? Support.estimates(problem)
        : new Support.No("it needs a Gaussian process");
  }

  @Override
  public List<String> warnings(Problem problem) {
    return rho == 0 && (mu == 0 || iterations == 0)
        ? List.of("rho and mu leave the reward out: nothing is searched for")
        : List.of();
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    GaussianProcess process = (GaussianProcess) problem.process();
    int steps = process.steps();
    Batch x = process.prior(problem.count(), session.noise(Purpose.PRIOR, steps));
    for (int level = steps; level >= 1; level--) {
      for (int round = 0; round < recur; round++) {
        if (round > 0) {
          Noise noise = session.noise(Purpose.RENOISE, level).round(round - 1);
          x = process.renoise(x, level - 1, level, noise);
        }
        x = searched(problem, session, (Batch.Reals) x, level, round);
      }
    }
    return Samples.independent(x);
  }

  /** One search and step from a level. */
  private Batch searched(Problem problem, Session session, Batch.Reals x, int level, int round) {
    GaussianProcess process = (GaussianProcess) problem.process();
    Noise noise = session.noise(Purpose.DECODE, level).round(round).branched(draws);
    Batch.Reals eps = smoothing > 0 ? (Batch.Reals) process.prior(x.size() * draws, noise) : null;
    if (eps != null) {
      eps = eps.times(smoothing * process.noise(level));
    }
    Prediction prediction;
    Batch.Reals through = null;
    Batch.Reals clean;
    if (rho > 0 && eps == null) {
      Evaluation answer = session.ask(new Query(Query.Kind.GRADIENT, x, level));
      prediction = answer.prediction();
      through = answer.gradient().times(1 / problem.beta());
      clean = mean(session, prediction, level);
    } else {
      prediction = session.denoise(x, level);
      clean = mean(session, prediction, level);
      if (rho > 0) {
        Batch.Reals slope = inside(gradient(problem, session, clean, eps), prediction, process);
        through = session.ask(Query.pullback(x, level, level - 1, slope)).gradient();
      }
    }
    double growth = growth(process, level);
    Batch.Reals moved = clean;
    for (int i = 0; i < iterations && mu > 0; i++) {
      moved = moved.plus(gradient(problem, session, moved, eps).times(mu * growth));
    }
    Batch.Reals next =
        process.law(x, level, prediction).sample(session.noise(Purpose.STEP, level).round(round));
    double signal = process.signal(level - 1);
    next = next.plus(moved.plus(clean.times(-1)).times(signal));
    double ratio = process.signal(level) / signal; // the root of s_t
    return through == null || ratio == 0 ? next : next.plus(through.times(rho * growth / ratio));
  }

  private static Batch.Reals mean(Session session, Prediction prediction, int level) {
    Noise noise = session.noise(Purpose.DECODE, level);
    return (Batch.Reals) session.clean(prediction, Decoding.POSTERIOR_MEAN, noise);
  }

  /** The gradient of the smoothed reward over beta at clean states. */
  private Batch.Reals gradient(
      Problem problem, Session session, Batch.Reals clean, Batch.Reals eps) {
    Batch.Reals asked =
        eps == null ? clean : clean.select(Branching.repeat(clean.size(), draws)).plus(eps);
    Evaluation answer = session.ask(new Query(Query.Kind.REWARD_GRADIENT, asked, 0));
    double[] slope = answer.gradient().data();
    double[] value = answer.value().values();
    int width = clean.width();
    double[] sum = new double[clean.data().length];
    for (int row = 0; row < clean.size(); row++) {
      double[] own = Arrays.copyOfRange(value, row * draws, (row + 1) * draws);
      Weights weights = new Weights(Arrays.stream(own).map(r -> r / problem.beta()).toArray());
      double[] share = weights.extinct() ? new double[draws] : weights.normalised();
      for (int j = 0; j < draws; j++) {
        for (int i = 0; i < width; i++) {
          sum[row * width + i] += share[j] / problem.beta() * slope[(row * draws + j) * width + i];
        }
      }
    }
    return new Batch.Reals(sum, clean.item());
  }

  /** A gradient without the coordinates where the mean was clipped. */
  private static Batch.Reals inside(
      Batch.Reals gradient, Prediction prediction, GaussianProcess process) {
    double[] mean = ((Prediction.Mean) prediction).clean().data();
    double[] kept = gradient.data().clone();
    for (int i = 0; i < kept.length; i++) {
      kept[i] = Math.abs(mean[i]) > process.clip() ? 0 : kept[i];
    }
    return new Batch.Reals(kept, gradient.item());
  }

  /** s_t over the mean of all s. */
  private static double growth(GaussianProcess process, int level) {
    double sum = 0;
    for (int t = 1; t <= process.steps(); t++) {
      sum += process.alphaBar(t) / process.alphaBar(t - 1);
    }
    return process.alphaBar(level) / process.alphaBar(level - 1) * process.steps() / sum;
  }

  @Override
  public Cost cost(Problem problem) {
    long rounds = (long) problem.count() * problem.process().steps() * recur;
    long nfe = rho > 0 && smoothing > 0 ? 2 * rounds : rounds;
    long gradients = (rho > 0 ? 1L : 0) + (mu > 0 ? iterations : 0);
    return new Cost(
        nfe, nfe * problem.rowsPerParticle(), rho > 0 ? rounds : 0, rounds * draws * gradients, 0);
  }

  @Override
  public boolean usesBudget() {
    return false;
  }
}
