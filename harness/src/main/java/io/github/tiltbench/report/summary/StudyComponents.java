package io.github.tiltbench.report.summary;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.metric.law.LawTarget;
import io.github.tiltbench.metric.law.Laws;
import io.github.tiltbench.metric.law.TokenTilt;
import io.github.tiltbench.model.BaseLikelihood;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Component;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.verifier.ScoreRange;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What stands behind the names in a result folder, by the study file that lies beside the results;
 * read when first asked for.
 */
public final class StudyComponents {
  private final Results results;
  private final Map<List<Object>, LawTarget> targets = new HashMap<>();
  private final Map<String, TextReader> readers = new HashMap<>();
  private final Map<List<Object>, TokenTilt> tilts = new HashMap<>();
  private final Laws laws;
  private Study study;

  /** The parts behind some results; nothing is read yet. */
  public StudyComponents(Results results) {
    this.results = results;
    this.laws = new Laws(results.plan().seed());
  }

  /** A reason why there is no answer, which is its message: one clause. */
  public static final class Hindrance extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** A hindrance for this reason. */
    public Hindrance(String reason) {
      super(reason);
    }
  }

  /** The study; a file that cannot be read is a hindrance. */
  synchronized Study study() {
    if (study == null) {
      try {
        study = Study.read(results.folder().resolve("study.yaml"), Catalogues.load());
      } catch (ConfigException e) {
        throw new Hindrance("the study file cannot be read: " + e.getMessage());
      }
    }
    return study;
  }

  /**
   * The verifiers that are declared to answer 0 or 1, so that a mean of their scores is a share;
   * none if the study file cannot be read.
   */
  public Set<String> shares() {
    return declaring(ScoreRange.ZERO_OR_ONE);
  }

  /** The verifiers whose scores of two trials cannot be compared; none without a study file. */
  public Set<String> ranks() {
    return declaring(ScoreRange.RANKS);
  }

  /** Why ranks make no number of a cell. */
  public static final String RANKS =
      "the verifier ranks samples within a trial: its members, as cross_rewards, can be compared";

  private Set<String> declaring(ScoreRange range) {
    try {
      return Stream.concat(study().verifiers().stream(), study().crossRewards().stream())
          .filter(v -> v.spec().range() == range)
          .map(Component::label)
          .collect(Collectors.toSet());
    } catch (Hindrance e) {
      return Set.of();
    }
  }

  ModelSpec model(PlanFile.Row cell) {
    return spec(study().models(), cell.model());
  }

  /**
   * The reader of a cell's samples.
   *
   * @throws Hindrance if the study file cannot be read, or the samples are no tokens
   */
  synchronized TextReader reader(PlanFile.Row cell) {
    return readers.computeIfAbsent(cell.model(), label -> TextReader.of(model(cell)));
  }

  /** A sample of tokens as text; by ids where the study file does not say what they stand for. */
  public SampleText text(PlanFile.Row cell, String prompt, int[] tokens) {
    try {
      return reader(cell).text(prompt, tokens);
    } catch (Hindrance e) {
      return TextReader.ids(tokens);
    }
  }

  /** What a text stands for by the first of a cell's verifiers that can draw it. */
  public synchronized Optional<String> drawing(PlanFile.Row cell, String text) {
    try {
      return Stream.concat(
              Stream.of(verifier(cell)), study().crossRewards().stream().map(Component::spec))
          .flatMap(v -> v.drawing(text).stream())
          .findFirst();
    } catch (Hindrance e) {
      return Optional.empty();
    }
  }

  VerifierSpec verifier(PlanFile.Row cell) {
    return spec(study().verifiers(), cell.verifier());
  }

  /**
   * How a judge's scores of a cell are to be read; empty if its name says it, or the study file
   * cannot be read.
   */
  Optional<String> note(PlanFile.Row cell, String judge) {
    try {
      return Component.of(component(study().crossRewards(), judge), model(cell)).spec().note();
    } catch (Hindrance e) {
      return Optional.empty();
    }
  }

  /**
   * The judge that says how far another one's scores vary over draws of masks, if there is one: the
   * same likelihood with the variance for its output.
   */
  Optional<String> varianceOf(String judge) {
    try {
      return component(study().crossRewards(), judge).spec() instanceof BaseLikelihood bits
              && bits.output() == BaseLikelihood.Output.BITS
          ? study().crossRewards().stream()
              .filter(j -> j.spec().equals(bits.variance()))
              .map(Component::label)
              .findFirst()
          : Optional.empty();
    } catch (Hindrance e) {
      return Optional.empty();
    }
  }

  private static <T> T spec(List<Component<T>> parts, String label) {
    return component(parts, label).spec();
  }

  private static <T> Component<T> component(List<Component<T>> parts, String label) {
    return parts.stream()
        .filter(p -> p.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new Hindrance("the study file defines no " + label));
  }

  /**
   * The law that a cell's samples should follow, or why it is unknown; computed once.
   *
   * @throws Hindrance if the study file cannot be read, or does not define the model or the
   *     verifier
   */
  public synchronized LawTarget target(PlanFile.Row cell) {
    ModelSpec model = model(cell);
    VerifierSpec verifier = verifier(cell);
    return targets.computeIfAbsent(
        List.of(model, verifier, cell.beta()), k -> laws.of(model, verifier, cell.beta()));
  }

  /**
   * What is known of the tilted law of tokens that a cell's samples of a prompt should follow.
   *
   * @throws Hindrance if it is not known, or the study file does not say
   */
  synchronized TokenTilt tilt(PlanFile.Row cell, String prompt) {
    ModelSpec model = model(cell);
    VerifierSpec verifier = verifier(cell);
    try {
      return tilts.computeIfAbsent(
          List.of(model, verifier, cell.beta(), prompt),
          k -> TokenTilt.of(model, verifier, cell.beta(), new Condition(prompt)));
    } catch (IllegalArgumentException e) {
      throw new Hindrance(e.getMessage());
    }
  }

  /**
   * The law of a cell's model without a reward, or why it is unknown; computed once.
   *
   * @throws Hindrance if the study file cannot be read, or does not define the model
   */
  public synchronized LawTarget base(PlanFile.Row cell) {
    return targets.computeIfAbsent(List.of(model(cell)), k -> laws.base(model(cell)));
  }
}
