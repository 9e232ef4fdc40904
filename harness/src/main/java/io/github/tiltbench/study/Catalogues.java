package io.github.tiltbench.study;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.guidance.ClassifierGuidance;
import io.github.tiltbench.algorithm.guidance.Dps;
import io.github.tiltbench.algorithm.search.BestOfN;
import io.github.tiltbench.algorithm.search.FirstOrder;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.algorithm.search.RandomSearch;
import io.github.tiltbench.algorithm.search.Rbf;
import io.github.tiltbench.algorithm.search.SearchOverPaths;
import io.github.tiltbench.algorithm.search.Svdd;
import io.github.tiltbench.algorithm.search.ZeroOrder;
import io.github.tiltbench.algorithm.smc.BootstrapSmc;
import io.github.tiltbench.algorithm.smc.Das;
import io.github.tiltbench.algorithm.smc.FkSteering;
import io.github.tiltbench.algorithm.smc.Tds;
import io.github.tiltbench.algorithm.smc.Urge;
import io.github.tiltbench.algorithm.twist.ControlFamily;
import io.github.tiltbench.algorithm.twist.NetworkFamily;
import io.github.tiltbench.algorithm.twist.QuadraticFamily;
import io.github.tiltbench.algorithm.twist.TriTsmc;
import io.github.tiltbench.algorithm.twist.TwistFamily;
import io.github.tiltbench.config.Catalogue;
import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.diffusion.AncestralUnmasking;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.Ddpm;
import io.github.tiltbench.diffusion.Flow;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.metric.feature.FeatureSpec;
import io.github.tiltbench.metric.feature.NetworkFeatures;
import io.github.tiltbench.model.Enumerated;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.model.GaussianMixture;
import io.github.tiltbench.model.MarkovChain;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.model.NetworkModel;
import io.github.tiltbench.model.TorchScriptModel;
import io.github.tiltbench.verifier.Classifier;
import io.github.tiltbench.verifier.Decoded;
import io.github.tiltbench.verifier.Jpeg;
import io.github.tiltbench.verifier.Linear;
import io.github.tiltbench.verifier.Quadratic;
import io.github.tiltbench.verifier.TokenScores;
import io.github.tiltbench.verifier.TorchScriptReward;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * All names a study may use: a new algorithm, verifier or model is one line here.
 *
 * @param models by {@code kind}
 * @param verifiers by {@code kind}
 * @param algorithms by name
 * @param features extractors by {@code kind}
 * @param nested families that occur inside others, such as reverse processes
 * @param metrics names of metrics
 */
public record Catalogues(
    Catalogue<ModelSpec> models,
    Catalogue<VerifierSpec> verifiers,
    Catalogue<Algorithm> algorithms,
    Catalogue<FeatureSpec> features,
    List<Catalogue<?>> nested,
    List<String> metrics) {
  public Catalogues {
    nested = List.copyOf(nested);
    metrics = List.copyOf(metrics);
  }

  /** The names built in. */
  public static Catalogues builtIn() {
    return new Catalogues(
        new Catalogue<>(
            "model",
            ModelSpec.class,
            List.of(
                CatalogueEntry.bare("gaussian", Gaussian.class),
                CatalogueEntry.bare("gaussian-mixture", GaussianMixture.class),
                CatalogueEntry.bare("markov-chain", MarkovChain.class),
                CatalogueEntry.bare("enumerated", Enumerated.class),
                CatalogueEntry.bare("network", NetworkModel.class, Map.of("guidance", 1.0)),
                CatalogueEntry.<ModelSpec>bare(
                        "torchscript", TorchScriptModel.class, Map.of("guidance", 1.0))
                    .bringing(TorchScriptModel.BRINGS))),
        new Catalogue<>(
            "verifier",
            VerifierSpec.class,
            List.of(
                CatalogueEntry.bare("linear", Linear.class, Map.of("offset", 0.0)),
                CatalogueEntry.bare("quadratic", Quadratic.class),
                CatalogueEntry.of("jpeg", Jpeg.DEFAULT),
                CatalogueEntry.bare(
                    "tokens",
                    TokenScores.class,
                    Map.of("equal_ends", 0.0, "equal_neighbours", 0.0)),
                CatalogueEntry.bare(
                    "classifier",
                    Classifier.class,
                    Map.of("output", Classifier.Output.LOG_PROBABILITY)),
                CatalogueEntry.<VerifierSpec>bare(
                        "torchscript", TorchScriptReward.class, Map.of("gradient", false))
                    .bringing(TorchScriptReward.BRINGS),
                CatalogueEntry.<VerifierSpec>bare("decoded", Decoded.class)
                    .bringing(Decoded.BRINGS))),
        new Catalogue<>(
            "algorithm",
            Algorithm.class,
            List.of(
                CatalogueEntry.of("pretrained", new Pretrained()),
                CatalogueEntry.of("best-of-n", BestOfN.DEFAULT),
                CatalogueEntry.of("random-search", RandomSearch.DEFAULT),
                CatalogueEntry.of("zero-order", ZeroOrder.DEFAULT),
                CatalogueEntry.of("search-over-paths", SearchOverPaths.DEFAULT),
                CatalogueEntry.of("first-order", FirstOrder.DEFAULT),
                CatalogueEntry.of("rbf", Rbf.DEFAULT),
                CatalogueEntry.of("smc", BootstrapSmc.DEFAULT),
                CatalogueEntry.of("svdd", Svdd.DEFAULT),
                CatalogueEntry.of("fk", FkSteering.DEFAULT),
                CatalogueEntry.of("tds", Tds.DEFAULT),
                CatalogueEntry.of("das", Das.DEFAULT),
                CatalogueEntry.of("urge", Urge.DEFAULT),
                CatalogueEntry.of("tri-tsmc", TriTsmc.DEFAULT),
                CatalogueEntry.of("dps", Dps.DEFAULT),
                CatalogueEntry.of("classifier-guidance", ClassifierGuidance.DEFAULT))),
        new Catalogue<>(
            "extractor",
            FeatureSpec.class,
            List.of(CatalogueEntry.bare("network", NetworkFeatures.class))),
        List.of(
            new Catalogue<>(
                "twist",
                TwistFamily.class,
                List.of(
                    CatalogueEntry.of("control", ControlFamily.DEFAULT),
                    CatalogueEntry.of("quadratic", new QuadraticFamily()),
                    CatalogueEntry.of("network", NetworkFamily.DEFAULT))),
            new Catalogue<>(
                "process",
                ProcessSpec.Gaussian.class,
                List.of(
                    CatalogueEntry.of("ddim", Ddim.DEFAULT),
                    CatalogueEntry.of("ddpm", Ddpm.DEFAULT),
                    CatalogueEntry.of("flow", Flow.DEFAULT))),
            new Catalogue<>(
                "process",
                ProcessSpec.Masked.class,
                List.of(CatalogueEntry.bare("ancestral", AncestralUnmasking.class)))),
        MetricFamily.names());
  }

  /** The names built in and those of every {@link Extension} on the class path. */
  public static Catalogues load() {
    Catalogues all = builtIn();
    try {
      for (Extension extension : ServiceLoader.load(Extension.class)) {
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
        features,
        nested,
        metrics);
  }

  /** Every family of records. */
  List<Catalogue<?>> families() {
    List<Catalogue<?>> families = new ArrayList<>(nested);
    families.add(models);
    families.add(verifiers);
    families.add(algorithms);
    families.add(features);
    return families;
  }
}
