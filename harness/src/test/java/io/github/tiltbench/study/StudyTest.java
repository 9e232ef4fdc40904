package io.github.tiltbench.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.algorithm.search.Svdd;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.PathResolver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudyTest {
  private static String error(String yaml) {
    String message = assertThrows(ConfigException.class, () -> Toys.plan(yaml)).getMessage();
    assertFalse(message.contains("\n"), message);
    return message;
  }

  private static List<String> labels(String algorithms) {
    String yaml = Toys.STUDY.replaceAll("algorithms: .*", "algorithms: " + algorithms);
    return Toys.study(yaml).methods().stream().map(m -> m.part().label()).toList();
  }

  @Test
  void theFileIsReadAsItStands() {
    Study study = Toys.study(Toys.STUDY);
    assertEquals("toy", study.name());
    assertEquals(7, study.seed());
    assertEquals(List.of("bag", "boot"), study.prompts());
    assertEquals("mix", study.models().get(0).label());
    assertEquals("gaussian-mixture", study.models().get(0).kind());
    assertEquals(4, study.methods().size());
    assertEquals("svdd[alpha=0.1]", study.methods().get(3).part().label());
    assertEquals(0.1, ((Svdd) study.methods().get(3).part().spec()).alpha());
    assertEquals(List.of("reward", "ess", "evidence", "ancestry", "search"), study.metrics());
  }

  @Test
  void anEntryOverridesBetaAndBetaMayBeAnAxis() {
    assertEquals(
        List.of("pretrained", "svdd[beta=1]", "svdd[beta=2]"),
        labels("[pretrained, {svdd: {beta: [1, 2]}}]"));
    String yaml = Toys.STUDY.replace("beta: 0.5", "beta: [0.5, 1]");
    Study study = Toys.study(yaml);
    assertEquals("best-of-n[beta=1]", study.methods().get(3).part().label());
    assertEquals(1, study.methods().get(3).beta());
  }

  @Test
  void entriesOfOneAlgorithmAreToldApartByWhatTheySay() {
    assertEquals(
        List.of("svdd[width=4]", "svdd[alpha=0,beta=0.25]", "svdd[alpha=0.5,beta=0.25]"),
        labels("[{svdd: {width: 4}}, {svdd: {beta: 0.25, alpha: [0, 0.5]}}]").stream()
            .map(l -> l.replace("beta=0.25,alpha=0,", "?"))
            .map(l -> l.replaceAll("\\[beta=0.25,(alpha=[0-9.]+)]", "[$1,beta=0.25]"))
            .toList());
  }

  @Test
  void modelsMayHaveAxes() {
    String yaml = Toys.STUDY.replace("steps: 10, eta: 1.0", "steps: 10, eta: [0.5, 1.0]");
    assertEquals(
        List.of("mix[process.eta=0.5]", "mix[process.eta=1]"),
        Toys.study(yaml).models().stream().map(Component::label).toList());
  }

  @Test
  void judgesAreNamedOrDefined() {
    Study named = Toys.study(Toys.STUDY + "cross_rewards: [nothing, weigh]\n");
    assertEquals(
        List.of("nothing", "weigh"), named.crossRewards().stream().map(Component::label).toList());
    Study defined = Toys.study(Toys.STUDY + "cross_rewards: {judge: {kind: weighing, by: [3]}}\n");
    assertEquals("judge", defined.crossRewards().get(0).label());
  }

  @Test
  void promptsMayBeAFile(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("prompts.txt"), "a red bag\n\n  a boot  \n");
    String yaml = Toys.STUDY.replace("prompts: [bag, boot]", "prompts: prompts.txt");
    assertEquals(
        List.of("a red bag", "a boot"),
        Toys.study(yaml, new PathResolver(List.of(folder))).prompts());
    Files.writeString(folder.resolve("prompts.txt"), "x\n\nx\n");
    String message =
        assertThrows(
                ConfigException.class, () -> Toys.study(yaml, new PathResolver(List.of(folder))))
            .getMessage();
    assertTrue(message.endsWith("prompts.txt:3:1: prompts has 'x' twice"), message);
    Files.writeString(folder.resolve("prompts.txt"), "\n");
    assertThrows(ConfigException.class, () -> Toys.study(yaml, new PathResolver(List.of(folder))));
  }

  @Test
  void aStudyWithoutPromptsHasOneEmptyCondition() {
    assertEquals(
        List.of("-"), Toys.study(Toys.STUDY.replace("prompts: [bag, boot]\n", "")).prompts());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "seed: 7 | sed: 7 | s.yaml:2:1: unknown key 'sed'; did you mean 'seed'?",
        "beta: 0.5 | | s.yaml:1:1: a study needs beta",
        "study: toy | | s.yaml:2:1: a study needs study",
        "study: toy | study: ../toy | s.yaml:1:8: the study '../toy' is not a plain name",
        "study: toy | study: [a, b] | s.yaml:1:8: one value is wanted here, not a list: study",
        "seed: 7 | seed: 1.5 | s.yaml:2:7: seed must be a whole number, not '1.5'",
        "repetitions: 3 | repetitions: 0 | s.yaml:3:1: repetitions must be from 1 to 1000000 but is"
            + " 0",
        "repetitions: 3 | repetitions: 1000000 | s.yaml: the plan has more than 10000000 trials",
        "count: 2 | count: -2 | s.yaml:4:1: count must be from 1 to 1000000 but is -2",
        "[bag, boot] | [bag, bag] | s.yaml:5:16: prompts has 'bag' twice",
        "[bag, boot] | [] | s.yaml:5:10: prompts is an empty list",
        "[bag, boot] | [bag, [x]] | s.yaml:5:16: prompts must be a list of texts, not a list",
        "[bag, boot] | nowhere.txt | s.yaml:5:10: no file 'nowhere.txt'",
        "mix: | mi/x: | s.yaml:7:3: the model 'mi/x' is not a plain name",
        "mix: | .mix: | s.yaml:7:3: the model '.mix' is not a plain name",
        "kind: gaussian-mixture | kind: gausian-mixture | s.yaml:8:11: unknown model"
            + " 'gausian-mixture'; did you mean 'gaussian-mixture'?",
        "[0.5, 0.5] | [0.5, 0.6] | s.yaml:9:5: weights must be positive and sum to 1",
        "[0.5, 0.5] | [0.5, -0.5] | s.yaml:9:5: weights must be positive and sum to 1",
        "[0.5, 0.5] | [0.5, .nan] | s.yaml:9:20: weights must be a finite number, not '.nan'",
        "[-1, 0] | [-1] | s.yaml:10:5: means must have rows of one width",
        "steps: 10 | steps: 10, step: 3 | s.yaml:12:38: unknown key 'step' in ddim; did you mean"
            + " 'steps'?",
        "eta: 1.0 | eta: -1 | s.yaml:12:38: eta must be at least 0 and finite but is -1.0",
        "weigh: {kind | weigh: {kid | s.yaml:14:11: unknown key 'kid' in a verifier; did you mean"
            + " 'kind'?",
        "kind: weighing, by | by | s.yaml:14:10: verifier needs a kind: ",
        "by: [1.0, 2.0] | offset: 1 | s.yaml:14:10: weighing needs by",
        "by: [1.0, 2.0] | by: [1.0] | s.yaml: no cell is left: all 4 are skipped, the first because"
            + " it weighs 1 numbers, not reals [2]",
        "beta: 0.5 | beta: 0 | s.yaml:15:7: beta must be positive but is 0.0",
        "best-of-n | best-of-m | s.yaml:16:26: unknown algorithm 'best-of-m'; did you mean"
            + " 'best-of-n'?",
        "best-of-n | pretrained | s.yaml:16:26: the cells 'mix x weigh x pretrained' and 'mix x"
            + " weigh x pretrained' are the same",
        "best-of-n | {best-of-n: 3} | s.yaml:16:38: what follows best-of-n must be a mapping of"
            + " parameters, not '3'",
        "best-of-n | {smc: {}, svdd: {}} | s.yaml:16:26: an algorithm must be a name or one name"
            + " with its parameters, not a mapping",
        "{alpha: [0.0, 0.1]} | {alhpa: 0} | s.yaml:16:45: unknown key 'alhpa' in svdd; did you mean"
            + " 'alpha'?",
        "{alpha: [0.0, 0.1]} | {alpha: -1} | s.yaml:16:45: alpha must be finite and at least 0",
        "unit: nfe | unit: rows | s.yaml:17:11: unit must be nfe or compute but is rows",
        "unit: nfe | unit: nfes | s.yaml:17:17: unit cannot be 'nfes'; did you mean 'nfe'?",
        "per: sample | per: prompt | s.yaml:17:27: per cannot be 'prompt'; known: sample, trial",
        "at: [20, 40] | at: [] | s.yaml:17:35: at must not be empty",
        "at: [20, 40] | at: [20, 20] | s.yaml:17:35: at must not have an amount twice",
        "at: [20, 40] | at: [0] | s.yaml:17:35: at must be from 1 to 2^50 but has 0",
        "at: [20, 40] | at: [20, 40], fit: 0 | s.yaml:17:49: fit must be from 1 to 2^50 but is 0",
        "at: [20, 40] | at: [20, 40], fit: many | s.yaml:17:54: fit must be a whole number, not"
            + " 'many'",
        "at: [20, 40] | at: [20, 40], fti: 9 | s.yaml:17:49: unknown key 'fti' in budgets; did you"
            + " mean 'fit'?",
        "{alpha: [0.0, 0.1]} | {rollouts: 3} | s.yaml:16:45: rollouts is for the value monte-carlo",
        "at: [20, 40] | at: [9] | s.yaml: no cell is left: all 4 are skipped, the first because a"
            + " trial needs at least 20 nfe and the budget is 18",
      })
  void badStudiesAreOneLineAtTheirPlace(String good, String bad, String wanted) {
    String yaml = Toys.STUDY.replace(good, bad == null ? "" : bad);
    assertTrue(error(yaml).startsWith(wanted), error(yaml));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "metrics: [rewrd] | s.yaml:18:11: unknown metric 'rewrd'; did you mean 'reward'?",
        "metrics: {} | s.yaml:18:10: metrics must be a list of texts, not a mapping",
        "cross_rewards: [wiegh] | s.yaml:18:17: unknown verifier 'wiegh'; did you mean 'weigh'?",
        "cross_rewards: [weigh, weigh] | s.yaml:18:24: 'weigh' stands twice",
        "cross_rewards: 3 | s.yaml:18:16: cross_rewards must be a list of names or a mapping of"
            + " definitions, not '3'",
        "cross_rewards: {a: {kind: weighing}} | s.yaml:18:20: weighing needs by",
      })
  void badAdditionsAreOneLineAtTheirPlace(String line, String wanted) {
    String yaml = Toys.STUDY + line + "\n";
    assertTrue(error(yaml).startsWith(wanted), error(yaml));
  }

  @Test
  void aPromptThatAModelDoesNotKnowIsRefused(@TempDir Path folder) throws Exception {
    Path weights = Files.createDirectories(folder.resolve("m")).resolve("weights.bin");
    Files.write(weights, new byte[] {1});
    String yaml =
        Toys.STUDY
            .replaceFirst(
                "(?s)  mix:.*?process:", "  net: {kind: trained, guidance: 2, path: m, process:")
            .replace("eta: 1.0}", "eta: 1.0}}");
    PathResolver places = new PathResolver(List.of(folder));
    assertEquals("net", Toys.study(yaml, places).models().get(0).label());
    String message =
        assertThrows(
                ConfigException.class, () -> Toys.study(yaml.replace("boot]", "shoe]"), places))
            .getMessage();
    assertEquals("s.yaml:5:16: model net: there is no class 'shoe'", message);
  }

  @Test
  void amountsThatCannotBeCountedAreRefused() {
    String huge = Toys.STUDY.replace("[20, 40]", "[1125899906842624]");
    assertEquals(
        "s.yaml: a budget of 1125899906842624 a sample is too large",
        error(huge.replace("count: 2", "count: 1000000")));
  }

  @Test
  void aNetworkWithoutWeightsIsRefusedAtItsPath(@TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("m"));
    String yaml =
        Toys.STUDY
            .replaceFirst("(?s)  mix:.*?process:", "  net: {kind: network, path: m, process:")
            .replace("eta: 1.0}", "eta: 1.0}}");
    PathResolver places = new PathResolver(List.of(folder));
    String message =
        assertThrows(ConfigException.class, () -> Toys.study(yaml, places)).getMessage();
    assertTrue(message.startsWith("s.yaml:7:30: path: no such file: "), message);
  }

  /** Whatever is in the file: a plan, or one line that says what is wrong and where. */
  @Test
  void damagedStudiesNeverCauseAnythingButAnError() {
    Random random = new Random(5);
    String scraps = " \n\t[]{}:,-#&*!|>'\"%@`?0.eé\u0000";
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      StringBuilder text = new StringBuilder(Toys.STUDY);
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        int at = random.nextInt(text.length());
        int to = Math.min(text.length(), at + random.nextInt(12));
        switch (random.nextInt(3)) {
          case 0 -> text.delete(at, to);
          case 1 -> text.insert(at, scraps.charAt(random.nextInt(scraps.length())));
          default -> text.insert(at, text.substring(at, to));
        }
      }
      try {
        Toys.plan(text.toString());
      } catch (ConfigException e) {
        assertTrue(e.getMessage().startsWith("s.yaml:"), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 200, refused + " refused");
  }
}
