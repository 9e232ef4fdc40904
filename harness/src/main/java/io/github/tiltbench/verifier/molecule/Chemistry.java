package io.github.tiltbench.verifier.molecule;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.ServiceLoader;

/** A library of chemistry; found as a service, used by one thread at a time. */
public interface Chemistry {
  /** The library, if its module is there. */
  static Optional<Chemistry> found() {
    return ServiceLoader.load(Chemistry.class).findFirst();
  }

  /**
   * A property of the molecule that a SMILES text means; empty if it means none, or one with atoms
   * that the property is not known for.
   */
  OptionalDouble value(String smiles, Property property);

  /** Its structure drawn, as an element of SVG; empty if the text means no molecule. */
  Optional<String> svg(String smiles);
}
