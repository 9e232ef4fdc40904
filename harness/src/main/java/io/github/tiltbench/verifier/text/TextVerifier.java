package io.github.tiltbench.verifier.text;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.verifier.Verifier;

/** Scores what sequences say. */
record TextVerifier(StateSpace.Sequence space, Judged of, TextScorer scorer) implements Verifier {
  @Override
  public double[] score(Batch clean, Condition[] condition) {
    Batch.Tokens tokens = (Batch.Tokens) clean;
    double[] score = new double[tokens.size()];
    for (int row = 0; row < score.length; row++) {
      String text = space.vocabulary().text(tokens.row(row));
      String judged = of == Judged.ALL ? text : continuation(text, condition[row]);
      score[row] = scorer.score(judged);
    }
    return score;
  }

  /** What stands behind the prompt; all of a text that does not begin with it. */
  static String continuation(String text, Condition condition) {
    if (condition.equals(Condition.NONE)) {
      return text;
    }
    String prompt = condition.text();
    int at = 0;
    for (int i = 0; i < prompt.length(); i++) {
      char expected = prompt.charAt(i);
      if (Character.isWhitespace(expected)) {
        continue;
      }
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      if (at == text.length()
          || Character.toLowerCase(text.charAt(at)) != Character.toLowerCase(expected)) {
        return text;
      }
      at++;
    }
    return text.substring(at).strip();
  }

  @Override
  public void close() {
    scorer.close();
  }
}
