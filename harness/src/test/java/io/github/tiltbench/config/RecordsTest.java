package io.github.tiltbench.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordsTest {
  enum Value {
    POSTERIOR_MEAN,
    MONTE_CARLO
  }

  sealed interface Sampler {
    record Ddim(int steps, double eta, Scheduler scheduler) implements Sampler {}

    record FlowOde(int steps) implements Sampler {}
  }

  record Scheduler(String betaSchedule, Optional<double[]> trainedBetas) {}

  record Svdd(
      Value value, double alpha, long branches, boolean last, Sampler process, OptionalDouble cap) {
    Svdd {
      if (alpha < 0) {
        throw new IllegalArgumentException("alpha must be at least 0 but is " + alpha);
      }
      if (branches > 5 && !last) {
        throw new IllegalArgumentException("too many branches without last");
      }
    }
  }

  record GaussianMixture(
      double[] weights, double[][] means, List<String> names, List<Sampler> parts) {}

  private static final Scheduler LINEAR = new Scheduler("linear", Optional.empty());
  private static final CatalogueEntry<Svdd> SVDD =
      CatalogueEntry.of(
          "svdd",
          new Svdd(
              Value.POSTERIOR_MEAN,
              0.1,
              4,
              true,
              new Sampler.Ddim(50, 1, LINEAR),
              OptionalDouble.empty()));
  private static final CatalogueEntry<GaussianMixture> MIXTURE =
      CatalogueEntry.of(
          "mixture",
          new GaussianMixture(new double[] {1}, new double[][] {{0}}, List.of(), List.of()),
          "weights",
          "means");

  private static final Records RECORDS = Records.of(PathResolver.of(Path.of("s.yaml")), List.of());

  private static Node yaml(String text) {
    return Yaml.parse("s.yaml", text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Map<String, String>> axes(String text) {
    return RECORDS.variants(yaml(text), SVDD).stream().map(GridPoint::axes).toList();
  }

  @Test
  void whatIsLeftOutComesFromTheDefaults() {
    Svdd read = RECORDS.read(yaml("{value: monte_carlo, process: {steps: 9}, cap: 2}"), SVDD);
    assertEquals(Value.MONTE_CARLO, read.value());
    assertEquals(0.1, read.alpha());
    assertEquals(new Sampler.Ddim(9, 1, LINEAR), read.process());
    assertEquals(OptionalDouble.of(2), read.cap());
    assertEquals(SVDD.defaults().orElseThrow(), RECORDS.read(yaml("{cap: null}"), SVDD));
  }

  @Test
  void anotherKindDoesNotInheritFromTheDefault() {
    Svdd read = RECORDS.read(yaml("process: {kind: flow-ode, steps: 3}"), SVDD);
    assertEquals(new Sampler.FlowOde(3), read.process());
  }

  @Test
  void arraysAndListsAreValuesWhereTheRecordWantsThem() {
    GaussianMixture read =
        RECORDS.read(
            yaml(
                "{weights: [0.3, 0.7], means: [[-2, 0], [1.5, 1]], names: [a, 1],"
                    + " parts: [{kind: flow-ode, steps: 1}]}"),
            MIXTURE);
    assertArrayEquals(new double[] {0.3, 0.7}, read.weights());
    assertArrayEquals(new double[][] {{-2, 0}, {1.5, 1}}, read.means());
    assertEquals(List.of("a", "1"), read.names());
    assertEquals(List.of(new Sampler.FlowOde(1)), read.parts());
  }

  @Test
  void listsOfOneValueAreAxesInFileOrder() {
    assertEquals(
        List.of(
            Map.of("alpha", "0", "value", "posterior-mean"),
            Map.of("alpha", "0", "value", "monte-carlo"),
            Map.of("alpha", "0.1", "value", "posterior-mean"),
            Map.of("alpha", "0.1", "value", "monte-carlo")),
        axes("alpha: [0.0, 0.1]\nvalue: [posterior-mean, monte-carlo]"));
    assertEquals(List.of(Map.of()), axes("alpha: 0.0"));
    assertEquals(List.of(Map.of("alpha", "0.5")), axes("alpha: [0.5]"));
  }

  @Test
  void axesLieInsideNestedRecordsToo() {
    assertEquals(
        List.of(
            Map.of("process.steps", "5", "process.eta", "0.5"),
            Map.of("process.steps", "5", "process.eta", "1"),
            Map.of("process.steps", "7", "process.eta", "0.5"),
            Map.of("process.steps", "7", "process.eta", "1")),
        axes("process: {steps: [5, 7], eta: [0.5, 1]}"));
    List<GridPoint<Svdd>> kinds =
        RECORDS.variants(
            yaml("process: [{kind: flow-ode, steps: 2}, {kind: ddim, steps: 4}]"),
            CatalogueEntry.of("svdd", SVDD.defaults().orElseThrow()));
    assertEquals(new Sampler.FlowOde(2), kinds.get(0).value().process());
    assertEquals("svdd[process=(kind:flow-ode steps:2)]", kinds.get(0).label("svdd"));
  }

  record Stretch(Optional<Length> length) {}

  sealed interface Length {
    record Whole() implements Length {}

    record Part(double share) implements Length {}
  }

  /** A member of a family that may be left out is named as it is written, too. */
  @Test
  void optionalMembersAreNamedAsWritten() {
    List<GridPoint<Stretch>> lengths =
        RECORDS.variants(
            yaml("length: [whole, {kind: part, share: 0.5}]"),
            CatalogueEntry.of("cut", new Stretch(Optional.empty())));
    assertEquals("cut[length=whole]", lengths.get(0).label("cut"));
    assertEquals("cut[length=(kind:part share:0.5)]", lengths.get(1).label("cut"));
    assertEquals(
        List.of("whole", "part"), CatalogueEntry.bare("cut", Stretch.class).choices("length"));
  }

  @Test
  void axesOfListsAreListsOfLists() {
    List<GridPoint<GaussianMixture>> two =
        RECORDS.variants(yaml("{weights: [[1], [0.5, 0.5]], means: [[0]]}"), MIXTURE);
    assertEquals(2, two.size());
    assertEquals("(0.5 0.5)", two.get(1).axes().get("weights"));
    assertArrayEquals(new double[] {0.5, 0.5}, two.get(1).value().weights());
  }

  @Test
  void optionalsHaveAxesToo() {
    assertEquals(List.of(Map.of("cap", "null"), Map.of("cap", "1")), axes("cap: [null, 1]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{alpa: 1} | s.yaml:1:2: unknown key 'alpa' in svdd; did you mean 'alpha'?",
        "{q: 1} | s.yaml:1:2: unknown key 'q' in svdd; known: value, alpha, branches, last,"
            + " process, cap",
        "{alpha: x} | s.yaml:1:9: alpha must be a number, not 'x'",
        "{alpha: '1'} | s.yaml:1:9: alpha must be a number, not '1'",
        "{alpha: .inf} | s.yaml:1:9: alpha must be a finite number, not '.inf'",
        "{alpha: NaN} | s.yaml:1:9: alpha must be a finite number, not 'NaN'",
        "{alpha: 1e999} | s.yaml:1:9: alpha must be a number that fits a double, not '1e999'",
        "{alpha: } | s.yaml:1:8: alpha has no value",
        "{alpha: {b: 1}} | s.yaml:1:9: alpha must be one value, not a mapping",
        "{alpha: []} | s.yaml:1:9: alpha is an empty list",
        "{alpha: [0.1, 0.10]} | s.yaml:1:15: alpha has this value twice: '0.10'",
        "{alpha: -1} | s.yaml:1:2: alpha must be at least 0 but is -1.0",
        "{alpha: [1, -1]} | s.yaml:1:2: alpha must be at least 0 but is -1.0",
        "{branches: 9, last: false} | s.yaml:1:1: svdd: too many branches without last",
        "{branches: 1.5} | s.yaml:1:12: branches must be a whole number, not '1.5'",
        "{branches: 1e3} | s.yaml:1:12: branches must be a whole number (write 1000), not '1e3'",
        "{branches: 99999999999999999999} | s.yaml:1:12: branches must be a whole number from"
            + " -9223372036854775808 to 9223372036854775807, not '99999999999999999999'",
        "{process: {steps: 3000000000}} | s.yaml:1:19: steps must be a whole number from"
            + " -2147483648 to 2147483647, not '3000000000'",
        "{last: yes} | s.yaml:1:8: last must be true or false, not 'yes'",
        "{value: posterior-men} | s.yaml:1:9: value cannot be 'posterior-men'; did you mean"
            + " 'posterior-mean'?",
        "{process: {kind: flow-od}} | s.yaml:1:18: unknown sampler 'flow-od'; did you mean"
            + " 'flow-ode'?",
        "{process: {kind: flow-ode}} | s.yaml:1:11: flow-ode needs steps",
        "{process: {kind: flow-ode, eta: 1}} | s.yaml:1:28: unknown key 'eta' in flow-ode; known:"
            + " steps",
        "{process: {kind: [ddim]}} | s.yaml:1:18: kind must be a name, not a list",
        "{process: {scheduler: nowhere.json}} | s.yaml:1:23: no file 'nowhere.json'",
        "{process: {scheduler: {trained_betas: 3}}} | s.yaml:1:39: trained_betas must be a list,"
            + " not '3'",
      })
  void badValuesAreOneLineAtTheirPlace(String text, String wanted) {
    PathResolver here = new PathResolver(List.of(Path.of("").toAbsolutePath()));
    Records records = Records.of(here, List.of());
    String message =
        assertThrows(ConfigException.class, () -> records.variants(yaml(text), SVDD)).getMessage();
    assertTrue(message.startsWith(wanted), message);
  }

  @Test
  void requiredKeysAndShapesAreChecked() {
    assertEquals(
        "s.yaml:1:1: mixture needs means",
        assertThrows(ConfigException.class, () -> RECORDS.read(yaml("{weights: [1]}"), MIXTURE))
            .getMessage());
    assertEquals(
        "s.yaml:1:25: means must be a number, not 'x'",
        assertThrows(
                ConfigException.class,
                () -> RECORDS.read(yaml("{weights: [1], means: [[x]]}"), MIXTURE))
            .getMessage());
    assertEquals(
        "s.yaml:1:8: one value is wanted here, not a list: alpha",
        assertThrows(ConfigException.class, () -> RECORDS.read(yaml("alpha: [1, 2]"), SVDD))
            .getMessage());
  }

  @Test
  void tooManyVariantsAreRefused() {
    StringBuilder many = new StringBuilder("alpha: [0");
    for (int i = 1; i <= 200; i++) {
      many.append(", ").append(i);
    }
    String all = many + "]\nbranches: " + many.substring("alpha: ".length()) + "]";
    assertEquals(
        "s.yaml:1:1: the axes make more than 10000 variants",
        assertThrows(ConfigException.class, () -> RECORDS.variants(yaml(all), SVDD)).getMessage());
  }

  @Test
  void aTextWhereARecordIsWantedIsItsFile(@TempDir Path folder) throws Exception {
    Files.writeString(
        folder.resolve("scheduler_config.json"),
        "{\n\t\"_class_name\": \"X\",\n\t\"beta_schedule\": \"cosine\", \"trained_betas\": null\n}");
    Records records = Records.of(new PathResolver(List.of(folder)), List.of());
    Svdd read = records.read(yaml("process: {scheduler: scheduler_config.json}"), SVDD);
    assertEquals(
        new Scheduler("cosine", Optional.empty()), ((Sampler.Ddim) read.process()).scheduler());
  }

  @Test
  void aCatalogueChoosesByNameAndRefusesStrangers() {
    Catalogue<Sampler> processes =
        new Catalogue<>(
            "sampler",
            Sampler.class,
            List.of(
                CatalogueEntry.of("ddim", new Sampler.Ddim(50, 1, LINEAR)),
                CatalogueEntry.of("ode", new Sampler.FlowOde(50))));
    Records records = Records.of(PathResolver.of(Path.of("s.yaml")), List.of(processes));
    assertEquals(new Sampler.FlowOde(50), records.variants(yaml("ode"), processes).get(0).value());
    Svdd read = records.read(yaml("process: {kind: ode}"), SVDD);
    assertEquals(new Sampler.FlowOde(50), read.process());
    assertEquals(
        "s.yaml:1:1: unknown sampler 'odd'; did you mean 'ode'?",
        assertThrows(ConfigException.class, () -> records.variants(yaml("odd"), processes))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> processes.plus(List.of(processes.kinds().get(0))));
  }

  @Test
  void pathsAreFoundAboveTheStudy(@TempDir Path root) throws Exception {
    Path study = Files.createDirectories(root.resolve("benchmarks/studies")).resolve("s.yaml");
    Path model = Files.createDirectories(root.resolve("datasets/models/fashion"));
    Files.createDirectories(root.resolve("benchmarks/studies/own"));
    PathResolver places = PathResolver.of(study);
    Mark at = Mark.of("s.yaml");
    assertEquals(model, places.resolve(at, "datasets/models/fashion"));
    assertEquals(study.resolveSibling("own"), places.resolve(at, "own"));
    assertEquals(model, places.resolve(at, "../../datasets/models/fashion"));
    assertEquals(model, places.resolve(at, model.toString()));
    String message =
        assertThrows(ConfigException.class, () -> places.resolve(at, "datasets/models/fasion"))
            .getMessage();
    assertTrue(
        message.startsWith("s.yaml: no file 'datasets/models/fasion'; did you mean"), message);
    assertTrue(message.endsWith("fashion'?"), message);
    assertThrows(ConfigException.class, () -> places.resolve(at, " "));
    assertThrows(ConfigException.class, () -> places.resolve(at, "a\0b"));
  }

  @Test
  void suggestionsForgiveSwapsAndSpelling() {
    assertEquals(Optional.of("alpha"), Nearest.to("aplha", List.of("alpha", "beta")));
    assertEquals(Optional.of("best-of-n"), Nearest.to("best_of_n", List.of("best-of-n", "smc")));
    assertEquals(Optional.empty(), Nearest.to("zzz", List.of("alpha")));
    assertEquals("; none is known", Nearest.hint("x", List.of()));
  }
}
