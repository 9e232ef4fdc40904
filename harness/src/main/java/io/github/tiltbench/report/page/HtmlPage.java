package io.github.tiltbench.report.page;

import static io.github.tiltbench.report.page.HtmlTable.escape;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Blocks as one HTML page that needs nothing else: its style, its scripts and its pictures are
 * inside. Its policy forbids every request, and every script but its own two, which it has only if
 * there is a chart.
 */
public final class HtmlPage {
  private HtmlPage() {}

  /**
   * The page.
   *
   * @param title heading and title
   * @param blocks what stands below it
   */
  public static String render(String title, List<Block> blocks) {
    List<PageScript> scripts =
        charts(blocks) ? List.of(PageScript.plotly(), PageScript.report()) : List.of();
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'%s">
    <title>%s</title>
    <style>
    %s</style>
    </head>
    <body>
    <a class="skip" href="#content">Skip to the content</a>
    <main id="content" tabindex="-1">
    <h1>%s</h1>
    %s%s</main>
    %s</body>
    </html>
    """
        .formatted(
            policy(scripts),
            escape(title),
            PageScript.style(),
            HtmlTable.breakable(title),
            sections(blocks),
            all(blocks),
            scripts(scripts));
  }

  private static boolean charts(List<Block> blocks) {
    return blocks.stream().flatMap(HtmlPage::flat).anyMatch(b -> b instanceof Block.Figure);
  }

  private static Stream<Block> flat(Block block) {
    if (block instanceof Block.Section s) {
      return s.body().stream().flatMap(HtmlPage::flat);
    } else if (block instanceof Block.Folded f) {
      return f.body().stream().flatMap(HtmlPage::flat);
    }
    return Stream.of(block);
  }

  private static String policy(List<PageScript> scripts) {
    return scripts.isEmpty()
        ? ""
        : scripts.stream()
            .map(s -> "'" + s.digest() + "'")
            .collect(Collectors.joining(" ", "; script-src ", ""));
  }

  private static String scripts(List<PageScript> scripts) {
    return (scripts.isEmpty() ? "" : HtmlFigure.palette())
        + scripts.stream()
            .map(s -> "<script>" + s.text() + "</script>\n")
            .collect(Collectors.joining());
  }

  /** A list of the sections, where there are several. */
  private static String sections(List<Block> blocks) {
    List<Block.Section> sections =
        blocks.stream()
            .filter(b -> b instanceof Block.Section)
            .map(b -> (Block.Section) b)
            .toList();
    return sections.size() < 2
        ? ""
        : sections.stream()
            .map(s -> "<li>" + link(s.title()) + "</li>\n")
            .collect(
                Collectors.joining("", "<nav aria-label=\"Sections\"><ol>\n", "</ol></nav>\n"));
  }

  private static String link(String section) {
    return "<a href=\"#" + anchor(section) + "\">" + escape(section) + "</a>";
  }

  private static String anchor(String section) {
    return Slug.of(section).toLowerCase(Locale.ROOT);
  }

  private static String all(List<Block> blocks) {
    return blocks.stream().map(HtmlPage::block).collect(Collectors.joining());
  }

  private static String block(Block block) {
    if (block instanceof Block.Section s) {
      return "<section id=\""
          + anchor(s.title())
          + "\">\n<h2>"
          + escape(s.title())
          + "</h2>\n"
          + all(s.body())
          + "</section>\n";
    } else if (block instanceof Block.Text t) {
      return "<p>" + escape(t.text()) + "</p>\n";
    } else if (block instanceof Block.Jump j) {
      return "<p>" + escape(j.text()) + " " + link(j.section()) + "</p>\n";
    } else if (block instanceof Block.Warning w) {
      return "<p class=\"warning\">" + escape(w.text()) + "</p>\n";
    } else if (block instanceof Block.Bullets b) {
      return b.items().stream()
          .map(i -> "<li>" + escape(i) + "</li>\n")
          .collect(Collectors.joining("", "<ul>\n", "</ul>\n"));
    } else if (block instanceof Block.Tabular t) {
      return HtmlTable.render(t.table());
    } else if (block instanceof Block.Figure f) {
      return HtmlFigure.chart(f);
    } else if (block instanceof Block.Samples s) {
      return HtmlFigure.samples(s);
    } else if (block instanceof Block.Folded f) {
      return "<details>\n<summary>"
          + HtmlTable.breakable(f.title())
          + "</summary>\n"
          + all(f.body())
          + "</details>\n";
    } else if (block instanceof Block.Facts f) {
      return f.facts().stream()
          .map(x -> "<dt>" + escape(x.name()) + "</dt><dd>" + escape(x.value()) + "</dd>\n")
          .collect(Collectors.joining("", "<dl>\n", "</dl>\n"));
    }
    return "<pre tabindex=\"0\">" + escape(((Block.Code) block).text()) + "</pre>\n";
  }
}
