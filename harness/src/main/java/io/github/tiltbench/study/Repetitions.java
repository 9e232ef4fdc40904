package io.github.tiltbench.study;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Records;
import io.github.tiltbench.verifier.ScoreRange;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The key {@code repetitions} where it holds a rule and no number.
 *
 * @param atMost most repetitions
 * @param atLeast repetitions before the first look; as few as the rule allows, or 16, if not given
 * @param until what ends a cell
 */
record Repetitions(int atMost, OptionalInt atLeast, Until until) {
  private static final String KEY = "repetitions";
  private static final int LEAST = 16;
  private static final CatalogueEntry<Repetitions> KIND =
      CatalogueEntry.bare(KEY, Repetitions.class);

  Repetitions {
    if (atMost < 1) {
      throw new IllegalArgumentException("at_most must be at least 1 but is " + atMost);
    }
    if (atLeast.isPresent() && atLeast.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "at_least must be at least 1 but is " + atLeast.getAsInt());
    }
  }

  /** The name of what is to be decided. */
  enum Contrast {
    PRIMARY
  }

  /** What a width can be of. */
  enum Of {
    MEDIAN,
    UPPER_DECILE,
    MEAN,
    SHARE
  }

  /** What a contrast can be decided by. */
  enum By {
    DIFFERENCE,
    WINS
  }

  /**
   * Either a width of an interval and what that is of, or what is to be decided and by what.
   *
   * @param width of the interval from end to end
   */
  record Until(OptionalDouble width, Optional<Of> of, Optional<Contrast> decided, Optional<By> by) {
    Until {
      if (width.isPresent() == decided.isPresent()) {
        throw new IllegalArgumentException("until needs either width or decided");
      }
      if (width.isPresent() != of.isPresent()) {
        throw new IllegalArgumentException(
            of.isPresent() ? "of belongs to width" : "width needs of: median, for example");
      }
      if (by.isPresent() && decided.isEmpty()) {
        throw new IllegalArgumentException("by belongs to decided");
      }
      if (width.isPresent()
          && !(width.getAsDouble() > 0 && width.getAsDouble() < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("width must be positive but is " + width.getAsDouble());
      }
    }

    Stopping.Goal goal() {
      return of.map(o -> Stopping.Goal.valueOf(o.name()))
          .orElseGet(() -> Stopping.Goal.valueOf(by.orElse(By.DIFFERENCE).name()));
    }
  }

  /** The rule of a study file; empty if it has a number. */
  static Optional<Repetitions> read(Node.Mapping file, Records records) {
    return file.get(KEY)
        .map(Node.Entry::value)
        .filter(value -> value instanceof Node.Mapping)
        .map(value -> records.read(value, KIND));
  }

  /** The same entry with the number in place of a rule. */
  Node.Entry counted(Node.Entry entry) {
    return entry.key().equals(KEY)
        ? new Node.Entry(
            KEY, entry.at(), new Node.Scalar(Integer.toString(atMost), true, entry.value().at()))
        : entry;
  }

  /**
   * The rule for a study.
   *
   * @throws ConfigException if the study has nothing that it can be about
   */
  Stopping of(int prompts, List<Component<VerifierSpec>> verifiers, Comparisons versus, Mark at) {
    Stopping.Goal goal = until.goal();
    if (goal.contrast() && versus.primary().isEmpty()) {
      throw new ConfigException(at, "decided: primary needs the study's key primary");
    }
    for (Component<VerifierSpec> verifier : verifiers) {
      ScoreRange range = verifier.ask(VerifierSpec::range);
      unfit(goal, range)
          .ifPresent(
              reason -> {
                throw new ConfigException(at, "until: " + verifier.label() + " " + reason);
              });
    }
    int least = goal.least(prompts);
    int first = atLeast.orElse(Math.max(least, Math.min(LEAST, atMost)));
    if (first < least) {
      throw new ConfigException(
          at, "at_least must be at least " + least + ", before which no mean may end a run");
    }
    if (atMost < first) {
      throw new ConfigException(
          at, "at_most must be at least " + first + ", the first look, but is " + atMost);
    }
    return Stopping.of(goal, until.width.orElse(0), first, atMost);
  }

  private static Optional<String> unfit(Stopping.Goal goal, ScoreRange range) {
    if (range == ScoreRange.RANKS) {
      return Optional.of("ranks samples within a trial, so no rule can stop by its scores");
    }
    boolean quantile = goal == Stopping.Goal.MEDIAN || goal == Stopping.Goal.UPPER_DECILE;
    if (quantile && range == ScoreRange.ZERO_OR_ONE) {
      return Optional.of("scores 0 or 1: write of: share");
    }
    if (goal == Stopping.Goal.MEAN && range == ScoreRange.ZERO_OR_ONE) {
      return Optional.of("scores 0 or 1: write of: share, whose interval is exact");
    }
    return goal == Stopping.Goal.SHARE && range != ScoreRange.ZERO_OR_ONE
        ? Optional.of("is not declared to score 0 or 1: write of: mean or of: median")
        : Optional.empty();
  }
}
