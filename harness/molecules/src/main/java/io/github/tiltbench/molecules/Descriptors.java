package io.github.tiltbench.molecules;

import org.openscience.cdk.aromaticity.Aromaticity;
import org.openscience.cdk.aromaticity.ElectronDonation;
import org.openscience.cdk.exception.CDKException;
import org.openscience.cdk.graph.Cycles;
import org.openscience.cdk.interfaces.IAtomContainer;
import org.openscience.cdk.interfaces.IBond;
import org.openscience.cdk.qsar.IMolecularDescriptor;
import org.openscience.cdk.qsar.descriptors.molecular.HBondAcceptorCountDescriptor;
import org.openscience.cdk.qsar.descriptors.molecular.HBondDonorCountDescriptor;
import org.openscience.cdk.qsar.descriptors.molecular.RotatableBondsCountDescriptor;
import org.openscience.cdk.qsar.descriptors.molecular.TPSADescriptor;
import org.openscience.cdk.qsar.descriptors.molecular.XLogPDescriptor;
import org.openscience.cdk.silent.SilentChemObjectBuilder;
import org.openscience.cdk.tools.manipulator.AtomContainerManipulator;

/** Properties of molecules as the library's descriptors compute them; NaN where they cannot. */
final class Descriptors {
  private final JPlogP jplogp = new JPlogP();
  private final IMolecularDescriptor xlogp = ready(new XLogPDescriptor());
  private final IMolecularDescriptor tpsa = ready(new TPSADescriptor());
  private final IMolecularDescriptor acceptors = ready(new HBondAcceptorCountDescriptor());
  private final IMolecularDescriptor donors = ready(new HBondDonorCountDescriptor());
  private final IMolecularDescriptor rotatable = ready(new RotatableBondsCountDescriptor());
  private final Aromaticity aromaticity =
      new Aromaticity(ElectronDonation.daylight(), Cycles.or(Cycles.all(), Cycles.relevant()));

  private static IMolecularDescriptor ready(IMolecularDescriptor descriptor) {
    descriptor.initialise(SilentChemObjectBuilder.getInstance());
    return descriptor;
  }

  double jplogp(IAtomContainer molecule) {
    return jplogp.of(molecule);
  }

  double xlogp(IAtomContainer molecule) {
    return value(xlogp, withHydrogens(molecule));
  }

  double tpsa(IAtomContainer molecule) {
    return value(tpsa, prepared(molecule));
  }

  double acceptors(IAtomContainer molecule) {
    return value(acceptors, prepared(molecule));
  }

  double donors(IAtomContainer molecule) {
    return value(donors, prepared(molecule));
  }

  double rotatable(IAtomContainer molecule) {
    return value(rotatable, prepared(molecule));
  }

  double weight(IAtomContainer molecule) {
    return AtomContainerManipulator.getMass(molecule, AtomContainerManipulator.MolWeight);
  }

  /** Rings of the smallest set all of whose bonds are aromatic. */
  double aromaticRings(IAtomContainer molecule) {
    IAtomContainer prepared = prepared(molecule);
    int rings = 0;
    for (IAtomContainer ring : Cycles.sssr(prepared).toRingSet().atomContainers()) {
      boolean aromatic = true;
      for (IBond bond : ring.bonds()) {
        aromatic &= bond.isAromatic();
      }
      rings += aromatic ? 1 : 0;
    }
    return rings;
  }

  /** A copy with atom types and aromaticity as the descriptors want them. */
  IAtomContainer prepared(IAtomContainer molecule) {
    try {
      IAtomContainer copy = molecule.clone();
      AtomContainerManipulator.percieveAtomTypesAndConfigureAtoms(copy);
      aromaticity.apply(copy);
      return copy;
    } catch (CloneNotSupportedException | CDKException e) {
      throw new IllegalStateException("a valid molecule cannot be prepared", e);
    }
  }

  private IAtomContainer withHydrogens(IAtomContainer molecule) {
    IAtomContainer copy = prepared(molecule);
    AtomContainerManipulator.convertImplicitToExplicitHydrogens(copy);
    return prepared(copy);
  }

  private static double value(IMolecularDescriptor descriptor, IAtomContainer molecule) {
    return Double.parseDouble(descriptor.calculate(molecule).getValue().toString());
  }
}
