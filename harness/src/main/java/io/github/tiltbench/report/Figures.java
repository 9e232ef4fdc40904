package io.github.tiltbench.report;

import io.github.tiltbench.report.figure.Theme;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The figures of a report: PNG files by name, and the same as blocks of the page. */
final class Figures {
  private static final List<String> METRICS = List.of("q0.5", "q0.9");
  private static final int WIDTH = 900;
  private static final int HEIGHT = 480;
  private static final int NARROW = 420;
  private static final int NARROW_HEIGHT = 440;

  private final Results results;
  private final Gallery gallery;
  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final Set<String> taken = new HashSet<>();

  Figures(Results results) {
    this.results = results;
    this.gallery = new Gallery(results);
  }

  /** Name to content of every figure drawn so far. */
  Map<String, byte[]> files() {
    return files;
  }

  /** Curves of a contest. */
  List<Block> curves(Contest contest) {
    List<Block> blocks = new ArrayList<>();
    for (String metric : METRICS) {
      Curves.of(contest, metric)
          .ifPresent(
              figure -> {
                byte[] light = figure.png(Theme.LIGHT, WIDTH, HEIGHT);
                keep("curves", contest, metric, light);
                blocks.add(
                    new Block.Drawing(
                        "",
                        figure.title() + "; the numbers stand in the table",
                        light,
                        figure.png(Theme.DARK, WIDTH, HEIGHT),
                        figure.png(Theme.LIGHT, NARROW, NARROW_HEIGHT),
                        figure.png(Theme.DARK, NARROW, NARROW_HEIGHT)));
              });
    }
    return blocks;
  }

  /** Samples of a contest: side by side and by algorithm, or as points, at the largest budget. */
  List<Block> samples(Contest contest) {
    long budget = contest.largestBudget();
    List<PlanFile.Row> cells =
        results.plan().cells().stream()
            .filter(c -> c.model().equals(contest.model()))
            .filter(c -> c.verifier().equals(contest.verifier()))
            .filter(c -> c.at() == null || c.at() == budget)
            .toList();
    List<Block> blocks = new ArrayList<>(points(contest, cells));
    String at = budget > 0 ? " at budget " + budget : "";
    grid(contest, "all", "The first sample of each algorithm" + at, gallery.sideBySide(cells))
        .forEach(blocks::add);
    for (PlanFile.Row cell : cells) {
      String title = cell.label() + (cell.at() == null ? "" : at);
      grid(contest, cell.label(), title, gallery.pictures(cell)).forEach(blocks::add);
    }
    return blocks;
  }

  private List<Block> grid(Contest contest, String name, String title, List<PictureRow> rows) {
    if (rows.isEmpty()) {
      return List.of();
    }
    if (rows.get(0).pictures().get(0) instanceof Picture.Raster) {
      keep("samples", contest, name, new GridFigure(title, rows).png(Theme.LIGHT));
    }
    String guided = " (" + contest.verifier() + " on " + contest.model() + ")";
    return List.of(new Block.Samples(title + guided, rows));
  }

  private List<Block> points(Contest contest, List<PlanFile.Row> cells) {
    List<PointFigure.Panel> panels = new ArrayList<>();
    for (PlanFile.Row cell : cells) {
      List<double[]> points = gallery.points(cell);
      if (!points.isEmpty()) {
        int series = contest.algorithms().indexOf(cell.label());
        panels.add(new PointFigure.Panel(cell.label(), series, points));
      }
    }
    if (panels.isEmpty()) {
      return List.of();
    }
    PointFigure figure = new PointFigure(panels);
    byte[] light = figure.png(Theme.LIGHT, 3);
    keep("samples", contest, "points", light);
    return List.of(
        new Block.Drawing(
            "Samples of each algorithm at the largest budget, guided by "
                + contest.verifier()
                + " on "
                + contest.model(),
            "Points of each algorithm",
            light,
            figure.png(Theme.DARK, 3),
            figure.png(Theme.LIGHT, 1),
            figure.png(Theme.DARK, 1)));
  }

  private void keep(String kind, Contest contest, String name, byte[] png) {
    String base = kind + "-" + slug(contest.model() + "-" + contest.verifier() + "-" + name);
    String file = base;
    for (int i = 2; !taken.add(file.toLowerCase(Locale.ROOT)); i++) {
      file = base + "-" + i;
    }
    files.put(file + ".png", png);
  }

  /** A name that is a plain file name on every system. */
  static String slug(String text) {
    String plain = text.replaceAll("[^A-Za-z0-9.]+", "-").replaceAll("^[-.]+|[-.]+$", "");
    return plain.substring(0, Math.min(80, plain.length()));
  }
}
