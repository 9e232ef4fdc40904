package io.github.tiltbench.verifier.published;

import io.github.tiltbench.diffusion.Condition;

/**
 * {@code factor * cos} of the embeddings of image and text, both of length 1.
 *
 * @param texts what embeds texts
 * @param wording which text
 * @param factor of the cosine
 * @param positive whether a negative cosine counts as 0
 */
record CosineHead(Shared<TextEncoder> texts, Wording wording, double factor, boolean positive)
    implements FeatureHead {
  @Override
  public double score(float[] features, Condition condition) {
    double score = factor * cosine(features, text(condition));
    return positive ? Math.max(score, 0) : score;
  }

  @Override
  public float[] slope(float[] features, Condition condition) {
    float[] text = text(condition);
    float[] slope = new float[text.length];
    if (!positive || cosine(features, text) > 0) {
      for (int i = 0; i < slope.length; i++) {
        slope[i] = (float) (factor * text[i]);
      }
    }
    return slope;
  }

  private float[] text(Condition condition) {
    return texts.get().embed(wording.of(condition));
  }

  private static double cosine(float[] image, float[] text) {
    double sum = 0;
    for (int i = 0; i < text.length; i++) {
      sum += (double) image[i] * text[i];
    }
    return sum;
  }

  @Override
  public void close() {
    texts.close();
  }
}
