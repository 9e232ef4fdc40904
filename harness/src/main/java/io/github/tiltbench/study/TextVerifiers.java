package io.github.tiltbench.study;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.verifier.VerifierSpec;
import io.github.tiltbench.verifier.molecule.Molecule;
import io.github.tiltbench.verifier.text.Acceptability;
import io.github.tiltbench.verifier.text.Judged;
import io.github.tiltbench.verifier.text.Sentiment;
import io.github.tiltbench.verifier.text.Topic;
import io.github.tiltbench.verifier.text.Trigram;
import io.github.tiltbench.verifier.text.WordList;
import java.util.List;
import java.util.Map;

/** The verifiers of text and of molecules that text stands for. */
final class TextVerifiers implements Extension {
  @Override
  public List<CatalogueEntry<VerifierSpec>> verifiers() {
    return List.of(
        CatalogueEntry.of("sentiment", "VADER's compound sentiment of the text", Sentiment.DEFAULT),
        CatalogueEntry.bare(
            "word-list",
            "how often the text uses words of a list: naughty-words, cuss or your own",
            WordList.class,
            WordList.DEFAULTS),
        CatalogueEntry.<VerifierSpec>of(
                "trigram",
                "how fluent the text is by a trigram model: minus nats a word",
                Trigram.DEFAULT)
            .needing(Trigram.DEFAULT::lack),
        CatalogueEntry.<VerifierSpec>of(
                "acceptability",
                "how grammatical the text is by the Link Grammar Parser",
                Acceptability.DEFAULT)
            .needing(Acceptability.DEFAULT::lack),
        CatalogueEntry.<VerifierSpec>bare(
                "topic",
                "how near the text is to a sentence in meaning, by MiniLM",
                Topic.class,
                Map.of("of", Judged.CONTINUATION))
            .needing(Topic::missing),
        CatalogueEntry.<VerifierSpec>bare(
                "molecule",
                "validity, logP, TPSA or QED of the molecule that the text means as SMILES",
                Molecule.class,
                Map.of("of", Judged.ALL))
            .needing(Molecule::missing));
  }
}
