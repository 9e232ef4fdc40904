package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.ValueEstimate;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.particle.Column;
import io.github.tiltbench.particle.FeynmanKac;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.Scalars;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.Arrays;

/**
 * A model's chain whose particles are valued, weighed and perhaps pushed on their way: what every
 * SMC method here shares.
 *
 * <p>A particle carries a log-twist h, 0 before the first. Arriving at x from y it gains
 *
 * <pre>log p(x | y) - log q(x | y) + h(x) - h(y),</pre>
 *
 * where q is the step that moved it, the model's own p unless it was pushed (and p is the step of
 * the prediction before guidance where that is asked for); and at level 0 h is r(x) / beta,
 * whatever the method. On every path the gains add up to log p - log q + r(x_0) / beta: the
 * weighted particles target the tilted law for any twists and pushes, which change the variance
 * alone.
 *
 * <p>A sample that is not admissible, of reward minus infinity, weighs nothing. A clean estimate
 * that is not admissible says little of the sample it will become: on the way it has the lowest
 * value of its population, since a twist of zero would rule out paths that end well.
 *
 * <p>A prediction serves the value of its state and its next step. Cost of a particle: T
 * evaluations, one gradient a guided level, one value a valued level above 0 and one reward at 0.
 */
public final class TwistedChain implements FeynmanKac {
  /** Where a particle is. */
  public static final Column<Batch> STATE = new Column<>("state");

  /** The value of its state, or of the last state that was valued; at level 0 the reward. */
  public static final Column<Scalars> VALUE = new Column<>("value");

  /** Its log-twist h. */
  public static final Column<Scalars> TWIST = new Column<>("twist");

  /** What the model predicts at its state; absent at level 0. */
  public static final Column<Prediction> PREDICTION = new Column<>("prediction");

  /** What the model predicts there after its guidance; present at contrasted levels. */
  static final Column<Prediction> GUIDED = new Column<>("guided");

  /** The gradient of its value in its state; present at guided levels. */
  static final Column<Batch> GRADIENT = new Column<>("gradient");

  private final Problem problem;
  private final ReverseProcess process;
  private final Session session;
  private final Addressing addressing;
  private final ValueEstimate estimate;
  private final TwistPolicy policy;

  public TwistedChain(
      Problem problem,
      Session session,
      Addressing addressing,
      ValueEstimate estimate,
      TwistPolicy policy) {
    this.problem = problem;
    this.process = problem.process();
    this.session = session;
    this.addressing = addressing;
    this.estimate = estimate;
    this.policy = policy;
  }

  @Override
  public int steps() {
    return process.steps();
  }

  @Override
  public Population start(int n) {
    return arrive(untwisted(n), first(n), steps());
  }

  @Override
  public Population move(Population p, int level) {
    return arrive(p, next(p, level), level - 1);
  }

  /** Particles that are nowhere yet. */
  static Population untwisted(int n) {
    return Population.of(n).with(TWIST, new Scalars(new double[n]));
  }

  /** The starting draw of particles. */
  Move first(int n) {
    return policy.start(process.initial(n), addressing.of(session.noise(Purpose.PRIOR, steps())));
  }

  /** Where particles go from a level. */
  Move next(Population p, int level) {
    StepLaw law = process.law(p.get(STATE), level, p.get(PREDICTION));
    Noise noise = addressing.of(session.noise(Purpose.STEP, level));
    return law.deterministic() ? Move.own(law, noise) : policy.move(law, p, level, noise);
  }

  /** The particles at the end of a move to a level, valued and weighed. */
  Population arrive(Population from, Move move, int level) {
    Batch x = move.next();
    Population p =
        from.weigh(move.logRatio())
            .with(STATE, x)
            .without(PREDICTION)
            .without(GUIDED)
            .without(GRADIENT);
    if (level == 0) {
      Population scored = p.with(VALUE, new Scalars(session.score(x)));
      return gain(p, policy.last(scored, problem.beta()));
    }
    if (policy.guided(level)) {
      Evaluation answer = session.ask(new Query(Query.Kind.GRADIENT, x, level));
      p = p.with(PREDICTION, answer.prediction()).with(GRADIENT, answer.gradient());
      p = p.with(VALUE, answer.value().floored());
    } else {
      p = predict(p, x, level);
      if (policy.valued(level)) {
        Prediction prediction = policy.valuing(from, p);
        double[] value = estimate.value(prediction, level, session, addressing, problem.beta());
        p = p.with(VALUE, new Scalars(value).floored());
      }
    }
    return policy.twisted(level) ? gain(p, policy.twist(p, level)) : p;
  }

  private Population predict(Population p, Batch x, int level) {
    if (!policy.contrasted(level)) {
      return p.with(PREDICTION, session.denoise(x, level));
    }
    Evaluation answer = session.ask(new Query(Query.Kind.GUIDANCE, x, level));
    return p.with(PREDICTION, answer.prediction()).with(GUIDED, answer.guided());
  }

  /** The particles after a change of twist, weighed by it. */
  private static Population gain(Population before, Population after) {
    double[] old = before.get(TWIST).values();
    double[] now = after.get(TWIST).values();
    double[] gained = new double[now.length];
    Arrays.setAll(gained, i -> now[i] - old[i]);
    return after.weigh(gained);
  }
}
