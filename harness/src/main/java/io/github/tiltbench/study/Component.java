package io.github.tiltbench.study;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.GridPoint;
import io.github.tiltbench.config.IoReasons;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Pinned;
import io.github.tiltbench.engine.program.ProgramFile;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.model.OfModel;
import io.github.tiltbench.verifier.VerifierSpec;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A model, verifier or algorithm of a study: one variant of what the file defines under a name.
 *
 * @param name as the study calls it
 * @param kind its name in the catalogue
 * @param spec the record
 * @param axes where it lies on the axes of its definition; empty without axes
 * @param at place of the definition
 */
public record Component<T>(String name, String kind, T spec, Map<String, String> axes, Mark at) {
  /** The name with the place on the axes, unique among the parts of a study. */
  public String label() {
    return new GridPoint<>(spec, axes).label(name);
  }

  /** A verifier as it judges the samples of a model. */
  public static Component<VerifierSpec> of(Component<VerifierSpec> judge, ModelSpec model) {
    return judge.spec() instanceof OfModel likelihood
        ? new Component<>(
            judge.name(), judge.kind(), likelihood.of(model), judge.axes(), judge.at())
        : judge;
  }

  /** Whether it has weights of a network, in a part of it as well, which the engine runs. */
  public boolean hasWeights() {
    boolean files =
        (spec instanceof ModelSpec model && !model.files().isEmpty())
            || (spec instanceof VerifierSpec verifier && !verifier.files().isEmpty());
    return files || hasWeights(spec);
  }

  private static boolean hasWeights(Object value) {
    if (value instanceof Pinned) {
      return !(value instanceof ProgramFile); // which runs beside the engine
    }
    if (value instanceof Record part) {
      return Json.fields(part).values().stream().anyMatch(Component::hasWeights);
    }
    if (value instanceof Collection<?> parts) {
      return parts.stream().anyMatch(Component::hasWeights);
    }
    return value instanceof Optional<?> part && part.filter(Component::hasWeights).isPresent();
  }

  /**
   * What the record answers; a refusal, such as of a weight file that is not what it should be,
   * becomes an error at the part's definition.
   */
  public <A> A ask(Function<T, A> question) {
    try {
      return question.apply(spec);
    } catch (UncheckedIOException e) {
      throw new ConfigException(at, label() + ": " + IoReasons.explain(e.getCause()));
    } catch (IllegalArgumentException | ConfigException e) {
      throw new ConfigException(at, label() + ": " + e.getMessage());
    }
  }
}
