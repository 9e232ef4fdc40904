package io.github.tiltbench.inspect;

import io.github.tiltbench.config.PublishedFolder;
import io.github.tiltbench.engine.published.language.Bert;
import io.github.tiltbench.engine.published.language.BertFolder;
import io.github.tiltbench.engine.published.language.Mdlm;
import io.github.tiltbench.engine.published.language.MdlmFolder;
import io.github.tiltbench.engine.published.language.TokenHead;
import java.util.List;
import java.util.TreeMap;

/** The parts of a model of texts: BERT or MDLM. */
final class LanguageParts {
  private static final String STEM = "model";

  private final Inspector found;
  private final PublishedFolder folder;

  LanguageParts(Inspector found, PublishedFolder folder) {
    this.found = found;
    this.folder = folder;
  }

  String bert() {
    found.parts.add(
        Part.of(
            "network",
            folder,
            STEM,
            () -> {
              Bert bert = Bert.of(folder.json(Inspector.CONFIG));
              return new Part.Needs(
                  "BERT, %d blocks of %d features, %s"
                      .formatted(bert.numHiddenLayers(), bert.hiddenSize(), bert.hiddenAct()),
                  List.of(bert.network(TokenHead.plain(bert.vocabSize()))),
                  Bert.elsewhere());
            }));
    found.parts.add(
        Part.plain(
            "tokenizer",
            () -> {
              int size = Bert.of(folder.json(Inspector.CONFIG)).vocabSize();
              boolean[] open = BertFolder.tokenizer(folder, size, new TreeMap<>()).open();
              int count = 0;
              for (boolean each : open) {
                count += each ? 1 : 0;
              }
              return "%d pieces, of which %d may be predicted".formatted(size, count);
            }));
    found.offer(
        StudyExcerpt.model(found.name(), "kind: bert", "path: " + found.place(), "length: 16"));
    found.notes.add(
        "it was not trained as a diffusion model: samples depend on the order of the reveals, and"
            + " its bound is a pseudo-NELBO");
    return "a BERT with its head for masked words";
  }

  String mdlm() {
    found.parts.add(
        Part.of(
            "network",
            folder,
            STEM,
            () -> {
              Mdlm mdlm = Mdlm.of(folder.json(Inspector.CONFIG));
              return new Part.Needs(
                  "MDLM, %d blocks of %d features".formatted(mdlm.nBlocks(), mdlm.hiddenDim()),
                  List.of(mdlm.network(1, TokenHead.plain(mdlm.tokens()))),
                  Mdlm.modulates());
            }));
    found.parts.add(
        Part.of(
            "modulation",
            folder,
            STEM,
            () ->
                new Part.Needs(
                    "folded when it is opened",
                    List.of(Mdlm.of(folder.json(Inspector.CONFIG)).modulation()),
                    Mdlm.predicts())));
    found.parts.add(
        Part.plain(
            "tokenizer",
            () -> {
              Mdlm mdlm = Mdlm.of(folder.json(Inspector.CONFIG));
              return "%d symbols"
                  .formatted(MdlmFolder.tokenizer(folder, mdlm, new TreeMap<>()).symbols().size());
            }));
    found.offer(
        StudyExcerpt.model(found.name(), "kind: mdlm", "path: " + found.place(), "length: 32"));
    return "a masked diffusion model of texts, MDLM";
  }
}
