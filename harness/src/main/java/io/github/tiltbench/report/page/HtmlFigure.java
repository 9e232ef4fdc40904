package io.github.tiltbench.report.page;

import static io.github.tiltbench.report.page.HtmlTable.escape;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import io.github.tiltbench.report.figure.PlotlyJson;
import io.github.tiltbench.report.figure.Png;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Charts and samples in HTML.
 *
 * <p>A chart is a drawing, which needs no script and is what gets printed, beside the same as data,
 * from which the page's script makes an interactive one.
 */
final class HtmlFigure {
  private static final int THUMBNAIL = 160;
  private static final int TALL = 600;

  /** Escapes all that could end a script element or be taken for mark-up. */
  private static final Gson GSON = new Gson();

  private HtmlFigure() {}

  static String chart(Block.Figure figure) {
    String title = escape(figure.chart().title());
    String caption = figure.chart().caption();
    return "<figure class=\"chart\"><h3>"
        + HtmlTable.breakable(figure.chart().title())
        + "</h3>\n<div class=\"still\">\n"
        + image("light", figure.light(), figure)
        + image("dark", figure.dark(), figure)
        + "</div>\n<div class=\"live\" role=\"group\" aria-label=\""
        + title
        + "\" hidden></div>\n<figcaption>"
        + (caption.isEmpty() ? "" : escape(caption) + " ")
        + files(figure.chart().name())
        + "</figcaption>\n"
        + data("class=\"data\"", PlotlyJson.of(figure.chart()))
        + "</figure>\n";
  }

  /** One of two drawings; the style shows that which suits, and on paper always the light one. */
  private static String image(String theme, String svg, Block.Figure figure) {
    return "<img class=\""
        + theme
        + "\" src=\""
        + svg(svg)
        + "\" alt=\""
        + escape(figure.chart().alternative())
        + "\">\n";
  }

  /** What stands for each colour on a dark page. */
  static String palette() {
    return data("id=\"palette\"", PlotlyJson.dark());
  }

  private static String data(String attribute, JsonElement json) {
    return "<script type=\"application/json\" "
        + attribute
        + ">"
        + GSON.toJson(json)
        + "</script>\n";
  }

  private static String files(String name) {
    return "<span class=\"files\">Files: figures/"
        + escape(name)
        + ".svg, figures/"
        + escape(name)
        + ".png</span>";
  }

  static String samples(Block.Samples samples) {
    StringBuilder out = new StringBuilder();
    out.append("<h3>").append(HtmlTable.breakable(samples.title())).append("</h3>\n");
    for (PictureRow row : samples.rows()) {
      out.append("<div class=\"samples\"><p>").append(escape(row.label())).append("</p><div>\n");
      row.pictures().forEach(p -> out.append(tile(p, row.label())));
      out.append("</div></div>\n");
    }
    if (!samples.file().isEmpty()) {
      out.append("<p class=\"note\">").append(files(samples.file())).append("</p>\n");
    }
    return out.toString();
  }

  private static String tile(Picture picture, String prompt) {
    String inside =
        picture instanceof Picture.Raster r
            ? "<img src=\"data:image/png;base64,"
                + Base64.getEncoder().encodeToString(Png.encode(r.image(THUMBNAIL)))
                + "\" alt=\""
                + escape("sample for " + prompt)
                + "\">"
            : text((Picture.Text) picture);
    return "<figure>"
        + inside
        + "<figcaption>"
        + HtmlTable.breakable(picture.caption())
        + "</figcaption></figure>\n";
  }

  /**
   * A text that wraps; one that would fill a screen scrolls, by keys as well. A drawing is an
   * image, in which no script runs and from which nothing is fetched.
   */
  private static String text(Picture.Text text) {
    boolean tall = text.given().length() + text.written().length() > TALL;
    String whole =
        (text.given().isEmpty() ? "" : "<mark>" + escape(text.given()) + "</mark>")
            + escape(text.written());
    String reach =
        tall
            ? " tabindex=\"0\" role=\"region\" aria-label=\""
                + escape("text of the sample, " + text.caption().lines().findFirst().orElse(""))
                + "\""
            : "";
    String drawing =
        text.drawing()
            .map(
                d -> "<img class=\"drawing\" src=\"" + svg(d) + "\" alt=\"drawing of the sample\">")
            .orElse("");
    return drawing
        + "<p class=\"text\""
        + reach
        + ">"
        + (whole.isBlank() ? "<em>empty</em>" : whole)
        + "</p>";
  }

  private static String svg(String text) {
    return "data:image/svg+xml;base64,"
        + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
