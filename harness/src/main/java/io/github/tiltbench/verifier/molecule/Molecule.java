package io.github.tiltbench.verifier.molecule;

import io.github.tiltbench.verifier.Lack;
import io.github.tiltbench.verifier.ScoreRange;
import io.github.tiltbench.verifier.text.Judged;
import io.github.tiltbench.verifier.text.TextScorer;
import io.github.tiltbench.verifier.text.TextVerifierSpec;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A property of the molecule that a sample's text means, or minus its distance from a wanted value.
 *
 * <p>Invalid molecules have the score {@code floor}, which should lie below what valid ones have,
 * such as a standard deviation below their 1 % quantile; of {@code validity} the score is 0.
 *
 * @param property what is asked of it
 * @param towards the wanted value; else the larger the better
 * @param floor the score of what is no molecule; to be given but for {@code validity}
 * @param of which part is judged
 */
public record Molecule(Property property, OptionalDouble towards, OptionalDouble floor, Judged of)
    implements TextVerifierSpec {
  /** Refuses scores that are none. */
  public Molecule {
    if (property == Property.VALIDITY && (towards.isPresent() || floor.isPresent())) {
      throw new IllegalArgumentException("validity is 0 or 1: it takes no towards and no floor");
    }
    if (property != Property.VALIDITY && floor.isEmpty()) {
      throw new IllegalArgumentException("floor must be given: the score of invalid molecules");
    }
    if (!Double.isFinite(towards.orElse(0)) || !Double.isFinite(floor.orElse(0))) {
      throw new IllegalArgumentException("towards and floor must be finite");
    }
  }

  @Override
  public String family() {
    return "Molecule " + property;
  }

  @Override
  public ScoreRange range() {
    return property == Property.VALIDITY ? ScoreRange.ZERO_OR_ONE : ScoreRange.REALS;
  }

  @Override
  public Optional<String> lack() {
    return missing();
  }

  @Override
  public Optional<String> drawing(String text) {
    return Chemistry.found().flatMap(chemistry -> chemistry.svg(text));
  }

  /** What is missing for any of its kind. */
  public static Optional<String> missing() {
    return Lack.of(Chemistry.class, Lack.MOLECULES);
  }

  @Override
  public TextScorer scorer() {
    Chemistry chemistry = Lack.service(Chemistry.class, Lack.MOLECULES);
    return smiles -> {
      OptionalDouble value = chemistry.value(smiles, property);
      return value.isEmpty()
          ? floor.orElse(0)
          : towards.isPresent()
              ? -Math.abs(value.getAsDouble() - towards.getAsDouble())
              : value.getAsDouble();
    };
  }
}
