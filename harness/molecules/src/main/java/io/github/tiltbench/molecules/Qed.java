package io.github.tiltbench.molecules;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.openscience.cdk.interfaces.IAtomContainer;
import org.openscience.cdk.smarts.SmartsPattern;

/**
 * How alike oral drugs a molecule is: {@code exp(sum w_i log d_i / sum w_i)} over eight
 * desirabilities of Bickerton et al., Nature Chemistry 4 (2012), doi:10.1038/nchem.1243, with their
 * mean weights.
 *
 * <p>It is not RDKit's QED: logP is JPlogP instead of Crippen's, acceptors, donors and rotatable
 * bonds are counted by CDK's rules (aspirin has 3 acceptors and 3 rotatable bonds instead of 4 and
 * 2), and what is aromatic is decided by CDK's Daylight model.
 */
final class Qed {
  /**
   * The desirability of one property, a difference of two logistic steps.
   *
   * @param weight in the mean
   * @param most by which it is divided, the largest value
   */
  private record Desirability(
      double weight, double a, double b, double c, double d, double e, double f, double most) {
    double of(double x) {
      double rise = 1 + Math.exp(-(x - c + d / 2) / e);
      double fall = 1 + Math.exp(-(x - c - d / 2) / f);
      return (a + b / rise * (1 - 1 / fall)) / most;
    }
  }

  private static final Desirability WEIGHT =
      new Desirability(
          0.66,
          2.817065973,
          392.5754953,
          290.7489764,
          2.419764353,
          49.22325677,
          65.37051707,
          104.9805561);
  private static final Desirability LOGP =
      new Desirability(
          0.46,
          3.172690585,
          137.8624751,
          2.534937431,
          4.581497897,
          0.822739154,
          0.576295591,
          131.3186604);
  private static final Desirability ACCEPTORS =
      new Desirability(
          0.05,
          2.948620388,
          160.4605972,
          3.615294657,
          4.435986202,
          0.290141953,
          1.300669958,
          148.7763046);
  private static final Desirability DONORS =
      new Desirability(
          0.61, 1.618662227, 1010.051101, 0.985094388, 1e-9, 0.713820843, 0.920922555, 258.1632616);
  private static final Desirability SURFACE =
      new Desirability(
          0.06,
          1.876861559,
          125.2232657,
          62.90773554,
          87.83366614,
          12.01999824,
          28.51324732,
          104.5686167);
  private static final Desirability ROTATABLE =
      new Desirability(
          0.65, 0.01, 272.4121427, 2.558379970, 1.565547684, 1.271567166, 2.758063707, 105.4420403);
  private static final Desirability AROMATIC =
      new Desirability(
          0.48, 3.217788970, 957.7374108, 2.274627939, 1e-9, 1.317690384, 0.375760881, 312.3372610);
  private static final Desirability ALERTS =
      new Desirability(
          0.95, 0.01, 1199.094025, -0.09002883, 1e-9, 0.185904477, 0.875193782, 417.7253140);

  private final Descriptors descriptors;
  private final List<SmartsPattern> alerts = read();

  Qed(Descriptors descriptors) {
    this.descriptors = descriptors;
  }

  private static List<SmartsPattern> read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Qed.class.getResourceAsStream("qed-alerts.smarts")),
                StandardCharsets.UTF_8))) {
      return in.lines().map(line -> SmartsPattern.create(line).setPrepare(false)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Groups of the published list of unwanted ones that a molecule has, each counted once. */
  int alerts(IAtomContainer molecule) {
    IAtomContainer copy = descriptors.prepared(molecule);
    SmartsPattern.prepare(copy);
    return (int) alerts.stream().filter(alert -> alert.matches(copy)).count();
  }

  double of(IAtomContainer molecule) {
    Mean mean = new Mean();
    mean.add(WEIGHT, descriptors.weight(molecule));
    mean.add(LOGP, descriptors.jplogp(molecule));
    mean.add(ACCEPTORS, descriptors.acceptors(molecule));
    mean.add(DONORS, descriptors.donors(molecule));
    mean.add(SURFACE, descriptors.tpsa(molecule));
    mean.add(ROTATABLE, descriptors.rotatable(molecule));
    mean.add(AROMATIC, descriptors.aromaticRings(molecule));
    mean.add(ALERTS, alerts(molecule));
    return Math.exp(mean.sum / mean.weight);
  }

  /** A weighted geometric mean as it grows. */
  private static final class Mean {
    private double sum;
    private double weight;

    void add(Desirability desirability, double x) {
      sum += desirability.weight * Math.log(desirability.of(x));
      weight += desirability.weight;
    }
  }
}
