package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the commands take and say, right and wrong. */
class CommandLineTest {
  private static final String STUDY =
      """
      study: small
      seed: 3
      count: 2
      models:
        m: {kind: gaussian, mean: [0], variance: [1], process: {kind: ddim, steps: 4, eta: 1}}
      verifiers: {r: {kind: linear, coefficients: [1.0]}}
      beta: 1
      algorithms: [pretrained, best-of-n, {smc: {threshold: [0.5, 1.0]}}]
      budgets: {unit: nfe, per: sample, at: [8, 16]}
      repetitions: 20
      """;

  @TempDir Path folder;
  private Path study;
  private Path out;

  @BeforeEach
  void write() throws IOException {
    study = Files.writeString(folder.resolve("small.yaml"), STUDY);
    out = folder.resolve("out");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rnu | there is no command 'rnu'; did you mean 'run'?",
        "run x --limt=4 | has no option '--limt=4'; did you mean '--limit'?",
        "run | Missing required parameter: 'STUDY'",
        "run x y | has no use for 'y'",
        "report . | not a result folder",
        "verify . | not a result folder",
        "status . | not a result folder",
        "export . --samples a.csv | not a result folder",
        "export . | needs a file to write: --samples F.csv, --scores F.csv or --trials F.csv",
        "report pom.xml | pom.xml: not a result folder",
        "new verifer x | nothing new is called 'verifer'; did you mean 'verifier'?",
        "new plot x | nothing new is called 'plot'; known: algorithm, verifier, process",
        "run none.yaml | none.yaml",
        "list svdx | did you mean 'svdd'?",
        "help rnu | did you mean 'run'?",
        "bench --quikc | did you mean '--quick'?",
        "train none.yaml | no such card: none.yaml"
      })
  void wrongUsageIsOneLineAndTwo(String line, String wanted) {
    Console said = Console.run(line.split(" "));
    assertEquals(2, said.code(), said.err());
    assertEquals(1, said.err().lines().count(), said.err());
    assertTrue(said.err().contains(wanted), said.err());
    assertEquals("", said.out());
  }

  @Test
  void helpIsThereForEveryCommand() {
    String all = Console.run().out();
    assertTrue(all.contains("130 stopped by a signal"), all);
    Console run = Console.run("help", "run");
    assertEquals(0, run.code());
    assertEquals(Console.run("run", "--help").out(), run.out());
    assertTrue(run.out().contains("--only"), run.out());
    assertTrue(Console.run("help", "bench").out().contains("--compare"));
    Console script = Console.run("completion");
    assertTrue(script.out().contains("--no-report"), "no options in the completion");
    assertTrue(script.out().contains("complete -F"), "no completion");
  }

  @Test
  void aListSaysWhatEachNameMeansAndTakesAFilter() {
    String all = Console.run("list").out();
    assertTrue(all.contains("  smc-health  what became of the populations\n"), all);
    String one = Console.run("list", "best-of-n").out();
    assertEquals(
        """
        algorithms
          best-of-n  the best of N samples
                     n=0, returns, reject, kept
                     returns: best, weighted

        """,
        one);
    assertTrue(
        Console.run("list", "svdd")
            .out()
            .contains("value: posterior-mean, sample, monte-carlo, rollout\n"));
    assertTrue(Console.run("list", "svdd").out().contains("target: "), "an optional choice too");
    String lacking = Console.run("list", "molecule").out();
    assertTrue(lacking.contains("not here: it needs the module harness/molecules"), lacking);
    assertTrue(lacking.contains("TILTBENCH_MOLECULES=1 ./tiltbench"), lacking);
    JsonArray svdd = JsonParser.parseString(json("list", "svdd", "--json")).getAsJsonArray();
    assertEquals(
        4, svdd.get(0).getAsJsonObject().getAsJsonObject("choices").getAsJsonArray("value").size());
    JsonArray layouts = JsonParser.parseString(json("list", "layouts", "--json")).getAsJsonArray();
    assertEquals(6, layouts.size());
    for (var line : JsonParser.parseString(json("list", "--json")).getAsJsonArray()) {
      JsonObject name = line.getAsJsonObject();
      boolean ours = !name.get("name").getAsString().equals("faulty"); // an extension of the tests
      assertTrue(!ours || !name.get("meaning").getAsString().isEmpty(), line.toString());
    }
  }

  @Test
  void aPlanIsAlsoForPrograms() {
    JsonObject plan =
        JsonParser.parseString(json("plan", study.toString(), "--json")).getAsJsonObject();
    assertEquals(7, plan.getAsJsonArray("cells").size());
    JsonObject cell = plan.getAsJsonArray("cells").get(1).getAsJsonObject();
    assertEquals("best-of-n", cell.get("algorithm").getAsString());
    assertEquals(8, cell.get("budget").getAsLong());
    assertEquals(16, cell.get("nfe").getAsLong());
    assertEquals(64, cell.get("key").getAsString().length());
  }

  @Test
  void aPlanCountsInWords() {
    String plan = Console.run("plan", study.toString(), "--no-probe").out();
    assertTrue(
        plan.startsWith(
            "small: 7 cells of 20 trials (1 prompt x 20 repetitions), 2 samples a trial\n"),
        plan);
  }

  @Test
  void nothingIsWiderThanTheTerminal() {
    Console.run("run", study.toString(), "--out", out.toString(), "--no-report");
    System.setProperty("tiltbench.columns", "80");
    try {
      for (String line :
          List.of(
              "run --help", "list", "list fk", "plan " + study, "report " + out, "status " + out)) {
        String said = Console.run(line.split(" ")).out();
        said.lines()
            .filter(l -> !l.startsWith("report: "))
            .forEach(l -> assertTrue(l.length() <= 80, line + ": " + l));
      }
    } finally {
      System.clearProperty("tiltbench.columns");
    }
  }

  @Test
  void anotherPlanInTheSameFolderIsSaid() throws IOException {
    String[] run = {"run", study.toString(), "--out", out.toString(), "--no-report"};
    assertFalse(Console.run(run).err().contains("another plan"));
    assertFalse(Console.run(run).err().contains("another plan"));
    Files.writeString(study, STUDY.replace("seed: 3", "seed: 4"));
    String said = Console.run(run).err();
    assertTrue(
        said.contains("another plan before: 7 cells of that one stay there, but not in the tables"),
        said);
  }

  @Test
  void anExportSaysWhatItCanWrite() {
    Console.run("run", study.toString(), "--out", out.toString(), "--no-report");
    String file = folder.resolve("a.parquet").toString();
    Console said = Console.run("export", out.toString(), "--samples", file);
    assertEquals(2, said.code());
    assertTrue(said.err().contains(".csv; TILTBENCH_PARQUET=1 adds .parquet"), said.err());
  }

  private static String json(String... arguments) {
    Console said = Console.run(arguments);
    assertEquals(0, said.code(), said.err());
    assertEquals("", said.err());
    return said.out();
  }

  @Test
  void aPartOfAStudyIsRunAndHasTheTrialsOfTheWhole() throws IOException {
    Console part =
        run("--only", "smc[threshold=1]", "--budget", "16", "--limit", "4", "--no-report");
    assertTrue(part.err().contains("8 trials to run"), part.err()); // one cohort
    assertFalse(part.err().contains("writing the report"), part.err());
    assertFalse(Files.exists(out.resolve("report.html")));
    assertEquals(1, cells().size());
    String first = trials(cells().get(0));
    Console rest = run();
    assertTrue(rest.err().contains("132 trials to run, 8 kept"), rest.err());
    assertTrue(rest.err().contains("writing the report"), rest.err());
    JsonArray rows =
        JsonParser.parseString(Files.readString(out.resolve("tables/summary.json")))
            .getAsJsonArray();
    List<String> lines = Files.readAllLines(out.resolve("tables/summary.csv"));
    assertEquals(lines.size() - 1, rows.size());
    assertTrue(rows.get(0).getAsJsonObject().get("nfe").getAsDouble() > 0);
    assertEquals(Set.of(lines.get(0).split(",")), rows.get(0).getAsJsonObject().keySet());
    Path whole = folder.resolve("whole");
    Console.run("run", study.toString(), "--out", whole.toString());
    String cell =
        cells().stream()
            .filter(c -> safely(c).contains(first))
            .findFirst()
            .orElseThrow()
            .getFileName()
            .toString();
    String all = safely(whole.resolve("cells").resolve(cell));
    first.lines().forEach(line -> assertTrue(all.contains(sample(line)), line));
  }

  @Test
  void anAlgorithmIsRunAnewAndNothingIsThrownAway() throws IOException {
    run("--no-report");
    Console again = run("--fresh", "best-of-n", "--no-report");
    assertTrue(again.err().contains("40 trials to run, 100 kept"), again.err());
    try (Stream<Path> aside = Files.walk(out.resolve("aside"))) {
      assertEquals(2, aside.filter(f -> f.getFileName().toString().startsWith("trials-")).count());
    }
    assertEquals(0, Console.run("verify", out.toString()).code());
  }

  @Test
  void whatAPlanDoesNotHaveCannotBeChosen() {
    for (String[] wrong :
        new String[][] {
          {"--only", "smv", "did you mean 'smc'?"},
          {"--fresh", "best-of", "did you mean 'best-of-n'?"},
          {"--budget", "17", "no budget of 17; it has 8, 16"},
          {"--limit", "0", "limit must be at least 1"},
          {"--device", "tpu", "--device is cpu, gpu, gpu:N or auto, not 'tpu'"}
        }) {
      Console said = run(wrong[0], wrong[1]);
      assertEquals(2, said.code());
      assertTrue(said.err().contains(wrong[2]), said.err());
    }
    assertFalse(Files.exists(out));
  }

  @Test
  void theDoctorSaysWhereNetworksRunAndWhy() {
    String why = "built for the CPU; TILTBENCH_PROFILE=gpu builds with the CUDA libraries";
    Console usual = Console.run("doctor");
    assertEquals(0, usual.code(), usual.err());
    assertTrue(usual.out().contains("cpu: " + why), usual.out());
    assertTrue(usual.out().contains("network on cpu        right: "), usual.out());
    assertTrue(
        usual.out().contains("precision             float32 for denoisers of published folders"),
        usual.out());
    Console refused = Console.run("doctor", "--device", "gpu:1");
    assertEquals(2, refused.code());
    assertEquals("tiltbench: --device gpu:1: there is no such GPU; " + why + "\n", refused.err());
  }

  @Test
  void aPrecisionThatTheDeviceDoesNotHaveIsRefusedByName() throws IOException {
    String model = Path.of("..", "datasets/models/fashion-ddpm").toAbsolutePath().normalize() + "";
    Files.writeString(
        study,
        """
        study: half
        repetitions: 1
        count: 1
        seed: 1
        models:
          fashion:
            kind: network
            precision: [float32, float16]
            path: %1$s
            process: {kind: ddim, steps: 2, scheduler: %1$s/scheduler_config.json}
        verifiers: {v: {kind: jpeg}}
        beta: 1
        algorithms: [pretrained]
        budgets: {unit: nfe, per: sample, at: [2]}
        """
            .formatted(model));
    Console said = run("--device", "cpu");
    assertEquals(2, said.code());
    assertEquals(
        "tiltbench: "
            + study
            + ":6:3: fashion[precision=float16]: precision float16 takes a GPU; on the CPU it is"
            + " float32 or bfloat16\n",
        said.err());
    assertFalse(Files.exists(out));
  }

  private Console run(String... more) {
    List<String> arguments = new ArrayList<>(List.of("run", study.toString()));
    arguments.addAll(List.of("--out", out.toString()));
    arguments.addAll(List.of(more));
    return Console.run(arguments.toArray(new String[0]));
  }

  private List<Path> cells() throws IOException {
    try (Stream<Path> cells = Files.list(out.resolve("cells"))) {
      return cells.sorted().toList();
    }
  }

  private static String trials(Path cell) throws IOException {
    try (Stream<Path> files = Files.list(cell)) {
      Path file =
          files
              .filter(f -> f.getFileName().toString().startsWith("trials-"))
              .min(Comparator.naturalOrder())
              .orElseThrow();
      return Files.readString(file);
    }
  }

  private static String safely(Path cell) {
    try (Stream<Path> files = Files.list(cell)) {
      StringBuilder all = new StringBuilder();
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("trials-")).sorted().toList()) {
        all.append(Files.readString(file));
      }
      return all.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The samples of a line, without the time it took. */
  private static String sample(String line) {
    String from = line.substring(line.indexOf("\"samples\""));
    return from.substring(0, from.indexOf(']') + 1);
  }
}
