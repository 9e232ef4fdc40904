package io.github.tiltbench.metric.feature;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.network.ClassNetwork;
import io.github.tiltbench.metric.sample.FrechetSweep;
import io.github.tiltbench.metric.sample.Reference;
import io.github.tiltbench.particle.Readings;
import io.github.tiltbench.particle.Scope;
import io.github.tiltbench.verifier.Classifier;
import io.github.tiltbench.verifier.ComparingVerifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Minus the Frechet distance of all samples of a trial from real data of their class, in the
 * features of a classifier: of a population, not of a sample.
 *
 * <p>An oracle: an evaluation metric that guides, which bounds what a search can do and says
 * nothing of its quality. It chooses by {@link FrechetSweep}. Distances with no more samples than
 * features are of no use: a trial must return more. Source: Ma et al., arXiv 2501.09732, whose
 * order of greedy choices is not published.
 *
 * @param path folder of the classifier's weights and of its reference set
 */
public record Frechet(FeatureFiles path) implements VerifierSpec {
  /** Refuses a network that is no classifier. */
  public Frechet {
    if (!(path.weights().description().architecture() instanceof ClassNetwork)) {
      throw new IllegalArgumentException("path must be the folder of a classifier");
    }
  }

  @Override
  public ComparingVerifier open(StateSpace space) {
    return new Opened(path.open());
  }

  @Override
  public Optional<String> mismatch(StateSpace space) {
    return classifier().mismatch(space);
  }

  @Override
  public List<Path> files() {
    return path.files();
  }

  /** The network, whatever of it is read. */
  @Override
  public String family() {
    return classifier().family();
  }

  private Classifier classifier() {
    return Classifier.of(path.weights(), Classifier.Output.LOG_PROBABILITY);
  }

  @Override
  public Scope scope() {
    return Scope.POPULATION;
  }

  @Override
  public int least() {
    return ((ClassNetwork) path.weights().description().architecture()).features() + 1;
  }

  private static final class Opened implements ComparingVerifier {
    private final NetworkExtractor extractor;
    private final List<String> prompts = new ArrayList<>();
    private final List<Reference> references = new ArrayList<>();

    Opened(NetworkExtractor extractor) {
      this.extractor = extractor;
    }

    @Override
    public Readings read(Batch clean, Optional<Batch.Reals> estimate, Condition[] condition) {
      double[][] features = extractor.of(clean).points();
      double[][] rows = new double[features.length][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = FrechetSweep.row(reference(condition[i].text()), features[i]);
      }
      return new Readings(rows, new FrechetSweep(references));
    }

    /** The number of a prompt's real data. */
    private int reference(String prompt) {
      if (!prompts.contains(prompt)) {
        references.add(
            extractor
                .reference()
                .flatMap(all -> all.of(List.of(prompt)))
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            extractor.name() + " has no real data of '" + prompt + "'")));
        prompts.add(prompt);
      }
      return prompts.indexOf(prompt);
    }

    @Override
    public boolean batched() {
      return true;
    }

    @Override
    public void close() {
      extractor.close();
    }
  }
}
