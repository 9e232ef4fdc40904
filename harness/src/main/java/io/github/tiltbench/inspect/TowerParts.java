package io.github.tiltbench.inspect;

import io.github.tiltbench.config.PublishedFolder;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.published.transformer.ClipConfig;
import io.github.tiltbench.engine.published.transformer.ClipNames;
import io.github.tiltbench.engine.published.transformer.DinoNames;
import io.github.tiltbench.engine.published.transformer.Dinov2Config;
import io.github.tiltbench.engine.published.transformer.Positions;
import io.github.tiltbench.engine.text.TokenizerFolder;
import io.github.tiltbench.verifier.published.ClipFolder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The parts of a model that rewards look through: CLIP or DINOv2. */
final class TowerParts {
  private static final String STEM = "model";
  private static final int SIDE = 224;

  private final Inspector found;
  private final PublishedFolder folder;

  TowerParts(Inspector found, PublishedFolder folder) {
    this.found = found;
    this.folder = folder;
  }

  private Checkpoint weights(String stem) {
    return Checkpoint.of(folder, stem, Part.chosen(Part.variants(folder, stem)));
  }

  String clip() {
    String stem = ClipFolder.stem(folder);
    found.parts.add(
        Part.of(
            "images",
            folder,
            stem,
            () -> {
              ClipNames names = ClipNames.of(weights(stem).tensors().keySet());
              return new Part.Needs(
                  "the tower of images, "
                      + ClipFolder.config(folder).images().side()
                      + " pixels a side",
                  List.of(ClipFolder.config(folder).images().embedding(names)),
                  key -> !names.ofImages(key));
            }));
    found.parts.add(
        Part.of(
            "texts",
            folder,
            stem,
            () -> {
              ClipConfig config = ClipFolder.config(folder);
              ClipNames names = ClipNames.of(weights(stem).tensors().keySet());
              return new Part.Needs(
                  "the tower of texts",
                  config.text().stream().map(text -> text.embedding(names)).toList(),
                  key -> names.ofImages(key) || key.equals(ClipNames.LOGIT_SCALE));
            }));
    if (folder.find(TokenizerFolder.VOCABULARY).isPresent()) {
      found.parts.add(Inspector.tokenizer("tokenizer", folder));
      found.offer(
          StudyExcerpt.verifier(
              "clip-score",
              "kind: clip-score",
              "path: " + found.place(),
              "scale: cosine",
              "preprocessing: clip-8bit"));
    } else {
      found.notes.add("it has no vocab.json: rewards that read prompts need tokenizer, a folder");
    }
    found.notes.add("pickscore, hps and aesthetic take such a path too: tiltbench list pickscore");
    return "a CLIP model, for rewards";
  }

  String dino() {
    int[] classes = {0};
    found.parts.add(
        Part.of(
            "images",
            folder,
            STEM,
            () -> {
              Checkpoint weights = weights(STEM);
              DinoNames names = DinoNames.of(weights.tensors().keySet());
              Map<String, long[]> shapes = new HashMap<>();
              weights.tensors().forEach((key, tensor) -> shapes.put(key, tensor.shape()));
              Dinov2Config config =
                  names == DinoNames.TRANSFORMERS
                      ? Dinov2Config.of(folder.json(Inspector.CONFIG))
                      : Dinov2Config.of(shapes);
              classes[0] = config.labels().size();
              int side = Math.max(1, SIDE / config.patchSize()) * config.patchSize();
              return new Part.Needs(
                  "DINOv2, patches of " + config.patchSize(),
                  List.of(config.network(side, Positions.SIZE).features(names, 1)),
                  key -> names.unused(key) || key.startsWith(DinoNames.CLASSIFIER + "."));
            }));
    if (classes[0] > 0) {
      found.offer(
          StudyExcerpt.verifier(
              "dino",
              "kind: dino",
              "path: " + found.place(),
              "positions: size",
              "output: log-probability",
              "preprocessing: dinov2"));
    } else {
      found.notes.add(
          "it names no classes: kind: dino needs head, the file of a linear classifier");
    }
    return "a DINOv2, for rewards" + (classes[0] > 0 ? ", of " + classes[0] + " classes" : "");
  }
}
