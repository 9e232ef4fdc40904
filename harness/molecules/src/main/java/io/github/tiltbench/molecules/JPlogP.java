package io.github.tiltbench.molecules;

import java.util.Map;
import org.openscience.cdk.aromaticity.Aromaticity;
import org.openscience.cdk.exception.CDKException;
import org.openscience.cdk.interfaces.IAtomContainer;
import org.openscience.cdk.qsar.descriptors.molecular.JPlogPDescriptor;
import org.openscience.cdk.tools.manipulator.AtomContainerManipulator;

/** The sum that JPlogP is; the library's own would print unknown atom types to standard output. */
final class JPlogP extends JPlogPDescriptor {
  private final JPlogPCalculator calculator = new JPlogPCalculator();

  /** JPlogP of a molecule; NaN if an atom is of a type that has no coefficient. */
  @SuppressWarnings("deprecation") // the coefficients were fitted with this aromaticity
  double of(IAtomContainer molecule) {
    double sum = 0;
    try {
      IAtomContainer copy = molecule.clone();
      AtomContainerManipulator.percieveAtomTypesAndConfigureUnsetProperties(copy);
      AtomContainerManipulator.convertImplicitToExplicitHydrogens(copy);
      Aromaticity.cdkLegacy().apply(copy);
      for (Map.Entry<Integer, Integer> type : calculator.getMappedHologram(copy).entrySet()) {
        Double coefficient = calculator.getCoeffs().get(type.getKey());
        sum += coefficient == null ? Double.NaN : type.getValue() * coefficient;
      }
    } catch (CloneNotSupportedException | CDKException e) {
      return Double.NaN;
    }
    return sum;
  }
}
