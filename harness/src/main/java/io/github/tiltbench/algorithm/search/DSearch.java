package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Share;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.particle.Branching;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.random.Purpose;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * DSearch: SVDD with alpha 0 whose width grows along the chain while beams are dropped; DSearch-R
 * gives the places of the worst beams to copies of others instead.
 *
 * <p>Paper: Li et al., arXiv 2503.02039. Code: the authors' text and code in
 * nickjeliopoulos/DSearch, in whose commands the defaults stand: width 5 that grows to five times
 * as much, five beams a sample at first, both schedules exponential.
 *
 * <p>A trial of N samples starts with N R beams, R being {@code oversample}. A beam branches into
 * M_i children at step i = 0..T-1 and keeps the best, valued by the reward of its clean estimate;
 * of the beams the N_i best stay. N_i is N R (1/R)^s by {@code drop: exponential}, N R - s N (R -
 * 1) by {@code linear}, N + (1 - s)^2 N (R - 1) by {@code quadratic}, rounded down, with s = i / (T
 * - 1). The probability of a wide search q_i is 1 by {@code search: all}, 0.7 by {@code uniform},
 * (i + 10) / (T - 1) and at most 1 by {@code linear}, 1 - exp(-3 s) by {@code exponential}.
 *
 * <p>Deviations, and why: the code draws whether a step is wide, growth M children with probability
 * q_i and M else, so that its cost is random (by its defaults without dropping, between 245 and
 * 1225 candidates a sample of 50 steps) and no budget can be matched; here the width is the
 * expected one, M_i = M (1 + (growth - 1) q_i), rounded. {@code random_width} draws it as the code
 * does, a wide step as many times wider as beams have been dropped, and what the budget leaves is
 * not spent then. Beams compete within a trial, which has one prompt (in the code all prompts of a
 * call compete, so that it returns samples of the easy ones). Copies take a prompt's own beams'
 * places (the code reorders states and leaves the conditions where they were), and are drawn by
 * exp(value / tau) with the study's beta for tau unless one is given (the code has 1 for rewards of
 * any scale). The last step selects where it draws noise (the code's does not); beams are dropped
 * where a step has values, and at the end, by their rewards, what the last steps have left over.
 * Schedules are those of the chain at hand, whatever its length. Since published widths are for
 * large budgets, M need not be a whole number where it fills the budget.
 *
 * <p>With {@code oversample: 1, growth: 1} this is SVDD bit for bit. It is a maximiser; samples of
 * a trial are independent only if no beam is dropped or copied and no width is drawn, which they
 * share.
 *
 * <p>On tokens {@code logits: parent} fills the masks of a child by the prediction that it was
 * drawn from, and survivors alone are denoised.
 *
 * <p>Cost of a trial, of the steps that draw noise: NFE N R + the sum over levels T..2 of N_{i-1}
 * M_i, by the parent's logits of N_i; REWARD the sum over levels T..1 of N_{i-1} M_i. A step at
 * levels T..2 that draws none costs an evaluation a beam; if the last draws none, its beams are
 * scored where there are more than N. By {@code random_width} at most that with every step wide.
 *
 * @param width M before it grows; 0 takes as much as the budget pays for, in hundredths, and the
 *     published 5 by the parent's logits, where children cost no evaluations
 * @param growth times as wide in the end, w
 * @param search how the width grows
 * @param oversample R, beams of a sample at the start; 0 takes the published 5, or as many as the
 *     budget pays for by a width of at least 1, and 1 beside {@code replaced}
 * @param drop how their number falls
 * @param replaced share of the beams that give way to copies of others at each step, which is
 *     DSearch-R; published 0.01 to 0.05, without oversampling
 * @param tau temperature of the copies; the study's beta if not given
 * @param randomWidth whether it is drawn which steps are wide
 * @param logits whose prediction values a child; tokens only
 */
public record DSearch(
    int width,
    double growth,
    Search search,
    int oversample,
    Drop drop,
    double replaced,
    OptionalDouble tau,
    boolean randomWidth,
    Svdd.Logits logits)
    implements Algorithm {
  /** How the width grows along the chain. */
  public enum Search {
    /** Not: it is wide from the start. */
    ALL,
    /** Not: it is 0.7 of the way to wide from the start. */
    UNIFORM,
    /** By as much at every step, from ten steps' worth on. */
    LINEAR,
    /** Soon. */
    EXPONENTIAL;

    /** The probability of a wide search at a step 0..T-1. */
    double probability(int step, int steps) {
      double last = Math.max(1, steps - 1);
      return switch (this) {
        case ALL -> 1;
        case UNIFORM -> 0.7;
        case LINEAR -> Math.min(1, (step + 10) / last);
        case EXPONENTIAL -> 1 - StrictMath.exp(-3 * step / last);
      };
    }
  }

  /** How the number of beams falls along the chain. */
  public enum Drop {
    /** By the same share at every step. */
    EXPONENTIAL,
    /** By as many at every step. */
    LINEAR,
    /** By fewer and fewer. */
    QUADRATIC;

    /** Beams after a step 0..T-1, of {@code samples} in the end. */
    int beams(int samples, int oversample, int step, int steps) {
      double s = step / Math.max(1.0, steps - 1);
      int start = samples * oversample;
      double left =
          switch (this) {
            case EXPONENTIAL -> start * StrictMath.pow(1.0 / oversample, s);
            case LINEAR -> start - s * (start - samples);
            case QUADRATIC -> samples + (1 - s) * (1 - s) * (start - samples);
          };
      return Math.max(samples, Share.whole(left));
    }
  }

  /** The published schedules, beams and width by the budget. */
  public static final DSearch DEFAULT =
      new DSearch(
          0,
          5,
          Search.EXPONENTIAL,
          0,
          Drop.EXPONENTIAL,
          0,
          OptionalDouble.empty(),
          false,
          Svdd.Logits.CHILD);

  static final int MOST = 1 << 16; // addresses that noise has for a beam
  private static final int PUBLISHED_OVERSAMPLE = 5;

  /** Refuses what is out of range, and copies beside oversampling. */
  public DSearch {
    if (!(growth >= 1 && growth <= MOST)) {
      throw new IllegalArgumentException("growth must be from 1 to " + MOST);
    }
    if (oversample < 0 || oversample > MOST) {
      throw new IllegalArgumentException("oversample must be from 0 to " + MOST);
    }
    int beams = oversample == 0 ? PUBLISHED_OVERSAMPLE : oversample;
    if (width < 0 || Math.max(1, width) * growth * beams > MOST) {
      throw new IllegalArgumentException(
          "width must be at least 0, and times growth and oversample at most " + MOST);
    }
    if (!(replaced >= 0 && replaced < 1)) {
      throw new IllegalArgumentException("replaced must be at least 0 and below 1");
    }
    if (replaced > 0 && oversample > 1) {
      throw new IllegalArgumentException("replaced is for oversample 1 or 0");
    }
    if (tau.isPresent()
        && !(replaced > 0 && tau.getAsDouble() > 0 && Double.isFinite(tau.getAsDouble()))) {
      throw new IllegalArgumentException(
          "tau must be finite and above 0, and is for replaced above 0");
    }
  }

  @Override
  public Support supports(Problem problem) {
    long beams = (long) problem.count() * (oversample == 0 ? mostOversample() : oversample);
    return beams > Integer.MAX_VALUE
        ? new Support.No(beams + " beams are more than can be numbered")
        : Beams.supports(problem, byParent());
  }

  @Override
  public List<String> warnings(Problem problem) {
    DSearchPlan plan = DSearchPlan.of(this, problem);
    if (replaced > 0 && plan.copies() == 0) {
      return List.of(
          "replaced of " + problem.count() + " samples is less than one: none gives way");
    }
    return plan.wide(problem.process().steps() - 1, plan.start()) == 1
        ? List.of("one child a beam leaves nothing to choose from")
        : List.of();
  }

  boolean byParent() {
    return logits == Svdd.Logits.PARENT;
  }

  /** R where none is given, if the budget pays for it. */
  int mostOversample() {
    return replaced > 0 ? 1 : PUBLISHED_OVERSAMPLE;
  }

  @Override
  public Samples sample(Problem problem, Session session) {
    DSearchPlan plan = DSearchPlan.of(this, problem);
    Steps steps = new Steps(plan, session);
    Beams.End end =
        new Beams(problem, session, byParent()).run(plan.start(), plan.oversample(), 1, steps);
    Batch x = end.best(session, end.states().size(), problem.count());
    return new Samples(
        x,
        new double[x.size()],
        plan.oversample() == 1 && plan.copies() == 0 && !randomWidth,
        Map.of(),
        Map.of("beams", steps.beams, "width", steps.widths));
  }

  /** The steps of one trial, and what is remembered of them along the levels T..0. */
  private static final class Steps implements Beams.Rule {
    private final DSearchPlan plan;
    private final Session session;
    private final int steps;
    private final double[] beams;
    private final double[] widths;

    Steps(DSearchPlan plan, Session session) {
      this.plan = plan;
      this.session = session;
      this.steps = plan.problem().process().steps();
      this.beams = new double[steps + 1];
      this.widths = new double[steps + 1];
    }

    @Override
    public int width(int level, int states) {
      int step = steps - level;
      int width = wide(level) ? plan.wide(step, states) : plan.narrow();
      beams[step] = states;
      widths[step] = width;
      return width;
    }

    private boolean wide(int level) {
      DSearch rules = plan.rules();
      return !rules.randomWidth
          || session.noise(Purpose.PROPOSAL, level).uniforms(0).at(0)
              < rules.search.probability(steps - level, steps);
    }

    @Override
    public int[] keep(double[] values, int width, int level) {
      int[] kept = Branching.keep(values, width, 0, family -> 0);
      int out = plan.copies();
      if (out > 0) {
        double[] u = session.noise(Purpose.RESAMPLE, level).uniforms(0).first(out);
        double temperature = plan.rules().tau.orElse(plan.problem().beta());
        return Beams.replace(kept, values, out, temperature, u);
      }
      int left = plan.beams(steps - level);
      if (left >= kept.length) {
        return kept;
      }
      double[] own = new Scalars(values).select(kept).values();
      return Arrays.stream(Beams.highest(own, own.length, left)).map(i -> kept[i]).toArray();
    }
  }

  @Override
  public Cost cost(Problem problem) {
    return DSearchPlan.of(this, problem).cost();
  }

  /** Where it is drawn which steps are wide. */
  @Override
  public boolean costIsUpperBound() {
    return randomWidth;
  }

  @Override
  public boolean usesBudget() {
    return (width == 0 && !byParent()) || (oversample == 0 && replaced == 0);
  }
}
