package io.github.tiltbench.report;

import static io.github.tiltbench.report.HtmlTable.escape;

import io.github.tiltbench.report.figure.Png;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Blocks as one HTML page that needs nothing else: its style is inside, its pictures are data, it
 * has no script, and its policy forbids every request.
 */
final class HtmlPage {
  private static final int THUMBNAIL = 160;

  private HtmlPage() {}

  /**
   * The page.
   *
   * @param title heading and title
   * @param blocks what stands below it
   */
  static String render(String title, List<Block> blocks) {
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
        <title>%s</title>
        <style>
        %s</style>
        </head>
        <body>
        <main>
        <h1>%s</h1>
        %s</main>
        </body>
        </html>
        """
        .formatted(escape(title), style(), escape(title), all(blocks));
  }

  private static String all(List<Block> blocks) {
    return blocks.stream().map(HtmlPage::block).collect(Collectors.joining());
  }

  private static String block(Block block) {
    if (block instanceof Block.Section s) {
      return "<section>\n<h2>" + escape(s.title()) + "</h2>\n" + all(s.body()) + "</section>\n";
    } else if (block instanceof Block.Text t) {
      return "<p>" + escape(t.text()) + "</p>\n";
    } else if (block instanceof Block.Warning w) {
      return "<p class=\"warning\">" + escape(w.text()) + "</p>\n";
    } else if (block instanceof Block.Bullets b) {
      return b.items().stream()
          .map(i -> "<li>" + escape(i) + "</li>\n")
          .collect(Collectors.joining("", "<ul>\n", "</ul>\n"));
    } else if (block instanceof Block.Tabular t) {
      return HtmlTable.render(t.table());
    } else if (block instanceof Block.Drawing d) {
      return drawing(d);
    } else if (block instanceof Block.Samples s) {
      return samples(s);
    } else if (block instanceof Block.Facts f) {
      return f.facts().stream()
          .map(x -> "<dt>" + escape(x.name()) + "</dt><dd>" + escape(x.value()) + "</dd>\n")
          .collect(Collectors.joining("", "<dl>\n", "</dl>\n"));
    }
    return "<pre>" + escape(((Block.Code) block).text()) + "</pre>\n";
  }

  private static String drawing(Block.Drawing d) {
    String dark = "(prefers-color-scheme: dark)";
    String narrow = "(max-width: 640px)";
    return "<figure class=\"drawing\"><picture>\n"
        + source("screen and " + narrow + " and " + dark, d.narrowDark())
        + source("screen and " + narrow, d.narrow())
        + source("screen and " + dark, d.dark())
        + "<img src=\""
        + data(d.light())
        + "\" alt=\""
        + escape(d.alternative())
        + "\">\n</picture>"
        + (d.caption().isEmpty() ? "" : "<figcaption>" + escape(d.caption()) + "</figcaption>")
        + "</figure>\n";
  }

  private static String source(String media, byte[] png) {
    return "<source media=\"" + media + "\" srcset=\"" + data(png) + "\">\n";
  }

  private static String samples(Block.Samples samples) {
    StringBuilder out = new StringBuilder();
    out.append("<h3>").append(escape(samples.title())).append("</h3>\n");
    for (PictureRow row : samples.rows()) {
      out.append("<div class=\"samples\"><p>").append(escape(row.label())).append("</p><div>\n");
      row.pictures().forEach(p -> out.append(tile(p)));
      out.append("</div></div>\n");
    }
    return out.toString();
  }

  private static String tile(Picture picture) {
    String inside =
        picture instanceof Picture.Raster r
            ? "<img src=\"" + data(Png.encode(r.image(THUMBNAIL))) + "\" alt=\"sample\">"
            : "<code>" + escape(((Picture.Text) picture).text()) + "</code>";
    return "<figure>"
        + inside
        + "<figcaption>"
        + HtmlTable.breakable(picture.caption())
        + "</figcaption></figure>\n";
  }

  private static String data(byte[] png) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }

  private static String style() {
    try (InputStream in = HtmlPage.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // part of the program
    }
  }
}
