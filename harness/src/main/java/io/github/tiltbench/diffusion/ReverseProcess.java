package io.github.tiltbench.diffusion;

import io.github.tiltbench.random.Noise;
import java.util.stream.IntStream;

/** A noise schedule, a grid of levels and a sampler: everything of a chain but the network. */
public interface ReverseProcess {
  /** T, the number of steps from noise to clean. */
  int steps();

  /** The law of {@code count} states of level T. */
  StepLaw initial(int count);

  /** {@code count} states of level T. */
  default Batch prior(int count, Noise noise) {
    return initial(count).sample(noise);
  }

  /**
   * The law of the state one level down.
   *
   * @param level the levels of {@code x}, T..1: one for all rows, or one a row
   * @param prediction the denoiser's prediction at {@code x}
   */
  StepLaw law(Batch x, int[] level, Prediction prediction);

  /** The law of the state one level down, all rows being at one level. */
  default StepLaw law(Batch x, int level, Prediction prediction) {
    return law(x, new int[] {level}, prediction);
  }

  /**
   * Forward noising from a cleaner level to a noisier one.
   *
   * @param from level of {@code x}, 0..T-1
   * @param to a level above {@code from}
   */
  Batch renoise(Batch x, int from, int to, Noise noise);

  /**
   * A clean state that a verifier can score.
   *
   * @throws IllegalArgumentException if the process cannot decode this way
   */
  Batch clean(Prediction prediction, Decoding how, Noise noise);

  /** Whether the process can decode a prediction this way. */
  boolean decodes(Decoding how);

  /**
   * How many predictions a step is made of: 1, but 2 where it is of second order.
   *
   * @param from a level T..1
   * @param to a level under {@code from}
   */
  default int evaluations(int from, int to) {
    return 1;
  }

  /** How many predictions a chain is made of: T, where no step is of second order. */
  default int evaluations() {
    return IntStream.rangeClosed(1, steps()).map(level -> evaluations(level, level - 1)).sum();
  }

  /** Whether some step draws noise, so that clones of a particle separate. */
  boolean stochastic();

  /** Whether the step that starts from a level draws noise. */
  boolean stochasticAt(int level);
}
