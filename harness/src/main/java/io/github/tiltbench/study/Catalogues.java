package io.github.tiltbench.study;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.BestOfN;
import io.github.tiltbench.algorithm.BootstrapSmc;
import io.github.tiltbench.algorithm.Pretrained;
import io.github.tiltbench.algorithm.Svdd;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * All names a study may use: a new algorithm, verifier or model is one line here.
 *
 * @param models by {@code kind}
 * @param verifiers by {@code kind}
 * @param algorithms by name
 * @param nested families that occur inside others, such as reverse processes
 * @param metrics names of metrics
 */
public record Catalogues(
    Catalogue<ModelSpec> models,
    Catalogue<VerifierSpec> verifiers,
    Catalogue<Algorithm> algorithms,
    List<Catalogue<?>> nested,
    List<String> metrics) {
  public Catalogues {
    nested = List.copyOf(nested);
    metrics = List.copyOf(metrics);
  }

  /** The names built in. */
  public static Catalogues builtIn() {
    return new Catalogues(
        new Catalogue<>("model", ModelSpec.class, List.of()),
        new Catalogue<>("verifier", VerifierSpec.class, List.of()),
        new Catalogue<>(
            "algorithm",
            Algorithm.class,
            List.of(
                Kind.of("pretrained", new Pretrained()),
                Kind.of("best-of-n", BestOfN.DEFAULT),
                Kind.of("smc", BootstrapSmc.DEFAULT),
                Kind.of("svdd", Svdd.DEFAULT))),
        List.of(),
        List.of("reward", "diversity", "ess"));
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
        nested,
        metrics);
  }

  /** Every family of records. */
  List<Catalogue<?>> families() {
    List<Catalogue<?>> families = new ArrayList<>(nested);
    families.add(models);
    families.add(verifiers);
    families.add(algorithms);
    return families;
  }
}
