package io.github.tiltbench.metric.sample;

/**
 * One number about how different the token sequences of a prompt are, averaged over prompts.
 *
 * <p>It reads the positions that the model was free to fill, up to the end token; see {@link
 * Sequences}.
 */
public interface SequenceMetric extends SampleMetric {
  /** Whether it reads the words of texts, parted by blanks, instead of the model's tokens. */
  default boolean ofWords() {
    return false;
  }
}
