package io.github.tiltbench.report.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tiltbench.report.HostileReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page in a browser without a screen, as wide as a phone and as a desk; left out where there is
 * no Chromium.
 */
class PageTest {
  private static final String FRAMES =
      """
      <!DOCTYPE html>
      <body>
      <script>
      addEventListener('message', (e) => {
        const pre = document.createElement('pre');
        pre.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(e.data))));
        document.body.append(pre);
      });
      </script>
      <iframe src="page.html" width="390" height="844"></iframe>
      <iframe src="page.html" width="1280" height="800"></iframe>
      </body>
      """;

  @TempDir static Path folder;
  private static Programs.Outcome outcome;
  private static String log;

  @BeforeAll
  static void browse() throws Exception {
    Optional<Path> chromium = Programs.find("chromium", "chromium-browser", "google-chrome");
    assumeTrue(chromium.isPresent(), "there is no Chromium");
    Path report = HostileReport.folder().resolve("report.html");
    Files.writeString(folder.resolve("page.html"), probed(Files.readString(report)));
    Files.writeString(folder.resolve("frames.html"), FRAMES);
    outcome =
        Programs.run(
            folder,
            120,
            chromium.get().toString(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-sync",
            "--user-data-dir=" + folder.resolve("profile"),
            "--window-size=1400,1700",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--log-net-log=" + folder.resolve("net.json"),
            "--enable-logging=stderr",
            "--virtual-time-budget=20000",
            "--dump-dom",
            folder.resolve("frames.html").toUri().toString());
    log = outcome.errors();
  }

  /** The page with the probe in it and known to its policy. */
  private static String probed(String page) throws IOException {
    PageScript probe;
    try (var in = PageTest.class.getResourceAsStream("probe.js")) {
      probe = new PageScript(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
    return page.replace("script-src ", "script-src '" + probe.digest() + "' ")
        .replace("</body>", "<script>" + probe.text() + "</script>\n</body>");
  }

  private static JsonObject measured(int width) {
    Matcher found = Pattern.compile("<pre>([A-Za-z0-9+/=]+)</pre>").matcher(outcome.output());
    while (found.find()) {
      String json = new String(Base64.getDecoder().decode(found.group(1)), StandardCharsets.UTF_8);
      JsonObject measured = JsonParser.parseString(json).getAsJsonObject();
      if (measured.get("width").getAsInt() == width) {
        return measured;
      }
    }
    throw new AssertionError("nothing measured at " + width + ": " + log);
  }

  @Test
  void onAPhone() {
    check(measured(390));
  }

  @Test
  void onADesk() {
    check(measured(1280));
  }

  private static void check(JsonObject measured) {
    assertEquals("[]", measured.get("problems").toString());
    assertEquals(5, measured.get("charts").getAsInt());
    assertEquals(measured.get("plots").getAsInt(), measured.get("drawn").getAsInt());
    // of 4 algorithms each has a band and a line, and three have points
    assertEquals(11, measured.get("traces").getAsInt());
    assertEquals(2, measured.get("hidden").getAsInt(), "a click hides the first algorithm");
    assertEquals("false", measured.get("pressed").getAsString());
    assertTrue(measured.get("focusable").getAsBoolean());
    assertEquals(0, measured.get("broken").getAsInt());
  }

  @Test
  void theConsoleStaysEmpty() {
    measured(390);
    assertFalse(log.contains("CONSOLE"), log);
  }

  /**
   * The browser notes every address it asks for and on whose behalf; what it asks for itself, such
   * as its own updates, is "not an origin" and not the page's.
   */
  @Test
  void nothingOutsideIsAskedFor() throws IOException {
    measured(390);
    TreeSet<String> asked = new TreeSet<>();
    JsonArray events =
        JsonParser.parseString(Files.readString(folder.resolve("net.json")))
            .getAsJsonObject()
            .getAsJsonArray("events");
    for (JsonElement event : events) {
      JsonElement params = event.getAsJsonObject().get("params");
      if (params != null
          && params.getAsJsonObject().has("initiator")
          && !params.getAsJsonObject().get("initiator").getAsString().equals("not an origin")) {
        asked.add(params.getAsJsonObject().get("url").getAsString());
      }
    }
    asked.removeIf(u -> u.matches("(file|data|blob):.*"));
    assertEquals(new TreeSet<String>(), asked);
  }
}
