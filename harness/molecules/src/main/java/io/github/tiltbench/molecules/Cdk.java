package io.github.tiltbench.molecules;

import io.github.tiltbench.verifier.molecule.Chemistry;
import io.github.tiltbench.verifier.molecule.Property;
import java.util.Optional;
import java.util.OptionalDouble;
import org.openscience.cdk.depict.DepictionGenerator;
import org.openscience.cdk.exception.CDKException;
import org.openscience.cdk.interfaces.IAtomContainer;

/** The Chemistry Development Kit. */
public final class Cdk implements Chemistry {
  private static final double VALID = 1;

  private final Smiles smiles = new Smiles();
  private final Descriptors descriptors = new Descriptors();
  private final Qed qed = new Qed(descriptors);

  @Override
  public OptionalDouble value(String text, Property property) {
    Optional<IAtomContainer> molecule = smiles.read(text);
    if (molecule.isEmpty()) {
      return OptionalDouble.empty();
    }
    double value = value(molecule.get(), property);
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  private double value(IAtomContainer molecule, Property property) {
    return switch (property) {
      case VALIDITY -> VALID;
      case LOGP -> descriptors.jplogp(molecule);
      case XLOGP -> descriptors.xlogp(molecule);
      case TPSA -> descriptors.tpsa(molecule);
      case QED_LIKE -> qed.of(molecule);
    };
  }

  @Override
  public Optional<String> svg(String text) {
    return smiles.read(text).map(Cdk::drawn);
  }

  private static String drawn(IAtomContainer molecule) {
    try {
      String document = new DepictionGenerator().withAtomColors().depict(molecule).toSvgStr();
      return document.substring(document.indexOf("<svg"));
    } catch (CDKException e) {
      throw new IllegalStateException("a valid molecule cannot be drawn: " + e.getMessage(), e);
    }
  }
}
