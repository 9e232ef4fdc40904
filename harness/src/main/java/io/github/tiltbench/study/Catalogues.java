package io.github.tiltbench.study;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.BestOfN;
import io.github.tiltbench.algorithm.BootstrapSmc;
import io.github.tiltbench.algorithm.ClassifierGuidance;
import io.github.tiltbench.algorithm.ControlTwist;
import io.github.tiltbench.algorithm.Das;
import io.github.tiltbench.algorithm.Dps;
import io.github.tiltbench.algorithm.FkSteering;
import io.github.tiltbench.algorithm.NetworkTwist;
import io.github.tiltbench.algorithm.Pretrained;
import io.github.tiltbench.algorithm.QuadraticTwist;
import io.github.tiltbench.algorithm.Svdd;
import io.github.tiltbench.algorithm.Tds;
import io.github.tiltbench.algorithm.TriTsmc;
import io.github.tiltbench.algorithm.TwistFamily;
import io.github.tiltbench.algorithm.Urge;
import io.github.tiltbench.diffusion.Ancestral;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.Ddpm;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.metric.Family;
import io.github.tiltbench.metric.feature.FeatureSpec;
import io.github.tiltbench.metric.feature.NetworkFeatures;
import io.github.tiltbench.model.Enumerated;
import io.github.tiltbench.model.Gaussian;
import io.github.tiltbench.model.MarkovChain;
import io.github.tiltbench.model.Mixture;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.model.Network;
import io.github.tiltbench.model.Scripted;
import io.github.tiltbench.verifier.Classifier;
import io.github.tiltbench.verifier.Decoded;
import io.github.tiltbench.verifier.Jpeg;
import io.github.tiltbench.verifier.Linear;
import io.github.tiltbench.verifier.Quadratic;
import io.github.tiltbench.verifier.ScriptedReward;
import io.github.tiltbench.verifier.TokenScores;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
                Kind.bare("gaussian", Gaussian.class),
                Kind.bare("gaussian-mixture", Mixture.class),
                Kind.bare("markov-chain", MarkovChain.class),
                Kind.bare("enumerated", Enumerated.class),
                Kind.bare("network", Network.class, Map.of("guidance", 1.0)),
                Kind.<ModelSpec>bare("torchscript", Scripted.class, Map.of("guidance", 1.0))
                    .bringing(Scripted.BRINGS))),
        new Catalogue<>(
            "verifier",
            VerifierSpec.class,
            List.of(
                Kind.bare("linear", Linear.class, Map.of("offset", 0.0)),
                Kind.bare("quadratic", Quadratic.class),
                Kind.of("jpeg", Jpeg.DEFAULT),
                Kind.bare(
                    "tokens",
                    TokenScores.class,
                    Map.of("equal_ends", 0.0, "equal_neighbours", 0.0)),
                Kind.bare(
                    "classifier",
                    Classifier.class,
                    Map.of("output", Classifier.Output.LOG_PROBABILITY)),
                Kind.<VerifierSpec>bare(
                        "torchscript", ScriptedReward.class, Map.of("gradient", false))
                    .bringing(ScriptedReward.BRINGS),
                Kind.<VerifierSpec>bare("decoded", Decoded.class).bringing(Decoded.BRINGS))),
        new Catalogue<>(
            "algorithm",
            Algorithm.class,
            List.of(
                Kind.of("pretrained", new Pretrained()),
                Kind.of("best-of-n", BestOfN.DEFAULT),
                Kind.of("smc", BootstrapSmc.DEFAULT),
                Kind.of("svdd", Svdd.DEFAULT),
                Kind.of("fk", FkSteering.DEFAULT),
                Kind.of("tds", Tds.DEFAULT),
                Kind.of("das", Das.DEFAULT),
                Kind.of("urge", Urge.DEFAULT),
                Kind.of("tri-tsmc", TriTsmc.DEFAULT),
                Kind.of("dps", Dps.DEFAULT),
                Kind.of("classifier-guidance", ClassifierGuidance.DEFAULT))),
        new Catalogue<>(
            "extractor", FeatureSpec.class, List.of(Kind.bare("network", NetworkFeatures.class))),
        List.of(
            new Catalogue<>(
                "twist",
                TwistFamily.class,
                List.of(
                    Kind.of("control", ControlTwist.DEFAULT),
                    Kind.of("quadratic", new QuadraticTwist()),
                    Kind.of("network", NetworkTwist.DEFAULT))),
            new Catalogue<>(
                "process",
                ProcessSpec.Gaussian.class,
                List.of(Kind.of("ddim", Ddim.DEFAULT), Kind.of("ddpm", Ddpm.DEFAULT))),
            new Catalogue<>(
                "process",
                ProcessSpec.Masked.class,
                List.of(Kind.bare("ancestral", Ancestral.class)))),
        Family.names());
  }

  /** The names built in and those of every {@link Extension} on the class path. */
  public static Catalogues load() {
    Catalogues all = builtIn();
    for (Extension extension : ServiceLoader.load(Extension.class)) {
      all = all.plus(extension);
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
