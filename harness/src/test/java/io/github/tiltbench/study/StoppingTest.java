package io.github.tiltbench.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.result.PlanFile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a study may say instead of a number of repetitions. */
class StoppingTest {
  private static Stopping rule(String repetitions) {
    return Toys.plan(study(repetitions)).study().until().orElseThrow();
  }

  private static String study(String repetitions) {
    return Toys.STUDY.replaceFirst("repetitions: \\d+", "repetitions: " + repetitions)
        + "baseline: pretrained\nprimary: best-of-n\n";
  }

  @Test
  void aWidthIsLookedAtFrom16RoundsOn() {
    Stopping rule = rule("{at_most: 40, until: {width: 0.02, of: median}}");
    assertEquals(Stopping.Goal.MEDIAN, rule.goal());
    assertEquals(0.02, rule.width());
    assertEquals(List.of(16, 18, 20, 22, 24, 27, 30, 33, 37, 40), rule.looks());
    assertEquals(
        40,
        Toys.plan(study("{at_most: 40, until: {width: 0.02, of: median}}")).study().repetitions());
    assertEquals(
        List.of(4, 5, 6, 7, 8, 9),
        rule("{at_most: 9, at_least: 4, until: {width: 1, of: upper-decile}}").looks());
    assertEquals(List.of(5), rule("{at_most: 5, until: {width: 1, of: median}}").looks());
  }

  @Test
  void aContrastIsDecidedByItsMeanUnlessSaidOtherwise() {
    Stopping mean = rule("{at_most: 512, until: {decided: primary}}");
    assertEquals(Stopping.Goal.DIFFERENCE, mean.goal());
    assertEquals(List.of(256, 288, 324, 364, 409, 460, 512), mean.looks());
    Stopping wins = rule("{at_most: 512, until: {decided: primary, by: wins}}");
    assertEquals(Stopping.Goal.WINS, wins.goal());
    assertEquals(16, wins.atLeast());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{at_most: 100}|repetitions needs until",
        "{until: {width: 1, of: median}}|repetitions needs at_most",
        "{at_most: 100, until: {width: 1}}|width needs of: median, for example",
        "{at_most: 100, until: {of: median}}|until needs either width or decided",
        "{at_most: 100, until: {width: 1, of: median, decided: primary}}|until needs either",
        "{at_most: 100, until: {width: 1, of: median, by: wins}}|by belongs to decided",
        "{at_most: 100, until: {width: 0, of: median}}|width must be positive but is 0.0",
        "{at_most: 100, until: {width: 1, of: mediam}}|did you mean 'median'?",
        "{at_most: 100, until: {decided: secondary}}|decided cannot be 'secondary'",
        "{at_most: 100, until: {width: 1, of: share}}|weigh is not declared to score 0 or 1",
        "{at_most: 100, until: {width: 1, of: mean}}|at_most must be at least 256, the first look",
        "{at_most: 300, at_least: 100, until: {width: 1, of: mean}}|at_least must be at least 256",
        "{at_most: 10, at_least: 20, until: {width: 1, of: median}}|at_most must be at least 20",
        "{at_most: 100, unless: {width: 1, of: median}}|unknown key 'unless'",
      })
  void whatIsNoRuleIsRefusedWithItsPlace(String repetitions, String problem) {
    String message =
        assertThrows(ConfigException.class, () -> Toys.plan(study(repetitions))).getMessage();
    assertTrue(message.contains(problem), message);
    assertTrue(message.contains(":3:"), message);
  }

  @Test
  void aContrastNeedsAPrimary() {
    String yaml =
        Toys.STUDY.replaceFirst(
            "repetitions: \\d+", "repetitions: {at_most: 512, until: {decided: primary}}");
    assertTrue(
        assertThrows(ConfigException.class, () -> Toys.plan(yaml))
            .getMessage()
            .contains("decided: primary needs the study's key primary"));
  }

  @Test
  void aRuleIsNoPartOfAKey() {
    Plan fixed = Toys.plan(Toys.STUDY);
    Plan stopped = Toys.plan(study("{at_most: 40, until: {width: 0.02, of: median}}"));
    assertEquals(
        fixed.cells().stream().map(Cell::key).toList(),
        stopped.cells().stream().map(Cell::key).toList());
    assertEquals(PlanFile.of(stopped).until(), stopped.study().until());
  }
}
