package io.github.tiltbench.verifier.text;

import io.github.tiltbench.verifier.Lack;
import java.util.Optional;

/**
 * How near a text is to a sentence in meaning: the cosine of their embeddings by MiniLM-L6, less
 * that to a second sentence if there is one.
 *
 * <p>The embedding of a text does not depend on the texts it is scored with: each is a call of its
 * own, since the quantised network rounds by the range of all that is in a batch.
 *
 * @param near what the text shall be about
 * @param far what it shall not be about
 * @param of which part is judged
 */
public record Topic(String near, Optional<String> far, Judged of) implements TextVerifierSpec {
  /** Refuses sentences without words. */
  public Topic {
    if (near.isBlank() || far.filter(String::isBlank).isPresent()) {
      throw new IllegalArgumentException("near and far must be sentences");
    }
  }

  @Override
  public Optional<String> lack() {
    return missing();
  }

  /** What is missing for any of its kind. */
  public static Optional<String> missing() {
    return Lack.of(SentenceEncoder.class, Lack.TEXT);
  }

  @Override
  public TextScorer scorer() {
    SentenceEncoder encoder = Lack.service(SentenceEncoder.class, Lack.TEXT);
    return new Opened(encoder, encoder.embed(near), far.map(encoder::embed));
  }

  /** Embeddings of the sentences, and what makes more. */
  private record Opened(SentenceEncoder encoder, float[] near, Optional<float[]> far)
      implements TextScorer {
    @Override
    public double score(String text) {
      float[] meaning = encoder.embed(text);
      return product(meaning, near) - far.map(f -> product(meaning, f)).orElse(0.0);
    }

    @Override
    public void close() {
      encoder.close();
    }
  }

  private static double product(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
