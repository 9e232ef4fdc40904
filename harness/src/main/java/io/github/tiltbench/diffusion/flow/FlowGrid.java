package io.github.tiltbench.diffusion.flow;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The times of a path that a chain visits, with the diffusion of the step that begins there.
 *
 * @param path that the times are of
 * @param times from noise to data; 0 comes after them
 * @param g2 squared diffusion coefficient at each; 0 where the sampler has no use for one
 */
record FlowGrid(Interpolant path, double[] times, double[] g2) {
  private static final double ROUNDING = 1e-9;

  /** Refuses times that do not fall. */
  FlowGrid {
    for (int step = 0; step < times.length; step++) {
      double next = step + 1 < times.length ? times[step + 1] : 0;
      if (!(next < times[step])) {
        throw new IllegalArgumentException(
            "scheduler must have noise levels that fall but goes from "
                + times[step]
                + " to "
                + next);
      }
    }
  }

  /** With a diffusion of the path's own time. */
  static FlowGrid of(Interpolant path, double[] times, Optional<FlowDiffusion> diffusion) {
    double[] g2 =
        Arrays.stream(times)
            .map(t -> diffusion.map(d -> d.squared(path.at(t))).orElse(0.0))
            .toArray();
    return new FlowGrid(path, times, g2);
  }

  int steps() {
    return times.length;
  }

  Interpolant.Point now(int step) {
    return path.at(times[step]);
  }

  Interpolant.Point next(int step) {
    return path.at(step + 1 < times.length ? times[step + 1] : 0);
  }

  /**
   * On the linear path at the times of the same ratios of signal to noise, g as a function of it.
   */
  FlowGrid timesOnly(Optional<FlowDiffusion> diffusion) {
    double[] linear = Arrays.stream(times).map(t -> path.at(t).linearTime()).toArray();
    return of(Interpolant.LINEAR, linear, diffusion);
  }

  /**
   * On the linear path at the same times, with the diffusion that would give its states the
   * variance of a step of this path if they were at the converted times: (g / c)^2 ds / dt.
   */
  FlowGrid diffusionOnly() {
    double[] scaled = new double[times.length];
    for (int step = 0; step < scaled.length; step++) {
      double scale = now(step).signal() + now(step).noise(); // of the path over the linear one
      double own = now(step).t() - next(step).t();
      double linear = now(step).linearTime() - next(step).linearTime();
      scaled[step] = g2[step] / (scale * scale) * own / linear;
    }
    return new FlowGrid(Interpolant.LINEAR, times, scaled);
  }

  /** Refuses a step of Euler and Maruyama that is infinite or turns the noise of a state around. */
  void requireStable(Flow.Last last) {
    for (int step = 0; step < steps() - (last == Flow.Last.MEAN ? 1 : 0); step++) {
      Interpolant.Point now = now(step);
      Interpolant.Point next = next(step);
      if (now.signalRate() == Double.NEGATIVE_INFINITY) {
        throw new IllegalArgumentException(
            "interpolant leaves the noise infinitely fast, and sampler em has no such step: take"
                + " sampler marginal");
      }
      double rate = g2[step] * (now.t() - next.t()) / (2 * now.noise() * now.noise());
      if (rate > 1 + ROUNDING) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "diffusion is too strong for sampler em from time %.4g to %.4g, where g^2 h / (2"
                    + " noise^2) is %.3g and more than 1: take more steps, a smaller scale or"
                    + " sampler marginal",
                now.t(),
                next.t(),
                rate));
      }
    }
  }
}
