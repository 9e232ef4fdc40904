package io.github.tiltbench.study;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Models and verifiers that are definitions only, beside those built in. */
public final class Toys implements Extension {
  /** A model with weights, that knows two prompts. */
  record Trained(Path path, double guidance, ProcessSpec.Gaussian process) implements ModelSpec {
    @Override
    public StateSpace.Euclidean space() {
      return new StateSpace.Euclidean(new int[] {2});
    }

    @Override
    public GaussianProcess reverse() {
      return process.over(space());
    }

    @Override
    public Denoiser open() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<String> mismatch(String prompt) {
      return Set.of("bag", "boot").contains(prompt)
          ? Optional.empty()
          : Optional.of("there is no class '" + prompt + "'");
    }

    @Override
    public List<Path> files() {
      return List.of(path.resolve("weights.bin"));
    }
  }

  /** A verifier of vectors of one length. */
  record Weighing(double[] by, double offset) implements VerifierSpec {
    @Override
    public Verifier open(StateSpace space) {
      return (clean, condition) -> new double[clean.size()];
    }

    @Override
    public Optional<String> mismatch(StateSpace space) {
      return space instanceof StateSpace.Euclidean e && e.dimension() == by.length
          ? Optional.empty()
          : Optional.of("it weighs " + by.length + " numbers, not " + space);
    }
  }

  /** A verifier of anything. */
  record Nothing() implements VerifierSpec {
    @Override
    public Verifier open(StateSpace space) {
      return (clean, condition) -> new double[clean.size()];
    }

    @Override
    public Optional<String> mismatch(StateSpace space) {
      return Optional.empty();
    }
  }

  /** The built-in names and the toys. */
  public static final Catalogues CATALOGUES = Catalogues.builtIn().plus(new Toys());

  /** A small study that works. */
  public static final String STUDY =
      """
      study: toy
      seed: 7
      repetitions: 3
      count: 2
      prompts: [bag, boot]
      models:
        mix:
          kind: gaussian-mixture
          weights: [0.5, 0.5]
          means: [[-1, 0], [1, 0]]
          variances: [[1, 1], [1, 1]]
          process: {kind: ddim, steps: 10, eta: 1.0}
      verifiers:
        weigh: {kind: weighing, by: [1.0, 2.0]}
      beta: 0.5
      algorithms: [pretrained, best-of-n, {svdd: {alpha: [0.0, 0.1]}}]
      budgets: {unit: nfe, per: sample, at: [20, 40]}
      """;

  @Override
  public List<CatalogueEntry<ModelSpec>> models() {
    return List.of(CatalogueEntry.bare("trained", Trained.class));
  }

  @Override
  public List<CatalogueEntry<VerifierSpec>> verifiers() {
    return List.of(
        CatalogueEntry.of("weighing", new Weighing(new double[] {1}, 0), "by"),
        CatalogueEntry.of("nothing", new Nothing()));
  }

  /** The study of a text. */
  public static Study study(String yaml) {
    return study(yaml, PathResolver.of(Path.of("s.yaml")));
  }

  static Study study(String yaml, PathResolver places) {
    return Study.read("s.yaml", yaml.getBytes(StandardCharsets.UTF_8), places, CATALOGUES);
  }

  /** An algorithm as an entry of a study's list, parameters that are left out at their defaults. */
  public static Algorithm algorithm(String entry) {
    String text = STUDY.replaceFirst("algorithms: .*", "algorithms: [" + entry + "]");
    return study(text).methods().get(0).part().spec();
  }

  /** The plan of a text. */
  public static Plan plan(String yaml) {
    return Plan.of(study(yaml), CATALOGUES);
  }
}
