package io.github.tiltbench.verifier.text;

import java.util.Optional;

/**
 * How grammatical a text is by the Link Grammar Parser: {@code -(unused + 0.1 disjunct cost) /
 * words} of its best linkage, 0 at best; -1 for a text without words or without a linkage.
 *
 * <p>The parser is a program of its own, {@code link-parser}, which is started when a worker opens
 * this and must be the version that the study says. It reads the whole text as one sentence, which
 * should be detokenised, and knows today's English only.
 *
 * @param version of Link Grammar
 * @param of which part is judged
 */
public record Acceptability(String version, Judged of) implements TextVerifierSpec {
  /** Whole sentences, by the parser that goldens were taken with. */
  public static final Acceptability DEFAULT = new Acceptability(LinkParser.VERSION, Judged.ALL);

  @Override
  public Optional<String> lack() {
    return LinkParser.lack();
  }

  @Override
  public TextScorer scorer() {
    return new LinkParser(LinkParser.PROGRAM, version);
  }
}
