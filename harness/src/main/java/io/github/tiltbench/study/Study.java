package io.github.tiltbench.study;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Literals;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.config.Yaml;
import io.github.tiltbench.metric.feature.FeatureSpec;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.study.published.Published;
import io.github.tiltbench.verifier.VerifierSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a study file says, checked and with its axes written out, but not yet crossed.
 *
 * @param name plain name, also of its result folder
 * @param seed of all its noise
 * @param repetitions trials of each cell and prompt, at most
 * @param until the rule by which cells may have fewer; empty if none has
 * @param count samples a trial returns
 * @param prompts conditions, {@code "-"} alone where the file names none
 * @param models in file order
 * @param verifiers target rewards in file order
 * @param methods algorithms in file order
 * @param budgets what each is run at
 * @param crossRewards verifiers that judge every sample and guide none
 * @param metrics names of the metrics asked for
 * @param features what samples are compared by, if not by themselves
 * @param layouts names of the tables asked for; empty if the file leaves them open
 * @param published numbers to stand beside the measured ones
 * @param versus which algorithms are set against which
 * @param at the file
 */
public record Study(
    String name,
    long seed,
    int repetitions,
    Optional<Stopping> until,
    int count,
    List<String> prompts,
    List<Component<ModelSpec>> models,
    List<Component<VerifierSpec>> verifiers,
    List<AlgorithmEntry> methods,
    Budgets budgets,
    List<Component<VerifierSpec>> crossRewards,
    List<String> metrics,
    Optional<FeatureSpec> features,
    List<String> layouts,
    List<Published> published,
    Comparisons versus,
    Mark at) {
  public Study {
    prompts = List.copyOf(prompts);
    models = List.copyOf(models);
    verifiers = List.copyOf(verifiers);
    methods = List.copyOf(methods);
    crossRewards = List.copyOf(crossRewards);
    metrics = List.copyOf(metrics);
    layouts = List.copyOf(layouts);
    published = List.copyOf(published);
  }

  /**
   * Reads a study file; its relative paths follow the rule of {@link PathResolver}.
   *
   * @throws ConfigException for anything that is wrong with it
   */
  public static Study read(Path file, Catalogues catalogues) {
    return read(file.toString(), Yaml.bytes(file), PathResolver.of(file), catalogues);
  }

  /** The same for bytes at hand; {@code name} stands in for the file in messages. */
  public static Study read(String name, byte[] bytes, PathResolver places, Catalogues catalogues) {
    Node root = Yaml.parse(name, bytes);
    if (!(root instanceof Node.Mapping mapping)) {
      throw Literals.wrong(root, "a study", "a mapping");
    }
    return new StudyReader(mapping, places, catalogues).study();
  }
}
