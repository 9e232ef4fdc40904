package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Addressing;
import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.particle.Column;
import io.github.tiltbench.particle.FeynmanKac;
import io.github.tiltbench.particle.Population;
import io.github.tiltbench.particle.ResamplingScheme;
import io.github.tiltbench.particle.Smc;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Uniforms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A {@link TwistedChain} without pushes that keeps the path of each particle, and whose particle 0
 * goes along a given path, if there is one: what is known of that path is not asked for again.
 */
final class ConditionalChain implements FeynmanKac {
  /** The path of a particle. */
  static final Column<Path.Column> PATH = new Column<>("path");

  private final TwistedChain chain;
  private final int particles;
  private final Optional<Path[]> pinned;
  private final Asking asking;
  private int level;

  /**
   * One sweep.
   *
   * @param particles with the pinned one; at least 2 if there is one
   * @param pinned the path of particle 0
   * @param round of the noise, another for each sweep
   */
  ConditionalChain(
      TwistedSmc smc,
      Session session,
      Addressing at,
      int particles,
      Optional<Path> pinned,
      int round) {
    int steps = smc.problem().process().steps();
    this.particles = particles;
    this.pinned = pinned.map(path -> path.byLevel(steps));
    this.asking = new Asking(session, round);
    this.chain = new TwistedChain(smc.problem(), asking, at, smc.estimate(), smc.policy());
  }

  /** The particles at level 0 with their paths. */
  Smc.Outcome run(double threshold, TwistPolicy policy, Addressing at) {
    Smc smc =
        new Smc(
            pinned.isPresent() ? ConditionalChain::ancestors : ResamplingScheme.MULTINOMIAL,
            threshold,
            policy::valued);
    return smc.run(this, particles, l -> at.of(asking.noise(Purpose.RESAMPLE, l)).uniforms(0));
  }

  /** Particle 0 is its own child; the others are children of any, drawn independently. */
  private static int[] ancestors(double[] weights, int count, Uniforms u) {
    int[] drawn = ResamplingScheme.MULTINOMIAL.ancestors(weights, count - 1, u);
    int[] ancestors = new int[count];
    System.arraycopy(drawn, 0, ancestors, 1, drawn.length);
    return ancestors;
  }

  @Override
  public int steps() {
    return chain.steps();
  }

  @Override
  public Population start(int n) {
    level = steps();
    Move first = pin(chain.first(n));
    return remember(chain.arrive(TwistedChain.untwisted(n), first, level), new Path[n]);
  }

  @Override
  public Population move(Population p, int from) {
    level = from - 1;
    Move next = pin(chain.next(p, from));
    return remember(chain.arrive(p, next, level), p.get(PATH).rows());
  }

  private Move pin(Move move) {
    if (pinned.isEmpty()) {
      return move;
    }
    Batch others = move.next().select(IntStream.range(1, particles).toArray());
    return new Move(Batch.concat(List.of(pinned.get()[level].state(), others)), move.logRatio());
  }

  private Population remember(Population p, Path[] before) {
    Path[] paths = new Path[before.length];
    Batch x = p.get(TwistedChain.STATE);
    for (int i = 0; i < paths.length; i++) {
      paths[i] = new Path(kept(x.select(new int[] {i})), asking.about(i), before[i]);
    }
    asking.heard.clear();
    return p.with(PATH, new Path.Column(paths));
  }

  /** Rows that outlive their step. */
  private static Batch kept(Batch x) {
    return x instanceof Batch.Reals r ? new Batch.Reals(r.data().clone(), r.item()) : x;
  }

  private static Prediction kept(Prediction p) {
    return p instanceof Prediction.Mean mean
        ? new Prediction.Mean((Batch.Reals) kept(mean.clean()))
        : p;
  }

  /** What was said to a question about all particles. */
  private record Heard(Query.Kind kind, Evaluation answer) {
    /** Of the rows of one particle, to be kept. */
    Evaluation rows(int particle, int each) {
      int[] own = IntStream.range(particle * each, (particle + 1) * each).toArray();
      Evaluation rows = answer.select(own);
      return kind == Query.Kind.PREDICTION ? Evaluation.prediction(kept(rows.prediction())) : rows;
    }
  }

  /** Asks about the particles that are not pinned, and keeps what is said of each. */
  private final class Asking implements Session {
    private final Session session;
    private final int round;
    private final List<Heard> heard = new ArrayList<>();

    Asking(Session session, int round) {
      this.session = session;
      this.round = round;
    }

    @Override
    public Evaluation ask(Query query) {
      int rows = query.x().size();
      Evaluation answer =
          pinned.isEmpty()
              ? session.ask(query)
              : Evaluation.joined(
                  List.of(
                      pinned.get()[level].answers().get(heard.size()),
                      session.ask(query.rows(rows / particles, rows))));
      heard.add(new Heard(query.kind(), answer));
      return answer;
    }

    /** The answers about one particle, which has as many rows in each as any other. */
    List<Evaluation> about(int particle) {
      return heard.stream().map(h -> h.rows(particle, h.answer.size() / particles)).toList();
    }

    @Override
    public Batch clean(Prediction prediction, Decoding how, Noise noise) {
      return session.clean(prediction, how, noise);
    }

    @Override
    public Noise noise(Purpose purpose, int at) {
      return session.noise(purpose, at).round(round);
    }
  }
}
