package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.MaskedProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.Vocabulary;
import io.github.tiltbench.model.EnumeratedLaw;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Extension;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A verifier of tokens knows what they stand for: two models of one law in two languages. */
class VocabularyTest {
  /** Always three times the first of its two words. */
  record Speaker(List<String> words) implements ModelSpec {
    @Override
    public StateSpace.Sequence space() {
      return new StateSpace.Sequence(3, new Vocabulary(words));
    }

    @Override
    public MaskedProcess reverse() {
      return new MaskedProcess(space(), 2);
    }

    @Override
    public Denoiser open() {
      return new EnumeratedLaw(3, 2, new double[] {1, 0, 0, 0, 0, 0, 0, 0}).denoiser();
    }
  }

  /** How often a word is said. */
  record Says(String word) implements VerifierSpec {
    @Override
    public Verifier open(StateSpace space) {
      Vocabulary vocabulary = ((StateSpace.Sequence) space).vocabulary();
      return (clean, condition) -> {
        double[] score = new double[clean.size()];
        for (int row = 0; row < score.length; row++) {
          int[] tokens = ((Batch.Tokens) clean).row(row);
          score[row] = Arrays.stream(tokens).filter(t -> vocabulary.text(t).equals(word)).count();
        }
        return score;
      };
    }

    @Override
    public Optional<String> mismatch(StateSpace space) {
      return ((StateSpace.Sequence) space).vocabulary().texts().contains(word)
          ? Optional.empty()
          : Optional.of("no token is '" + word + "'");
    }
  }

  private static final class Words implements Extension {
    @Override
    public List<CatalogueEntry<ModelSpec>> models() {
      return List.of(CatalogueEntry.bare("speaker", Speaker.class));
    }

    @Override
    public List<CatalogueEntry<VerifierSpec>> verifiers() {
      return List.of(CatalogueEntry.bare("says", Says.class));
    }
  }

  private static final String STUDY =
      """
      study: words
      seed: 1
      repetitions: 1
      count: 2
      models:
        asking: {kind: speaker, words: [why, so]}
        agreeing: {kind: speaker, words: [so, why]}
      verifiers:
        says: {kind: says, word: so}
      beta: 1
      algorithms: [pretrained]
      budgets: {unit: nfe, per: sample, at: [2]}
      """;

  @Test
  void aTokenIsScoredByWhatItStandsForInItsModel() throws Exception {
    Catalogues catalogues = Catalogues.builtIn().plus(new Words());
    Study study =
        Study.read(
            "s.yaml",
            STUDY.getBytes(StandardCharsets.UTF_8),
            PathResolver.of(Path.of("s.yaml")),
            catalogues);
    Plan plan = Plan.of(study, catalogues);
    assertEquals(2, plan.cells().size());
    try (FitCache fits = new FitCache();
        Worker worker = new Worker(1, fits)) {
      for (Cell cell : plan.cells()) {
        Trial trial = worker.run(cell, List.of(cell.trial("-", 0))).get(0).trial();
        double expected = cell.model().name().equals("agreeing") ? 3 : 0;
        assertEquals(expected, trial.rewards()[0], cell.model().name());
        assertEquals(expected, trial.rewards()[1], cell.model().name());
      }
    }
  }
}
