package io.github.tiltbench.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tiltbench.config.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonsTest {
  @Test
  void namedOrTheSimplest() {
    assertEquals(new Comparisons("best-of-n", ""), Toys.study(Toys.STUDY).versus());
    assertEquals(
        new Comparisons("pretrained", "svdd[alpha=0.1]"),
        Toys.study(Toys.STUDY + "baseline: pretrained\nprimary: svdd[alpha=0.1]\n").versus());
    String twice =
        Toys.STUDY.replace("best-of-n,", "best-of-n, {best-of-n: {n: 2}},")
            + "baseline: best-of-n\n";
    assertEquals("best-of-n", Toys.study(twice).versus().baseline());
    assertEquals("pretrained", Comparisons.standing(List.of("smc", "pretrained")));
    assertEquals("", Comparisons.standing(List.of("smc")));
  }

  @Test
  void theyAreNoPartOfACellsKey() {
    assertEquals(
        Toys.plan(Toys.STUDY).cells().stream().map(Cell::key).toList(),
        Toys.plan(Toys.STUDY + "baseline: pretrained\n").cells().stream().map(Cell::key).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "baseline: best-off-n | s.yaml:18:11: the study has no algorithm 'best-off-n'; did you mean"
            + " 'best-of-n'?",
        "baseline: svdd | s.yaml:18:11: baseline must be one algorithm; it can be svdd[alpha=0] or"
            + " svdd[alpha=0.1]",
        "baseline: [svdd] | s.yaml:18:11: baseline must be the name of an algorithm",
        "primary: pretraind | s.yaml:18:10: the study has no algorithm 'pretraind'; did you mean"
            + " 'pretrained'?",
        "primary: best-of-n | s.yaml:18:10: primary is the baseline itself; name another with the"
            + " key baseline",
      })
  void badNamesAreOneLineAtTheirPlace(String line, String wanted) {
    String message =
        assertThrows(ConfigException.class, () -> Toys.plan(Toys.STUDY + line + "\n")).getMessage();
    assertEquals(wanted, message.substring(0, Math.min(wanted.length(), message.length())));
  }

  @Test
  void aPrimaryContrastNeedsABaseline() {
    String alone =
        Toys.STUDY.replace("[pretrained, best-of-n, {svdd: {alpha: [0.0, 0.1]}}]", "[svdd]");
    assertEquals("", Toys.study(alone).versus().baseline());
    assertEquals(
        "s.yaml:18:10: primary needs a baseline to be compared with",
        assertThrows(ConfigException.class, () -> Toys.plan(alone + "primary: svdd\n"))
            .getMessage());
  }
}
