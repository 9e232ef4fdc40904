package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code status} and {@code run --serve}, beside processes that run. */
class StatusCommandTest {
  private static final String STUDY =
      """
      study: watched
      seed: 3
      repetitions: %d
      count: 4
      prompts: [a, b]
      models:
        m: {kind: gaussian, mean: [0], variance: [1], process: {kind: ddim, steps: 20, eta: 1}}
      verifiers: {r: {kind: faulty, fault: %s}}
      beta: 1
      algorithms: [pretrained, best-of-n, smc]
      budgets: {unit: nfe, per: sample, at: [%d, %d]}
      """;

  @TempDir Path folder;
  private Path study;
  private Path out;

  @BeforeEach
  void places() {
    study = folder.resolve("watched.yaml");
    out = folder.resolve("out");
  }

  private void write(int repetitions, String fault) throws IOException {
    Files.writeString(study, STUDY.formatted(repetitions, fault, 80, 400));
  }

  /** Minutes of trials that take some hundredths of a second. */
  private void writeLong() throws IOException {
    Files.writeString(study, STUDY.formatted(400, "slope", 20_000, 40_000));
  }

  private JsonObject status(int code) {
    Console said = Console.run("status", out.toString(), "--json");
    assertEquals(code, said.code(), said.err());
    return JsonParser.parseString(said.out()).getAsJsonObject();
  }

  @Test
  void aFinishedStudyAndOneWithFailures() throws IOException {
    write(3, "slope");
    Console.run("run", study.toString(), "--out", out.toString(), "--no-report", "--limit", "1");
    JsonObject part = status(0);
    assertEquals(30, part.get("planned").getAsInt());
    assertEquals(30, part.get("finished").getAsInt(), "a cohort is not divided");
    Console said = Console.run("status", out.toString());
    assertTrue(said.out().startsWith("watched: 30 of 30 trials finished"), said.out());
    assertTrue(said.out().contains("Reward r on m"), said.out());
    write(3, "undefined");
    Path other = folder.resolve("other");
    Console.run("run", study.toString(), "--out", other.toString(), "--no-report");
    out = other;
    JsonObject failed = status(1);
    assertEquals(15, failed.get("failed").getAsInt(), "those of prompt b");
    assertEquals(15, failed.get("finished").getAsInt());
    JsonObject cell = failed.getAsJsonArray("cells").get(0).getAsJsonObject();
    assertEquals(3, cell.get("failed").getAsInt());
    assertEquals(0, failed.getAsJsonArray("processes").size(), "a process that is done is silent");
  }

  @Test
  void twoPartsAreWatchedWhileTheyWriteAndAfterOneIsKilled() throws Exception {
    writeLong();
    Process first = part("0/2");
    Process second = part("1/2");
    try {
      JsonObject both = awaited(s -> s.getAsJsonArray("processes").size() == 2 && moves(s));
      assertTrue(both.get("running").getAsInt() > 0, both.toString());
      assertTrue(both.get("seconds_left").getAsDouble() > 1, both.toString());
      assertTrue(both.getAsJsonArray("table").size() > 0, "no numbers so far");
      first.destroyForcibly().waitFor();
      String said = Console.run("status", out.toString()).out().replaceAll("\\s+", " ");
      assertTrue(said.contains("part 0/2: ") && said.contains("ended before it was done"), said);
      assertTrue(said.contains(" NFE/s by 1 process, about "), said);
    } finally {
      first.destroyForcibly().waitFor();
      second.destroyForcibly().waitFor();
    }
    JsonObject none = status(0);
    assertEquals(0, none.get("running").getAsInt());
    assertTrue(none.get("seconds_left").isJsonNull());
  }

  private interface Condition {
    boolean holds(JsonObject status);
  }

  private static boolean moves(JsonObject status) {
    return status.get("nfe_per_second").getAsDouble() > 0
        && !status.get("seconds_left").isJsonNull();
  }

  private JsonObject awaited(Condition condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (true) {
      if (Files.exists(out.resolve("plan.json"))) {
        JsonObject status = status(0);
        if (condition.holds(status)) {
          return status;
        }
      }
      assertTrue(System.nanoTime() < end, "nothing happens");
      Thread.sleep(200);
    }
  }

  private Process part(String shard) throws IOException {
    return child("--shard", shard);
  }

  private Process child(String... more) throws IOException {
    List<String> command =
        Stream.concat(
                Stream.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    "run",
                    study.toString(),
                    "--out",
                    out.toString(),
                    "--workers",
                    "1",
                    "--no-report"),
                Stream.of(more))
            .toList();
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.to(folder.resolve("err").toFile()))
        .start();
  }

  @Test
  void aRunServesItsReportIfAskedTo() throws Exception {
    writeLong();
    Process child = child("--serve", "127.0.0.1:0");
    try {
      Pattern url = Pattern.compile("report while it runs: (http://127\\.0\\.0\\.1:\\d+/)\n");
      awaited(s -> s.get("finished").getAsInt() > 0);
      Matcher said = url.matcher(Files.readString(folder.resolve("err")));
      assertTrue(said.find(), Files.readString(folder.resolve("err")));
      HttpResponse<String> page =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(said.group(1))).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertEquals(200, page.statusCode(), page.body());
      assertTrue(page.body().contains("<h1>watched</h1>"), "not the page");
      assertTrue(page.body().contains(" NFE/s by 1 process"), "does not say that it runs");
    } finally {
      child.destroyForcibly().waitFor();
    }
    assertFalse(Files.exists(out.resolve("report.html")), "the page is not written");
  }

  @Test
  void nothingIsRunWhereNothingCanBeServed() throws IOException {
    write(3, "slope");
    Console said = Console.run("run", study.toString(), "--out", out.toString(), "--serve", "here");
    assertEquals(2, said.code());
    assertTrue(said.err().contains("such as 8080 or 127.0.0.1:8080, not at 'here'"), said.err());
    assertFalse(Files.exists(out));
  }
}
