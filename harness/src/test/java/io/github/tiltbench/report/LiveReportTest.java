package io.github.tiltbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two cells of the committed quickstart, served. */
class LiveReportTest {
  private static final String STUDY = "quickstart";

  @TempDir Path place;
  private Path folder;

  @BeforeEach
  void copy() throws IOException {
    Path from = Path.of("..", "results", "reference", STUDY);
    folder = place.resolve("out");
    Files.createDirectories(folder.resolve("cells"));
    for (String file : List.of("plan.json", "study.yaml")) {
      Files.copy(from.resolve(file), folder.resolve(file));
    }
    try (Stream<Path> cells = Files.list(from.resolve("cells"))) {
      for (Path cell : cells.sorted().limit(2).toList()) {
        copy(cell, folder.resolve("cells").resolve(cell.getFileName()));
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private LiveReport open(Duration least) {
    return LiveReport.open(folder, LiveReport.place("0"), least, 0);
  }

  /** All that comes back on a connection of its own. */
  private static String answer(LiveReport live, String request, String host) throws IOException {
    try (Socket socket = new Socket(live.place().getAddress(), live.place().getPort())) {
      String head = request + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String get(LiveReport live, String path) throws IOException {
    return answer(live, "GET " + path, "localhost:" + live.place().getPort());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted().toList();
    }
  }

  @Test
  void thePageIsMadeOfWhatIsStoredAndReloadsItself() throws IOException {
    List<Path> before = files();
    try (LiveReport live = open(Duration.ZERO)) {
      String page = get(live, "/");
      assertTrue(page.startsWith("HTTP/1.1 200 "), page.substring(0, 40));
      assertTrue(page.matches("(?s).*\\nRefresh: \\d+\\r\\n.*"), "does not reload itself");
      assertTrue(page.contains("<h1>" + STUDY + "</h1>\n"), "not the page");
      assertTrue(page.contains("64 of 224 trials finished, 0 running, 0 failed."), "not so far");
      assertEquals(before, files(), "it wrote something");
    }
  }

  @Test
  void aPageIsKeptForATimeAndThenMadeAnew() throws IOException {
    try (LiveReport kept = LiveReport.open(folder, LiveReport.place("0"), Duration.ZERO, 1000);
        LiveReport fresh = open(Duration.ZERO)) {
      assertTrue(get(kept, "/").contains("64 of 224"));
      assertTrue(get(fresh, "/").contains("64 of 224"));
      forgetACell();
      assertTrue(get(kept, "/").contains("64 of 224"), "made again too soon");
      assertTrue(get(fresh, "/").contains("32 of 224"), "not what is stored");
    }
  }

  private void forgetACell() throws IOException {
    try (Stream<Path> cells = Files.list(folder.resolve("cells"))) {
      Files.move(cells.sorted().findFirst().orElseThrow(), place.resolve("forgotten"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/plan.json",
        "/../plan.json",
        "/..%2fplan.json",
        "/%2e%2e/plan.json",
        "//plan.json",
        "/./",
        "/cells/",
        "/?/../plan.json/x",
        "http://localhost/study.yaml"
      })
  void noRequestNamesAFile(String path) throws IOException {
    try (LiveReport live = open(Duration.ofMinutes(5))) {
      Files.delete(folder.resolve("plan.json")); // the page itself would be refused
      String said = get(live, path);
      int code = path.startsWith("/?") ? 503 : 404;
      assertTrue(said.startsWith("HTTP/1.1 " + code + " "), said);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"})
  void onlyGetIsAnswered(String method) throws IOException {
    try (LiveReport live = open(Duration.ofMinutes(5))) {
      String said = answer(live, method + " /", "localhost");
      assertTrue(said.startsWith("HTTP/1.1 405 "), said);
      assertTrue(said.contains("\nAllow: GET\r\n"), said);
    }
  }

  /** A site whose name leads to this machine reads nothing. */
  @Test
  void anotherSitesNameIsRefused() throws IOException {
    try (LiveReport live = open(Duration.ofMinutes(5))) {
      Files.delete(folder.resolve("plan.json"));
      for (String host : List.of("evil.example", "evil.example:80", "localhost.evil.example", "")) {
        assertTrue(answer(live, "GET /", host).startsWith("HTTP/1.1 421 "), host);
      }
      for (String host : List.of("localhost", "127.0.0.1:" + live.place().getPort(), "[::1]:80")) {
        assertTrue(answer(live, "GET /", host).startsWith("HTTP/1.1 503 "), host);
      }
    }
  }

  @Test
  void itListensToThisMachineAloneUnlessTold() {
    assertTrue(LiveReport.place("8080").getAddress().isLoopbackAddress());
    assertEquals("/127.0.0.1:8080", LiveReport.place("127.0.0.1:8080").toString());
    assertTrue(LiveReport.place("[::1]:0").getAddress().isLoopbackAddress());
    assertTrue(LiveReport.place("0.0.0.0:80").getAddress().isAnyLocalAddress());
    for (String wrong : List.of("", "x", "80800", "127.0.0.1", "::1", "a:b:80", ":80", "-1")) {
      String refusal =
          assertThrows(IllegalArgumentException.class, () -> LiveReport.place(wrong)).getMessage();
      assertTrue(refusal.contains("such as 8080 or 127.0.0.1:8080"), refusal);
    }
  }

  @Test
  void aPlaceThatIsTakenIsNamedAndAClosedOneIsFree() {
    LiveReport first = open(Duration.ZERO);
    InetSocketAddress taken = first.place();
    String refusal =
        assertThrows(IllegalArgumentException.class, () -> LiveReport.open(folder, taken))
            .getMessage();
    assertTrue(
        refusal.startsWith("nothing can be served at 127.0.0.1:" + taken.getPort()), refusal);
    assertFalse(refusal.contains("\n"), refusal);
    first.close();
    assertThrows(
        ConnectException.class, () -> new Socket(taken.getAddress(), taken.getPort()).close());
  }
}
