package io.github.tiltbench.random;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The key of one trial's noise.
 *
 * @param key 64 bits, the Philox key
 */
public record Seed(long key) {

  /**
   * The key shared by all algorithms for one (study seed, prompt, repetition).
   *
   * <p>It is the head of a SHA-256 over the three, so that neighbouring seeds are unrelated.
   */
  public static Seed of(long study, String prompt, int repetition) {
    byte[] text = (study + "\n" + repetition + "\n" + prompt).getBytes(StandardCharsets.UTF_8);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
      long key = 0;
      for (int i = 0; i < Long.BYTES; i++) {
        key = key << 8 | (digest[i] & 0xFF);
      }
      return new Seed(key);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** The noise for one purpose at one step (level) of the chain. */
  public Noise noise(Purpose purpose, int step) {
    return new Noise(key, purpose, step, 0, 1);
  }
}
