package io.github.tiltbench.study;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.twist.ControlFamily;
import io.github.tiltbench.algorithm.twist.NetworkFamily;
import io.github.tiltbench.algorithm.twist.QuadraticFamily;
import io.github.tiltbench.algorithm.twist.TokenFamily;
import io.github.tiltbench.algorithm.twist.TwistFamily;
import io.github.tiltbench.config.Catalogue;
import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.diffusion.AncestralUnmasking;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.Ddpm;
import io.github.tiltbench.diffusion.FirstHitting;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.Remask;
import io.github.tiltbench.diffusion.flow.Flow;
import io.github.tiltbench.metric.Layout;
import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.metric.feature.FeatureSpec;
import io.github.tiltbench.metric.feature.Frechet;
import io.github.tiltbench.metric.feature.NetworkFeatures;
import io.github.tiltbench.model.BaseLikelihood;
import io.github.tiltbench.model.DiffusersModel;
import io.github.tiltbench.model.Enumerated;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.model.GaussianMixture;
import io.github.tiltbench.model.MarkovChain;
import io.github.tiltbench.model.MaskedNetwork;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.model.NetworkModel;
import io.github.tiltbench.model.ProgramModel;
import io.github.tiltbench.model.TorchScriptModel;
import io.github.tiltbench.model.TransformerModel;
import io.github.tiltbench.verifier.Classifier;
import io.github.tiltbench.verifier.Decoded;
import io.github.tiltbench.verifier.Ensemble;
import io.github.tiltbench.verifier.InceptionScore;
import io.github.tiltbench.verifier.Jpeg;
import io.github.tiltbench.verifier.Linear;
import io.github.tiltbench.verifier.ProgramReward;
import io.github.tiltbench.verifier.Quadratic;
import io.github.tiltbench.verifier.TokenScores;
import io.github.tiltbench.verifier.TorchScriptReward;
import io.github.tiltbench.verifier.VerifierSpec;
import io.github.tiltbench.verifier.XSimilarity;
import io.github.tiltbench.verifier.published.Aesthetic;
import io.github.tiltbench.verifier.published.ClipFolder;
import io.github.tiltbench.verifier.published.ClipScore;
import io.github.tiltbench.verifier.published.Dino;
import io.github.tiltbench.verifier.published.Hps;
import io.github.tiltbench.verifier.published.PickScore;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * All names a study may use: a new algorithm, verifier or model is one line here.
 *
 * @param models by {@code kind}
 * @param verifiers by {@code kind}
 * @param algorithms by name
 * @param features extractors by {@code kind}
 * @param twists that an algorithm learns
 * @param gaussianProcesses of real-valued states
 * @param maskedProcesses of masked sequences
 * @param metrics families of metrics, in table order
 * @param layouts of tables
 */
public record Catalogues(
    Catalogue<ModelSpec> models,
    Catalogue<VerifierSpec> verifiers,
    Catalogue<Algorithm> algorithms,
    Catalogue<FeatureSpec> features,
    Catalogue<TwistFamily> twists,
    Catalogue<ProcessSpec.Gaussian> gaussianProcesses,
    Catalogue<ProcessSpec.Masked> maskedProcesses,
    List<MetricFamily> metrics,
    List<Layout> layouts) {
  public Catalogues {
    metrics = List.copyOf(metrics);
    layouts = List.copyOf(layouts);
    distinct("metrics", metrics.stream().map(MetricFamily::name).toList());
    distinct("layouts", layouts.stream().map(Layout::name).toList());
  }

  /** The names built in. */
  public static Catalogues builtIn() {
    return withoutText().plus(new TextVerifiers());
  }

  private static Catalogues withoutText() {
    return new Catalogues(
        new Catalogue<>(
            "model",
            ModelSpec.class,
            List.of(
                CatalogueEntry.bare("gaussian", "a Gaussian with its exact chain", Gaussian.class),
                CatalogueEntry.bare(
                    "gaussian-mixture",
                    "a mixture of Gaussians with its exact chain",
                    GaussianMixture.class),
                CatalogueEntry.bare(
                    "markov-chain", "masked sequences of a Markov chain, exact", MarkovChain.class),
                CatalogueEntry.bare(
                    "enumerated",
                    "masked sequences by a table of all weights, exact",
                    Enumerated.class),
                CatalogueEntry.bare(
                    "network",
                    "a network that ships here or was trained here, by its card",
                    NetworkModel.class,
                    Map.of("guidance", 1.0)),
                CatalogueEntry.bare(
                    "masked-network",
                    "masked sequences by a network that ships here or was trained here",
                    MaskedNetwork.class),
                CatalogueEntry.<ModelSpec>bare(
                        "diffusers",
                        "a published pipeline, Stable Diffusion or DDPM, in its own folder",
                        DiffusersModel.class,
                        Map.of("guidance", 1.0, "guidance_rescale", 0.0, "size", new int[0]))
                    .bringing(DiffusersModel.BRINGS),
                CatalogueEntry.<ModelSpec>bare(
                        "transformer",
                        "a published DiT or SiT in its own folder",
                        TransformerModel.class,
                        Map.of("guidance", 1.0))
                    .bringing(TransformerModel.BRINGS),
                TextModels.BERT,
                TextModels.MDLM,
                CatalogueEntry.<ModelSpec>bare(
                        "torchscript",
                        "a denoiser that you bring, as a TorchScript archive",
                        TorchScriptModel.class,
                        Map.of("guidance", 1.0))
                    .bringing(TorchScriptModel.BRINGS),
                CatalogueEntry.bare(
                    "process",
                    "a denoiser that a program of yours computes, in Python say; program is {command,"
                        + " files, version}",
                    ProgramModel.class,
                    ProgramModel.DEFAULTS))),
        new Catalogue<>(
            "verifier",
            VerifierSpec.class,
            List.of(
                CatalogueEntry.bare(
                    "linear",
                    "a linear function of the state",
                    Linear.class,
                    Map.of("offset", 0.0)),
                CatalogueEntry.bare(
                    "quadratic", "a quadratic function of the state", Quadratic.class),
                CatalogueEntry.of("jpeg", "minus the size of the JPEG in kB", Jpeg.DEFAULT),
                CatalogueEntry.bare(
                    "tokens",
                    "points for tokens, equal ends, equal neighbours",
                    TokenScores.class,
                    Map.of("equal_ends", 0.0, "equal_neighbours", 0.0)),
                CatalogueEntry.of(
                    "base-likelihood",
                    "minus the bits of a free token under the model without a reward: a judge only",
                    BaseLikelihood.DEFAULT),
                CatalogueEntry.bare(
                    "classifier",
                    "what a classifier thinks of the class asked for",
                    Classifier.class,
                    Map.of("output", Classifier.Output.LOG_PROBABILITY)),
                CatalogueEntry.bare(
                    "inception-score",
                    "how far a classifier's opinion is from its mean one: an oracle",
                    InceptionScore.class),
                CatalogueEntry.bare(
                    "frechet",
                    "how near all samples of a trial are to real data: an oracle",
                    Frechet.class),
                CatalogueEntry.bare(
                    "x-similarity",
                    "how like a sample is to the clean estimate on the way to it: needs no label",
                    XSimilarity.class,
                    Map.of("noise_to_signal", XSimilarity.PUBLISHED)),
                CatalogueEntry.bare(
                    "ensemble",
                    "the mean rank by several verifiers among the candidates of a search",
                    Ensemble.class),
                CatalogueEntry.<VerifierSpec>bare(
                        "torchscript",
                        "a reward that you bring, as a TorchScript archive",
                        TorchScriptReward.class,
                        Map.of("gradient", false))
                    .bringing(TorchScriptReward.BRINGS),
                CatalogueEntry.<VerifierSpec>bare(
                        "clip-score",
                        "how well image and text agree, by a CLIP model's folder",
                        ClipScore.class,
                        ClipScore.DEFAULTS)
                    .bringing(ClipFolder.BRINGS),
                CatalogueEntry.<VerifierSpec>bare(
                        "pickscore",
                        "what people would pick, by PickScore's folder, arXiv 2305.01569",
                        PickScore.class,
                        ClipScore.DEFAULTS)
                    .bringing(ClipFolder.BRINGS),
                CatalogueEntry.<VerifierSpec>bare(
                        "hps",
                        "the human preference score, by HPSv2's weights, arXiv 2306.09341",
                        Hps.class,
                        ClipScore.DEFAULTS)
                    .bringing(ClipFolder.BRINGS),
                CatalogueEntry.<VerifierSpec>bare(
                        "aesthetic",
                        "LAION's aesthetic predictor, by its head and a CLIP model's folder",
                        Aesthetic.class,
                        Aesthetic.DEFAULTS)
                    .bringing(Aesthetic.BRINGS),
                CatalogueEntry.<VerifierSpec>bare(
                        "dino",
                        "what a linear classifier on DINOv2 thinks of the class asked for",
                        Dino.class,
                        Dino.DEFAULTS)
                    .bringing(Dino.BRINGS),
                CatalogueEntry.<VerifierSpec>bare(
                        "decoded",
                        "another verifier, of the image that a latent decodes to",
                        Decoded.class,
                        Map.of("latent", new int[0], "image", new int[0]))
                    .bringing(Decoded.BRINGS),
                CatalogueEntry.bare(
                    "process",
                    "a reward that a program of yours computes, in Python say; program is {command,"
                        + " files, version}",
                    ProgramReward.class,
                    ProgramReward.DEFAULTS))),
        new Catalogue<>("algorithm", Algorithm.class, Algorithms.ENTRIES),
        new Catalogue<>(
            "extractor",
            FeatureSpec.class,
            List.of(
                CatalogueEntry.bare(
                    "network",
                    "features and classes of a network that ships here",
                    NetworkFeatures.class))),
        new Catalogue<>(
            "twist",
            TwistFamily.class,
            List.of(
                CatalogueEntry.of(
                    "control", "a linear function of control features", ControlFamily.DEFAULT),
                CatalogueEntry.of(
                    "quadratic", "a quadratic function of the state", new QuadraticFamily()),
                CatalogueEntry.of("network", "a small network", NetworkFamily.DEFAULT),
                CatalogueEntry.of(
                    "tokens",
                    "points for tokens, by stretch, position, neighbours or state",
                    TokenFamily.DEFAULT))),
        new Catalogue<>(
            "process",
            ProcessSpec.Gaussian.class,
            List.of(
                CatalogueEntry.of(
                    "ddim",
                    "DDIM; eta 0 is deterministic, eta 1 draws as much noise as DDPM",
                    Ddim.DEFAULT),
                CatalogueEntry.of("ddpm", "ancestral steps of DDPM", Ddpm.DEFAULT),
                CatalogueEntry.of(
                    "flow",
                    "flow matching, by an ODE or an SDE, on the path of the model or another",
                    Flow.DEFAULT))),
        new Catalogue<>(
            "process",
            ProcessSpec.Masked.class,
            List.of(
                CatalogueEntry.bare(
                    "ancestral", "tokens are unmasked step by step", AncestralUnmasking.class),
                CatalogueEntry.of(
                    "first-hitting", "one token a step, of a random position", new FirstHitting()),
                CatalogueEntry.of(
                    "remask", "revealed tokens may be masked anew", Remask.DEFAULT, "steps"))),
        MetricFamily.BUILT_IN,
        Layout.BUILT_IN);
  }

  /** The names built in and those of every {@link Extension} on the class path. */
  public static Catalogues load() {
    Catalogues all = builtIn();
    try {
      for (Extension extension : ServiceLoader.load(Extension.class, ExtensionLoader.inView())) {
        all = all.plus(extension);
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new IllegalArgumentException("an extension cannot be loaded: " + e.getMessage(), e);
    }
    return all;
  }

  /** These names and an extension's. */
  public Catalogues plus(Extension extension) {
    return new Catalogues(
        models.plus(extension.models()),
        verifiers.plus(extension.verifiers()),
        algorithms.plus(extension.algorithms()),
        features.plus(extension.features()),
        twists.plus(extension.twists()),
        gaussianProcesses.plus(extension.gaussianProcesses()),
        maskedProcesses.plus(extension.maskedProcesses()),
        Stream.concat(metrics.stream(), extension.metrics().stream()).toList(),
        Stream.concat(layouts.stream(), extension.layouts().stream()).toList());
  }

  /** Names of metrics, in table order. */
  public List<String> metricNames() {
    return metrics.stream().map(MetricFamily::name).toList();
  }

  /** The family of metrics with a name that {@link #metricNames} has. */
  public MetricFamily metric(String name) {
    return metrics.stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
  }

  /** Names of layouts. */
  public List<String> layoutNames() {
    return layouts.stream().map(Layout::name).toList();
  }

  private static void distinct(String family, List<String> names) {
    for (String name : names) {
      if (Collections.frequency(names, name) > 1) {
        throw new IllegalArgumentException("two " + family + " are called " + name);
      }
    }
  }

  /** Every family of records. */
  public List<Catalogue<?>> families() {
    return List.of(
        models, verifiers, algorithms, twists, gaussianProcesses, maskedProcesses, features);
  }
}
