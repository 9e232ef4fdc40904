package io.github.tiltbench.report.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import io.github.tiltbench.report.HostileReport;
import io.github.tiltbench.report.figure.Charts;
import io.github.tiltbench.report.figure.PlotlyJson;
import io.github.tiltbench.report.summary.Fixture;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** Every text that a study can choose is hostile; none of it is rendered as anything but text. */
class EscapingTest {
  private static final List<String> MARKUP =
      List.of("<script>alert", "<img src=x", "\"'&amp;]]>", "</script>\"", "<!--");

  private static Path folder;
  private static String page;

  @BeforeAll
  static void report() throws IOException {
    folder = HostileReport.folder();
    page = Files.readString(folder.resolve("report.html"));
  }

  @Test
  void nothingIsMarkupInThePage() {
    String rest = OwnScripts.without(page);
    MARKUP.forEach(m -> assertFalse(rest.contains(m), m));
    assertTrue(rest.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    // what remains are blocks of data, which hold no mark-up at all
    Matcher blocks =
        Pattern.compile("<script type=\"application/json\" [^>]*>([^<>&]*)</script>").matcher(rest);
    int charts = 0;
    while (blocks.find()) {
      charts += JsonParser.parseString(blocks.group(1)).getAsJsonObject().has("panels") ? 1 : 0;
    }
    assertEquals(5, charts);
    assertEquals(5 + 1, rest.split("<script", -1).length - 1, "and the palette");
    assertEquals(5 + 1, rest.split("</script", -1).length - 1);
  }

  @Test
  void thePolicyKnowsTheTwoScriptsAndNothingElse() {
    Matcher policy = Pattern.compile("content=\"(default-src[^\"]*)\"").matcher(page);
    assertTrue(policy.find());
    assertEquals(
        "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src '"
            + PageScript.plotly().digest()
            + "' '"
            + PageScript.report().digest()
            + "'",
        policy.group(1));
    assertTrue(policy.start() < page.indexOf("<script"), "before any script");
  }

  @Test
  void tablesOfTheirOwnHaveNoScript() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("tables"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".html")).toList()) {
        String table = Files.readString(file);
        assertFalse(table.contains("<script") || table.contains("script-src"), file.toString());
        assertFalse(table.contains("<img src=x"), file.toString());
      }
    }
  }

  @Test
  void drawingsAreWellFormedAndHoldTheTextAsText() throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    DocumentBuilder builder = factory.newDocumentBuilder();
    try (Stream<Path> files = Files.list(folder.resolve("figures"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".svg")).toList()) {
        String svg = Files.readString(file);
        Document document = builder.parse(new InputSource(new StringReader(svg)));
        for (String element : List.of("script", "img", "a", "foreignObject")) {
          assertEquals(0, document.getElementsByTagName(element).getLength(), file.toString());
        }
        String text = document.getDocumentElement().getTextContent().replaceAll("\\s+", "");
        assertTrue(text.contains("<script>alert(1)</script>"), file + " " + text);
      }
    }
  }

  @Test
  void plotlyGetsNoMarkup() {
    String json = PlotlyJson.of(Charts.named(Fixture.HOSTILE)).toString();
    // titles of panels and entries of the legend are set by the page, as text
    String plotted =
        json.replaceAll("\"title\":\"(\\\\.|[^\"\\\\])*\"", "")
            .replaceAll("\"legend\":.*", "")
            .replaceAll("\"name\":\"(\\\\.|[^\"\\\\])*\"", "");
    assertFalse(Pattern.compile("<(?!/?b>|br>|/?extra>)").matcher(plotted).find(), plotted);
    assertTrue(plotted.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), plotted);
    assertFalse(plotted.contains("&amp;]]></"), plotted);
  }

  @Test
  void latexHasNoCommandOfAStudy() throws IOException {
    String tex = Files.readString(folder.resolve("tables/summary.tex"));
    assertFalse(tex.contains("\\input"), "a command");
    assertTrue(tex.contains("\\textbackslash{}input\\{x\\}"), tex);
  }
}
