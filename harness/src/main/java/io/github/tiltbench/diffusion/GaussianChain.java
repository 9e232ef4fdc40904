package io.github.tiltbench.diffusion;

import io.github.tiltbench.particle.Arena;
import io.github.tiltbench.random.Noise;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A Gaussian reverse process given by its levels and steps; DDIM and DDPM differ in these numbers
 * only.
 */
public final class GaussianChain implements GaussianProcess {
  private final StateSpace.Euclidean space;
  private final double[] time;
  private final double[] alphaBar;
  private final StepCoefficients[] transition;
  private final double clip;
  private final boolean usesClipped;
  private final boolean heun;

  /** A chain whose steps are made of one prediction each. */
  public GaussianChain(
      StateSpace.Euclidean space,
      double[] time,
      double[] alphaBar,
      StepCoefficients[] transition,
      double clip) {
    this(space, time, alphaBar, transition, clip, false);
  }

  /**
   * A chain.
   *
   * @param time that a network is told at the levels 1..T; entry 0 is unused
   * @param alphaBar of the levels 0..T
   * @param transition the steps from the levels 1..T; entry 0 is unused
   * @param clip largest absolute value of a clean state; may be infinite
   * @param heun whether a step that does not end at level 0 takes the mean of two slopes
   */
  public GaussianChain(
      StateSpace.Euclidean space,
      double[] time,
      double[] alphaBar,
      StepCoefficients[] transition,
      double clip,
      boolean heun) {
    this.space = space;
    this.time = time;
    this.alphaBar = alphaBar;
    this.transition = transition;
    this.clip = clip;
    this.heun = heun;
    this.usesClipped =
        Arrays.stream(transition, 1, transition.length).allMatch(t -> t.unclipped() == 0);
  }

  @Override
  public int steps() {
    return time.length - 1;
  }

  @Override
  public double alphaBar(int level) {
    return alphaBar[level];
  }

  @Override
  public double time(int level) {
    if (level < 1) {
      throw new IllegalArgumentException("at level " + level + " no network is asked");
    }
    return time[level];
  }

  @Override
  public double clip() {
    return clip;
  }

  @Override
  public GaussianStep initial(int count) {
    return GaussianStep.standard(count, space.item());
  }

  @Override
  public GaussianStep law(Batch x, int[] level, Prediction prediction) {
    Batch.Reals states = (Batch.Reals) x;
    double[] clean = ((Prediction.Mean) prediction).clean().data();
    int width = states.width();
    double[] mean = Arena.doubles(clean.length);
    for (int row = 0; row < states.size(); row++) {
      StepCoefficients step = transition[level[level.length == 1 ? 0 : row]];
      step.means(states.data(), clean, clip, row * width, (row + 1) * width, mean);
    }
    double[] stds = Arrays.stream(level).mapToDouble(l -> transition[l].std()).toArray();
    return new GaussianStep(new Batch.Reals(mean, states.item()), stds);
  }

  @Override
  public Batch.Reals jump(Batch x, int[] from, int[] to, Prediction prediction) {
    StepCoefficients[] steps = straight(from, to);
    Batch.Reals states = (Batch.Reals) x;
    double[] clean = ((Prediction.Mean) prediction).clean().data();
    double[] next = Arena.doubles(clean.length);
    int part = clean.length / steps.length;
    for (int k = 0; k < steps.length; k++) {
      steps[k].means(states.data(), clean, clip, k * part, (k + 1) * part, next);
    }
    return new Batch.Reals(next, states.item());
  }

  @Override
  public JumpGradient jumpGradient(
      int[] from, int[] to, Prediction prediction, Batch.Reals cotangent) {
    StepCoefficients[] steps = straight(from, to);
    double[] clean = ((Prediction.Mean) prediction).clean().data();
    double[] mean = Arena.doubles(clean.length);
    double[] state = Arena.doubles(clean.length);
    int part = clean.length / steps.length;
    for (int k = 0; k < steps.length; k++) {
      StepCoefficients step = steps[k];
      for (int i = k * part; i < (k + 1) * part; i++) {
        boolean inside = Math.abs(clean[i]) <= clip;
        mean[i] = ((inside ? step.clipped() : 0) + step.unclipped()) * cotangent.data()[i];
        state[i] = step.state() * cotangent.data()[i];
      }
    }
    return new JumpGradient(
        new Batch.Reals(mean, cotangent.item()), new Batch.Reals(state, cotangent.item()));
  }

  private StepCoefficients[] straight(int[] from, int[] to) {
    return IntStream.range(0, from.length)
        .mapToObj(i -> straight(from[i], to[i]))
        .toArray(StepCoefficients[]::new);
  }

  private StepCoefficients straight(int from, int to) {
    if (from > steps() || to < 0 || to >= from) {
      throw new IllegalArgumentException("no jump from level " + from + " to " + to);
    }
    boolean own = to == from - 1 && transition[from].std() == 0;
    return own
        ? transition[from]
        : StepCoefficients.euler(alphaBar[from], alphaBar[to], usesClipped);
  }

  @Override
  public Batch.Reals renoise(Batch x, int from, int to, Noise noise) {
    if (from < 0 || to <= from || to > steps()) {
      throw new IllegalArgumentException("no forward step from level " + from + " to " + to);
    }
    Batch.Reals clean = (Batch.Reals) x;
    double kept = alphaBar[to] / alphaBar[from];
    double signal = Math.sqrt(kept);
    double std = Math.sqrt(1 - kept);
    double[] z = GaussianStep.standard(clean.size(), clean.item()).sample(noise).data();
    for (int i = 0; i < z.length; i++) {
      z[i] = signal * clean.data()[i] + std * z[i];
    }
    return new Batch.Reals(z, clean.item());
  }

  @Override
  public Batch.Reals clean(Prediction prediction, Decoding how, Noise noise) {
    if (!decodes(how)) {
      throw new IllegalArgumentException("a Gaussian process gives no sample of the clean state");
    }
    Batch.Reals mean = ((Prediction.Mean) prediction).clean();
    if (clip == Double.POSITIVE_INFINITY) {
      return mean;
    }
    double[] clipped = Arena.doubles(mean.data().length);
    for (int i = 0; i < clipped.length; i++) {
      clipped[i] = StepCoefficients.clip(mean.data()[i], clip);
    }
    return new Batch.Reals(clipped, mean.item());
  }

  @Override
  public boolean decodes(Decoding how) {
    return how == Decoding.POSTERIOR_MEAN;
  }

  @Override
  public int evaluations(int from, int to) {
    return heun && to > 0 ? 2 : 1;
  }

  @Override
  public boolean stochastic() {
    return Arrays.stream(transition, 1, transition.length).anyMatch(t -> t.std() > 0);
  }

  @Override
  public boolean stochasticAt(int level) {
    return transition[level].std() > 0;
  }
}
