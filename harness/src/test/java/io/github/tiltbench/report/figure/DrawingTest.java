package io.github.tiltbench.report.figure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class DrawingTest {
  private static final Chart CHART = Charts.named("name");

  private static JsonObject trace(int panel, int trace) {
    return panel(panel).getAsJsonArray("traces").get(trace).getAsJsonObject();
  }

  private static JsonObject panel(int panel) {
    return PlotlyJson.of(CHART).getAsJsonArray("panels").get(panel).getAsJsonObject();
  }

  @Test
  void plotlyHasTheNumbers() {
    assertEquals("[1,2,8,8,2,1]", trace(0, 0).get("x").toString());
    assertEquals("[0,1,2,5,2.5,1]", trace(0, 0).get("y").toString());
    assertEquals("[0.25,null,4.125]", trace(0, 1).get("y").toString());
    JsonObject points = trace(0, 2);
    assertEquals("[0.5,1.5,4.125]", points.get("y").toString());
    assertEquals("[0.5,0.5,0.375]", points.getAsJsonObject("error_y").get("array").toString());
    assertEquals(
        "[0.125,0.25,0.125]", points.getAsJsonObject("error_y").get("arrayminus").toString());
    assertEquals("[[0,1],[2,3],[1,0]]", trace(1, 0).get("z").toString());
    assertEquals("[0.25,0.75]", trace(1, 1).get("x").toString());
    assertEquals("[1,0.5]", trace(1, 1).get("y").toString());
    JsonObject layout = panel(0).getAsJsonObject("layout");
    assertEquals("log", layout.getAsJsonObject("xaxis").get("type").getAsString());
    assertEquals("[1,8]", layout.getAsJsonObject("xaxis").get("tickvals").toString());
    JsonArray range = layout.getAsJsonObject("xaxis").getAsJsonArray("range");
    assertTrue(range.get(0).getAsDouble() < 0 && range.get(1).getAsDouble() > Math.log10(8));
    JsonObject mark = layout.getAsJsonArray("shapes").get(0).getAsJsonObject();
    assertEquals(4, mark.get("x0").getAsDouble());
    JsonObject note = layout.getAsJsonArray("annotations").get(0).getAsJsonObject();
    assertEquals(Math.log10(4), note.get("x").getAsDouble(), 1e-12);
  }

  /** Every colour has its counterpart, and a series is one colour wherever it is drawn. */
  @Test
  void coloursFollowTheThemeAndTheSeries() {
    JsonObject dark = PlotlyJson.dark();
    Matcher colours =
        Pattern.compile("\"(?:color|fillcolor)\":\"([^\"]+)\"")
            .matcher(PlotlyJson.of(CHART).toString());
    int found = 0;
    while (colours.find()) {
      assertTrue(dark.has(colours.group(1)), colours.group(1));
      found++;
    }
    assertTrue(found >= 7, "colours: " + found);
    String line = trace(0, 1).getAsJsonObject("line").get("color").getAsString();
    assertEquals("#d55e00", line);
    assertEquals(line, trace(0, 2).getAsJsonObject("marker").get("color").getAsString());
  }

  /**
   * On an axis by ratios 2 stands a third of the way from 1 to 8; on a linear one 1.5 of .5 to
   * 4.125.
   */
  @Test
  void drawnWhereTheNumbersAre() {
    Panel plain =
        new Panel(
            "",
            Axis.log2("x", List.of()).within(1, 8),
            Axis.linear("y").within(0, 4),
            List.of(Layer.Line.of("", 0, new double[] {1, 2, 8}, new double[] {0, 1, 4})));
    String svg = new Drawing(Chart.of("c", "t", "", "", plain), 720, false).svg(Theme.LIGHT);
    Matcher path =
        Pattern.compile(
                "<path d=\"M([\\d.]+) ([\\d.]+) L([\\d.]+) ([\\d.]+) L([\\d.]+) ([\\d.]+)\"")
            .matcher(svg);
    assertTrue(path.find(), svg);
    double[] at = new double[6];
    Arrays.setAll(at, i -> Double.parseDouble(path.group(i + 1)));
    assertEquals(at[0] + (at[4] - at[0]) / 3, at[2], 0.02);
    assertEquals(at[1] + (at[5] - at[1]) / 4, at[3], 0.02);
    assertTrue(at[5] < at[1], "up is more");
  }

  @Test
  void textIsText() {
    String svg = new Drawing(Charts.named("Some name"), 720, true).svg(Theme.LIGHT);
    assertTrue(svg.contains(">Some name</text"), svg);
    assertTrue(svg.contains("xlink:href=\"data:image/png;base64,"), "the shading is inside");
  }

  @Test
  void sameChartSameBytes() {
    for (int width : new int[] {300, 720}) {
      Drawing drawing = new Drawing(CHART, width, true);
      assertArrayEquals(drawing.png(Theme.DARK), drawing.png(Theme.DARK));
      assertEquals(drawing.svg(Theme.DARK), drawing.svg(Theme.DARK));
    }
  }

  /** A dot of a cloud is seen, and stands at its place. */
  @Test
  void cloudsAreDrawn() throws IOException {
    Panel panel =
        new Panel(
            "",
            Axis.linear("").within(0, 2),
            Axis.linear("").within(0, 2),
            List.of(Layer.Points.cloud("", 0, new double[] {1}, new double[] {1})));
    byte[] png = new Drawing(Chart.of("c", "", "", "", panel), 300, false).png(Theme.LIGHT);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    int blue = 0;
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        int rgb = image.getRGB(x, y);
        blue += (rgb & 255) - (rgb >> 16 & 255) > 60 ? 1 : 0;
      }
    }
    assertTrue(blue > 15 && blue < 80, "blue pixels: " + blue);
  }

  @Test
  void labelsArePartedNotCut() {
    String label = "svdd[alpha=0.1,value=monte-carlo] extraordinarilylongword";
    for (int room : new int[] {1, 5, 12, 100}) {
      List<String> lines = Labels.wrap(label, room, String::length);
      assertEquals(label.replace(" ", ""), String.join("", lines).replace(" ", ""));
      assertTrue(lines.stream().allMatch(l -> l.length() <= room), lines::toString);
    }
    assertEquals(
        List.of("svdd[value=", "monte-carlo]"),
        Labels.wrap("svdd[value=monte-carlo]", 14, String::length));
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    double[] two = new double[2];
    double[] three = new double[3];
    assertThrows(IllegalArgumentException.class, () -> Layer.Line.of("", 0, two, three));
    assertThrows(IllegalArgumentException.class, () -> new Layer.Histogram("", 0, three, three));
    assertThrows(IllegalArgumentException.class, () -> Axis.linear("").within(1, 1));
    assertThrows(IllegalArgumentException.class, () -> Axis.log2("", List.of()).within(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new Chart("", "", "", "", List.of()));
  }

  @Test
  void histogramsHaveMassOneWithWhatLiesBeyond() {
    Layer.Histogram h = Layer.Histogram.of("", 0, new double[] {0, 0.5, 1, 9}, 4, 0, 1);
    assertArrayEquals(new double[] {1, 0, 1, 1}, h.density(), 1e-12);
  }
}
