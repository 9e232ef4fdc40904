package io.github.tiltbench.molecules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.verifier.molecule.Chemistry;
import io.github.tiltbench.verifier.molecule.Molecule;
import io.github.tiltbench.verifier.molecule.Property;
import io.github.tiltbench.verifier.text.Judged;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openscience.cdk.interfaces.IAtomContainer;

/** Chemistry as a study finds it. */
final class CdkTest {
  private static final Chemistry CHEMISTRY = Chemistry.found().orElseThrow();
  private static final String ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O";

  private static double value(String smiles, Property property) {
    return CHEMISTRY.value(smiles, property).orElseThrow();
  }

  /** CDK 2.9's numbers; the last column is RDKit's QED, to which the other definition is near. */
  @ParameterizedTest
  @CsvSource({
    "CC(=O)Oc1ccccc1C(=O)O, 1.23863, 1.422, 63.6, 3, 1, 3, 0.550122",
    "Cn1cnc2c1c(=O)n(C)c(=O)n2C, -0.10858, 1.552, 61.82, 3, 0, 0, 0.538463",
    "CC(C)Cc1ccc(cc1)C(C)C(=O)O, 3.46694, 3.641, 37.3, 2, 1, 4, 0.821600",
    "CC(=O)Nc1ccc(O)cc1, 0.89772, 0.870, 49.33, 3, 2, 2, 0.595026",
    "CN(C)CCOC(c1ccccc1)c1ccccc1, 3.32292, 3.158, 12.47, 2, 0, 6, 0.784550",
  })
  void knownMolecules(
      String smiles,
      double logp,
      double xlogp,
      double tpsa,
      int acceptors,
      int donors,
      int rotatable,
      double qed) {
    assertEquals(1, value(smiles, Property.VALIDITY), 0);
    assertEquals(logp, value(smiles, Property.LOGP), 1e-5);
    assertEquals(xlogp, value(smiles, Property.XLOGP), 1e-3);
    assertEquals(tpsa, value(smiles, Property.TPSA), 1e-2);
    IAtomContainer molecule = new Smiles().read(smiles).orElseThrow();
    Descriptors descriptors = new Descriptors();
    assertEquals(acceptors, descriptors.acceptors(molecule), 0);
    assertEquals(donors, descriptors.donors(molecule), 0);
    assertEquals(rotatable, descriptors.rotatable(molecule), 0);
    assertEquals(qed, value(smiles, Property.QED_LIKE), 0.05);
  }

  /** By hand from the eight counts of aspirin; alerts: phenol ester, ester of an acid. */
  @Test
  void qedOfAspirin() {
    IAtomContainer aspirin = new Smiles().read(ASPIRIN).orElseThrow();
    Descriptors descriptors = new Descriptors();
    assertEquals(180.158, descriptors.weight(aspirin), 1e-3);
    assertEquals(1, descriptors.aromaticRings(aspirin), 0);
    assertEquals(2, new Qed(descriptors).alerts(aspirin));
    assertEquals(0.561779, value(ASPIRIN, Property.QED_LIKE), 1e-6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "cc",
        "CC(C)(C)(C)C",
        "N(C)(C)(C)C",
        "C()C",
        "=CC",
        "CC=",
        "C==C",
        "C((C))C",
        "C(=)C",
        "C(C=)C",
        "(C)C",
        "C1CC",
        "CC>>C",
        "CCO ethanol",
        "c1ccccc",
        "[nH]",
        "[CH4+]",
        "FF(C)",
        "hello"
      })
  void invalid(String text) {
    assertTrue(CHEMISTRY.value(text, Property.VALIDITY).isEmpty());
    assertTrue(CHEMISTRY.svg(text).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CCO",
        "c1cc[nH]c1",
        "C[N+](=O)[O-]",
        "C[N+](C)(C)C",
        "CS(=O)(=O)C",
        "[Na+].[Cl-]",
        "OP(=O)(O)O",
        "C/C=C/C",
        "C[C@@H](N)C(=O)O",
        "[O-]c1ccccc1"
      })
  void valid(String text) {
    assertEquals(1, value(text, Property.VALIDITY), 0);
  }

  private static double score(Property property, Double towards, Double floor, String text) {
    return new Molecule(property, optional(towards), optional(floor), Judged.ALL)
        .scorer()
        .score(text);
  }

  private static OptionalDouble optional(Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  @Test
  void rewards() {
    assertEquals(1, score(Property.VALIDITY, null, null, "CCO"), 0);
    assertEquals(0, score(Property.VALIDITY, null, null, "cc"), 0);
    assertEquals(-4, score(Property.LOGP, null, -4.0, "cc"), 0);
    assertEquals(1.23863, score(Property.LOGP, null, -4.0, ASPIRIN), 1e-5);
    assertEquals(-3.6, score(Property.TPSA, 60.0, -100.0, ASPIRIN), 1e-9);
    assertThrows(IllegalArgumentException.class, () -> score(Property.LOGP, null, null, ASPIRIN));
  }

  /** Water has no coefficient in JPlogP, and the library would say so on standard output. */
  @Test
  void whatALibraryCannotSayIsTheFloor() {
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertEquals(-4, score(Property.LOGP, null, -4.0, "O"), 0);
      assertEquals(-4, score(Property.LOGP, null, -4.0, "*C"), 0);
      assertEquals(-1, score(Property.QED_LIKE, null, -1.0, "O"), 0);
    } finally {
      System.setOut(out);
    }
    assertEquals("", printed.toString(StandardCharsets.UTF_8));
  }

  @Test
  void drawings() {
    String svg = CHEMISTRY.svg(ASPIRIN).orElseThrow();
    assertTrue(svg.startsWith("<svg") && svg.strip().endsWith("</svg>"), svg);
    assertFalse(svg.contains("<script"));
    assertEquals(svg, CHEMISTRY.svg(ASPIRIN).orElseThrow());
    Molecule verifier =
        new Molecule(Property.VALIDITY, OptionalDouble.empty(), OptionalDouble.empty(), Judged.ALL);
    assertEquals(svg, verifier.drawing(ASPIRIN).orElseThrow(), "what a page shows");
    assertTrue(verifier.drawing("C(C").isEmpty());
  }
}
