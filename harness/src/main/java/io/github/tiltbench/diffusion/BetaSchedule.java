package io.github.tiltbench.diffusion;

/**
 * How much noise each training time-step adds.
 *
 * <p>Betas are rounded to floats at the places where diffusers rounds them, so that the alpha-bars
 * that follow are those of the reference to the last bits of a float: 1 - beta loses a relative
 * 1e-4 near the clean end, and a chain computed without that loss is visibly another chain.
 */
public enum BetaSchedule {
  /** Evenly spaced betas. */
  LINEAR {
    @Override
    float[] betas(double start, double end, int count) {
      return linspace((float) start, (float) end, count);
    }
  },
  /** Squares of evenly spaced roots; Stable Diffusion's. */
  SCALED_LINEAR {
    @Override
    float[] betas(double start, double end, int count) {
      float[] betas = linspace((float) Math.sqrt(start), (float) Math.sqrt(end), count);
      for (int i = 0; i < count; i++) {
        betas[i] *= betas[i];
      }
      return betas;
    }
  },
  /** Squared cosine with betas of at most 0.999 (Nichol and Dhariwal 2021); ignores both ends. */
  SQUAREDCOS_CAP_V2 {
    @Override
    float[] betas(double start, double end, int count) {
      float[] betas = new float[count];
      for (int i = 0; i < count; i++) {
        double ratio = squaredCosine((i + 1.0) / count) / squaredCosine((double) i / count);
        betas[i] = (float) Math.min(1 - ratio, MAX_BETA);
      }
      return betas;
    }
  };

  private static final double MAX_BETA = 0.999;

  abstract float[] betas(double start, double end, int count);

  /** Counts from both ends towards the middle, as the reference does. */
  private static float[] linspace(float start, float end, int count) {
    float[] values = new float[count];
    float step = count == 1 ? 0 : (end - start) / (count - 1);
    for (int i = 0; i < count; i++) {
      boolean low = i < count / 2 || count == 1;
      values[i] = low ? start + step * i : end - step * (count - 1 - i);
    }
    return values;
  }

  private static double squaredCosine(double t) {
    double cosine = StrictMath.cos((t + 0.008) / 1.008 * Math.PI / 2);
    return cosine * cosine;
  }
}
