package io.github.tiltbench.diffusion;

import io.github.tiltbench.particle.Arena;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The one prediction that each step of a process takes, whether it is made of one or of two.
 *
 * <p>A step of Heun's rule follows the mean of two slopes, that where it starts and that where
 * Euler's rule would end; on the linear path (1 - t) clean + t noise a slope is (x - clean) / t.
 * With the clean means m and m' of the two, at times t and t', it is therefore Euler's step to the
 * clean mean
 *
 * <pre>m + t / (2 t') (m' - m)</pre>
 *
 * so that everything above a prediction is the same for both rules. A level is known by its ratio
 * of signal to noise, so this is the rule on every path; to level 0 it is Euler's. Where a process
 * clips, the two means are clipped first: the second is divided by a time that may be short.
 *
 * <p>Source: FlowMatchHeunDiscreteScheduler of diffusers; Karras et al., arXiv 2206.00364,
 * algorithm 1.
 *
 * @param denoiser the model
 * @param process whose steps are taken
 */
public record StepPredictor(Denoiser denoiser, ReverseProcess process) {

  /**
   * One prediction a row, for the step from its level to another.
   *
   * @param to a level under {@code level} for each row
   */
  public Prediction predict(Batch x, int[] level, int[] to, Condition[] condition) {
    Prediction first = denoiser.denoise(x, level, condition);
    Ahead ahead = ahead(level, to);
    if (ahead.rows.length == 0) {
      return first;
    }
    Batch.Reals next = ahead.jump(x, first);
    Prediction second = denoiser.denoise(next, ahead.to, ahead.of(condition));
    return ahead.mixed(mean(first), mean(second));
  }

  /** The same prediction with its derivative through all that it is made of. */
  public Denoiser.Linearised linearise(Batch x, int[] level, int[] to, Condition[] condition) {
    Denoiser.Linearised first = denoiser.linearise(x, level, condition);
    Ahead ahead = ahead(level, to);
    if (ahead.rows.length == 0) {
      return first;
    }
    Batch.Reals next = ahead.jump(x, first.prediction());
    try {
      return new TwoStage(first, denoiser.linearise(next, ahead.to, ahead.of(condition)), ahead);
    } catch (RuntimeException | Error e) {
      first.close();
      throw e;
    }
  }

  private Ahead ahead(int[] level, int[] to) {
    int[] rows =
        IntStream.range(0, level.length)
            .filter(row -> process.evaluations(level[row], to[row]) == 2)
            .toArray();
    return new Ahead(process, rows, of(rows, level), of(rows, to));
  }

  private static int[] of(int[] rows, int[] values) {
    return Arrays.stream(rows).map(row -> values[row]).toArray();
  }

  private static Batch.Reals mean(Prediction prediction) {
    return ((Prediction.Mean) prediction).clean();
  }

  /**
   * The rows that are predicted twice.
   *
   * @param rows of the batch
   * @param from level of each
   * @param to where its step ends
   */
  private record Ahead(ReverseProcess any, int[] rows, int[] from, int[] to) {
    GaussianProcess process() {
      return (GaussianProcess) any;
    }

    Batch.Reals jump(Batch x, Prediction first) {
      return process().jump(x.select(rows), from, to, first.select(rows));
    }

    Condition[] of(Condition[] condition) {
      return Arrays.stream(rows).mapToObj(row -> condition[row]).toArray(Condition[]::new);
    }

    /** The share of the second mean. */
    double share(int k) {
      return process().linearTime(from[k]) / (2 * process().linearTime(to[k]));
    }

    Prediction.Mean mixed(Batch.Reals first, Batch.Reals second) {
      double[] clean = Arena.copy(first.data());
      double clip = process().clip();
      int width = first.width();
      for (int k = 0; k < rows.length; k++) {
        double share = share(k);
        for (int i = 0; i < width; i++) {
          int at = rows[k] * width + i;
          double own = StepCoefficients.clip(clean[at], clip);
          double later = StepCoefficients.clip(second.data()[k * width + i], clip);
          clean[at] = own + share * (later - own);
        }
      }
      return new Prediction.Mean(new Batch.Reals(clean, first.item()));
    }

    /** The gradient in the second mean of what has the cotangent in the mixed one. */
    Batch.Reals inSecond(Batch.Reals cotangent, Batch.Reals second) {
      Batch.Reals own = cotangent.select(rows);
      for (int i = 0; i < own.data().length; i++) {
        own.data()[i] *= inside(second.data()[i]) ? share(i / own.width()) : 0;
      }
      return own;
    }

    /** The gradient in the first mean, which the second depends on too. */
    Batch.Reals inFirst(Batch.Reals cotangent, Batch.Reals first, Batch.Reals throughSecond) {
      double[] all = Arena.copy(cotangent.data());
      int width = cotangent.width();
      for (int k = 0; k < rows.length; k++) {
        double share = share(k);
        for (int i = 0; i < width; i++) {
          int at = rows[k] * width + i;
          all[at] *= inside(first.data()[at]) ? 1 - share : 0;
          all[at] += throughSecond.data()[k * width + i];
        }
      }
      return new Batch.Reals(all, cotangent.item());
    }

    private boolean inside(double clean) {
      return Math.abs(clean) <= process().clip();
    }
  }

  /** A prediction of which some rows are made of two. */
  private record TwoStage(Denoiser.Linearised first, Denoiser.Linearised second, Ahead ahead)
      implements Denoiser.Linearised {
    @Override
    public Prediction prediction() {
      return ahead.mixed(mean(first.prediction()), mean(second.prediction()));
    }

    @Override
    public Batch.Reals pullback(Batch.Reals cotangent) {
      Batch.Reals late = second.pullback(ahead.inSecond(cotangent, mean(second.prediction())));
      GaussianProcess.JumpGradient jump =
          ahead
              .process()
              .jumpGradient(ahead.from, ahead.to, first.prediction().select(ahead.rows), late);
      Batch.Reals gradient =
          first.pullback(ahead.inFirst(cotangent, mean(first.prediction()), jump.mean()));
      int width = gradient.width();
      for (int i = 0; i < jump.state().data().length; i++) {
        gradient.data()[ahead.rows[i / width] * width + i % width] += jump.state().data()[i];
      }
      return gradient;
    }

    @Override
    public void close() {
      try (first;
          second) {}
    }
  }
}
