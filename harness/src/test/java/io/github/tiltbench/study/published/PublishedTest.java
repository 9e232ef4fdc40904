package io.github.tiltbench.study.published;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.study.Toys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedTest {
  private static final Path DATA = Path.of("../datasets/published");
  private static final String HEADER = String.join(",", PublishedNumber.COLUMNS) + "\n";
  private static final String EARLY =
      "published: {file: ../datasets/published/svdd_table2_early_arxiv.csv, task: image-compress,"
          + " methods: {pretrained: Pre-Train, svdd: SVDD-PM}}\n";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<List<String>> fields(String text) {
    return CsvFile.parse("x.csv", bytes(text)).lines().stream().map(CsvFile.Line::fields).toList();
  }

  @Test
  void quotesEndsOfLinesAndBlankLines() {
    assertEquals(
        List.of(List.of("a", "b,\"c\"", ""), List.of("d\ne", "", "f")),
        fields("a,\"b,\"\"c\"\"\",\r\n\n\"d\ne\",,f"));
    CsvFile.Line last = CsvFile.parse("x.csv", bytes("\"a\nb\"\nc\n")).lines().get(1);
    assertEquals("x.csv:3:1", last.at().toString());
    last = CsvFile.parse("x.csv", bytes("a\r\n\r\n\r\nb\r\n")).lines().get(1);
    assertEquals("x.csv:4:1", last.at().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"a | x.csv:1:1: a quoted field does not end where it should",
        "b,\"a\"c | x.csv:1:1: a quoted field does not end where it should",
      })
  void brokenLinesAreRefused(String text, String wanted) {
    assertEquals(wanted, assertThrows(ConfigException.class, () -> fields(text)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "p,t,m,k,r,a,,q0.5,1 | x.csv:2:1: 9 fields for 12 columns",
        "p,t,,k,,a,,,1,,, | x.csv:2:1: metric is empty",
        "p,t,,k,,a,,q0.5,1,0.1,, | x.csv:2:1: half_width and half_width_kind go together",
        "p,t,,k,,a,,q0.5,1,x,printed, | x.csv:2:1: half_width must be a number, not 'x'",
        "p,t,,k,,a,,q0.5,1,1,printd, | x.csv:2:1: unknown half_width_kind 'printd'; did you mean"
            + " 'printed'?",
      })
  void badNumbersAreOneLineAtTheirPlace(String line, String wanted) {
    assertEquals(
        wanted,
        assertThrows(
                ConfigException.class, () -> PublishedTable.parse("x.csv", bytes(HEADER + line)))
            .getMessage());
  }

  @Test
  void otherFilesAndNumbersTwiceAreRefused() {
    assertTrue(
        assertThrows(ConfigException.class, () -> PublishedTable.parse("x.csv", bytes("a,b\n")))
            .getMessage()
            .startsWith(
                "x.csv:1:1: not a file of published numbers: its first line must be paper"));
    String line = "p,t,,k,,a,,q0.5,1,,,\n";
    assertEquals(
        "x.csv:3:1: the file has this q0.5 of 'a' twice",
        assertThrows(
                ConfigException.class,
                () -> PublishedTable.parse("x.csv", bytes(HEADER + line + line)))
            .getMessage());
  }

  @Test
  void quantilesOutOfOrderAreMarked() {
    List<PublishedNumber> numbers =
        PublishedTable.parse(
                "x.csv",
                bytes(
                    HEADER
                        + "p,t,,k,,a,,q0.5,-60.1,,,seen\n"
                        + "p,t,,k,,a,,q0.9,-61.2,,,\n"
                        + "p,t,,k,,b,,q0.5,-61.2,,,\n"
                        + "p,t,,k,,b,,q0.9,-61.2,,,\n"))
            .numbers();
    assertEquals(
        List.of(
            "seen; SUSPECT: out of order with q0.9, which is -61.2",
            "SUSPECT: out of order with q0.5, which is -60.1",
            "",
            ""),
        numbers.stream().map(PublishedNumber::note).toList());
  }

  /** All files that ship here; of their quantiles one pair alone is out of order. */
  @Test
  void whatShipsIsWellFormed() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(DATA)) {
      files = all.filter(f -> f.toString().endsWith(".csv")).sorted().toList();
    }
    assertTrue(files.size() >= 42, files::toString);
    List<String> suspects = new ArrayList<>();
    for (Path file : files) {
      PublishedTable.read(file).numbers().stream()
          .filter(n -> n.note().contains("out of order"))
          .forEach(n -> suspects.add(n.paper() + " " + n.method() + " " + n.metric()));
    }
    assertEquals(
        List.of(
            "arXiv:2408.08252 (early arXiv version) DPS q0.5",
            "arXiv:2408.08252 (early arXiv version) DPS q0.9"),
        suspects);
    String readme = Files.readString(DATA.resolve("README.md"));
    for (Path file : files) {
      String name = file.getFileName().toString().replace(".csv", "");
      assertTrue(
          readme.contains('`' + name + '`') || readme.contains(name.replace("noise_search", "`")),
          name + " is not in the README");
    }
  }

  @Test
  void numbersAreFoundForLabelsAndMetrics() {
    Study study = Toys.study(Toys.STUDY + EARLY);
    Published published = study.published().get(0);
    assertEquals("weigh", published.verifier());
    assertEquals(
        List.of(
            "pretrained q0.5 -101.4",
            "pretrained q0.9 -78.6",
            "svdd[alpha=0] q0.5 -51.1",
            "svdd[alpha=0] q0.9 -38.8",
            "svdd[alpha=0.1] q0.5 -51.1",
            "svdd[alpha=0.1] q0.9 -38.8"),
        published.entries().stream()
            .map(e -> e.algorithm() + " " + e.metric() + " " + e.number().value())
            .toList());
    String named =
        EARLY.replace("svdd: SVDD-PM}}", "'svdd[alpha=0.1]': SVDD-MC}, metrics: {mean: q0.5}}");
    assertEquals(
        "pretrained mean -101.4, svdd[alpha=0.1] mean -54.3",
        Toys.study(Toys.STUDY + named).published().get(0).entries().stream()
            .map(e -> e.algorithm() + " " + e.metric() + " " + e.number().value())
            .collect(Collectors.joining(", ")));
  }

  @Test
  void severalTablesAndJudges() {
    String both =
        "cross_rewards: [nothing]\n"
            + EARLY.replace("published: ", "published:\n  - ")
            + "  - {file: ../datasets/published/das_repo_eval_output.csv,"
            + " methods: {best-of-n: DAS}, metrics: {mean@nothing: hpsv2}}\n";
    List<Published> published = Toys.study(Toys.STUDY + both).published();
    assertEquals(2, published.size());
    assertEquals("mean@nothing", published.get(1).entries().get(0).metric());
  }

  @Test
  void publishedNumbersAndLayoutsAreNoPartOfACellsKey() {
    Plan plain = Toys.plan(Toys.STUDY);
    Plan more = Toys.plan(Toys.STUDY + EARLY + "layouts: [svdd]\n");
    assertEquals(
        plain.cells().stream().map(Cell::key).toList(),
        more.cells().stream().map(Cell::key).toList());
    assertEquals(List.of("svdd"), more.study().layouts());
    assertTrue(plain.study().layouts().isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "file: | fil: | s.yaml:18:13: unknown key 'fil' in published; did you mean 'file'?",
        "task: | tsk: | s.yaml:18:70: unknown key 'tsk' in published; did you mean 'task'?",
        "early_arxiv | ealy_arxiv | s.yaml:18:19: no file"
            + " '../datasets/published/svdd_table2_ealy_arxiv.csv'; did you mean",
        "image-compress | image-compres | s.yaml:18:76: no published number has the task"
            + " 'image-compres'; did you mean 'image-compress'?",
        "Pre-Train | Pretrain | s.yaml:18:114: no published number has the method 'Pretrain'; did"
            + " you mean 'Pre-Train'?",
        "pretrained: | pretraind: | s.yaml:18:102: the study has no algorithm 'pretraind'; did you"
            + " mean 'pretrained'?",
        "svdd: | svdd: SVDD-PM, 'svdd[alpha=0]': | s.yaml:18:140: methods means 'svdd[alpha=0]'"
            + " twice",
        "{pretrained: Pre-Train, svdd: SVDD-PM} | [svdd] | s.yaml:18:101: methods must be a mapping"
            + " from names",
        "methods: | verifier: wiegh, methods: | s.yaml:18:102: the study has no verifier 'wiegh';"
            + " did you mean 'weigh'?",
        "SVDD-PM} | SVDD-PM}, metrics: {q0.7: q0.5} | s.yaml:18:151: the study has no number"
            + " 'q0.7'; did you mean 'q0.5'?",
        "SVDD-PM} | SVDD-PM}, metrics: {mean: q0.7} | s.yaml:18:157: no published number has the"
            + " metric 'q0.7'; did you mean 'q0.5'?",
        "task: image-compress, | setting: '', | s.yaml:18:105: 2 published numbers are the q0.5 of"
            + " 'Pre-Train'; say which by task or reward",
        ", methods: {pretrained: Pre-Train, svdd: SVDD-PM}} | } | s.yaml:18:12: published needs"
            + " file and methods",
      })
  void badChoicesAreOneLineAtTheirPlace(String good, String bad, String wanted) {
    String yaml = Toys.STUDY + EARLY.replace(good, bad);
    String message = assertThrows(ConfigException.class, () -> Toys.plan(yaml)).getMessage();
    assertTrue(message.startsWith(wanted), message);
    assertFalse(message.contains("\n"), message);
  }

  @Test
  void settingsAndNamesThatNobodySharesAreRefused() {
    String texts =
        "published: {file: ../datasets/published/rbf_settings.csv, methods: {svdd: SVDD},"
            + " metrics: {mean: 'N, K'}}\n";
    assertTrue(
        assertThrows(ConfigException.class, () -> Toys.plan(Toys.STUDY + texts))
            .getMessage()
            .endsWith("the published value '2, 25' is not a number"));
    String none = texts.replace(", metrics: {mean: 'N, K'}", "");
    assertTrue(
        assertThrows(ConfigException.class, () -> Toys.plan(Toys.STUDY + none))
            .getMessage()
            .endsWith(
                "published needs metrics: the study and the file call none alike; the file has"
                    + " N, K"));
  }

  @Test
  void unknownLayoutsAreRefused() {
    assertEquals(
        "s.yaml:18:11: unknown layout 'sclaing'; did you mean 'scaling'?",
        assertThrows(ConfigException.class, () -> Toys.plan(Toys.STUDY + "layouts: [sclaing]\n"))
            .getMessage());
  }
}
