package io.github.tiltbench.diffusion;

/** The log-probability of each clean token at the masked positions of one sequence. */
@FunctionalInterface
public interface TokenLogits {
  /**
   * Writes the log-probability of each token at a masked position, lowest id first, normalised.
   *
   * @param position in the sequence
   * @param log at least as long as the vocabulary
   */
  void read(int position, double[] log);

  /**
   * The log-probability of one token at a masked position.
   *
   * @param scratch to read the position into, at least as long as the vocabulary
   */
  default double log(int position, int token, double[] scratch) {
    read(position, scratch);
    return scratch[token];
  }

  /**
   * Log-probabilities that are known to the last bit of a double.
   *
   * @param log by position; a position that is not masked has none and may be null
   */
  static TokenLogits exact(double[][] log) {
    return new TokenLogits() {
      @Override
      public void read(int position, double[] into) {
        System.arraycopy(log[position], 0, into, 0, log[position].length);
      }

      @Override
      public double log(int position, int token, double[] scratch) {
        return log[position][token];
      }
    };
  }

  /**
   * What a network puts out, kept in single precision and normalised in double when read.
   *
   * @param tokens the sequence
   * @param space where it lives
   * @param logits of the masked positions in their order, one a token of the vocabulary
   */
  static TokenLogits network(int[] tokens, StateSpace.Sequence space, float[] logits) {
    int vocabulary = space.tokens();
    int[] from = new int[tokens.length];
    int masked = 0;
    for (int position = 0; position < tokens.length; position++) {
      from[position] = masked * vocabulary;
      masked += tokens[position] == space.mask() ? 1 : 0;
    }
    if (logits.length != masked * vocabulary) {
      throw new IllegalArgumentException(
          logits.length + " logits for " + masked + " masks and " + vocabulary + " tokens");
    }
    return (position, into) -> {
      double max = Double.NEGATIVE_INFINITY;
      for (int v = 0; v < vocabulary; v++) {
        into[v] = logits[from[position] + v];
        max = Math.max(max, into[v]);
      }
      double sum = 0;
      for (int v = 0; v < vocabulary; v++) {
        sum += Math.exp(into[v] - max);
      }
      double norm = max + Math.log(sum);
      for (int v = 0; v < vocabulary; v++) {
        into[v] -= norm;
      }
    };
  }
}
