package io.github.tiltbench.algorithm;

import io.github.tiltbench.random.Noise;

/**
 * Where the particles of a population stand among the addresses of noise.
 *
 * <p>A population that fills a trial has particle i at address (i, 0). One of several has it at
 * (population, i): its particle 0 then meets the noise of that sample of the plain model, and a
 * larger population begins like a smaller one.
 *
 * @param first particle address of the population's row 0
 * @param width branches an address has before rows move on to the next
 */
public record Addressing(int first, int width) {
  /** The only population of a trial. */
  public static final Addressing WHOLE = new Addressing(0, 1);

  /** One population of several, of {@code size} particles. */
  public static Addressing member(int population, int size) {
    return new Addressing(population, size);
  }

  /** The noise of these particles. */
  public Noise of(Noise noise) {
    return of(noise, 1);
  }

  /** The noise of these particles with {@code draws} consecutive rows each. */
  public Noise of(Noise noise, int draws) {
    return noise.from(first).branched(width * draws);
  }
}
