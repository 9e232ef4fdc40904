package io.github.tiltbench.report;

import io.github.tiltbench.config.OwnFiles;
import io.github.tiltbench.report.page.Block;
import io.github.tiltbench.report.page.HtmlPage;
import io.github.tiltbench.report.page.Latex;
import io.github.tiltbench.report.page.Markdown;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Terminal;
import io.github.tiltbench.report.page.Written;
import io.github.tiltbench.report.plot.Drawings;
import io.github.tiltbench.report.summary.Summary;
import io.github.tiltbench.report.table.Excerpts;
import io.github.tiltbench.report.table.View;
import io.github.tiltbench.report.table.Views;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes everything that is derived from a result folder, and puts it there. */
public final class Report {
  private static final String FIGURES =
      "((curves|densities|growth|health|medians|rewards|samples|standings|trajectory)(-.*)?|ranking)"
          + "\\.(png|svg)";

  private Report() {}

  /**
   * Writes {@code tables/}, {@code figures/}, {@code report.html} and {@code report.txt} anew,
   * never through a link.
   *
   * @throws StoreException if the folder cannot be read or written
   */
  public static Written write(Path folder) {
    Optional<Imprint> imprint = Imprint.of(folder); // before: what comes meanwhile is not in it
    return write(Results.read(folder), imprint);
  }

  /**
   * The report that lies in a folder if it is made of what the folder holds, by this program, for a
   * terminal like this one; else as {@link #write}.
   */
  public static Written current(Path folder) {
    return Imprint.of(folder).flatMap(i -> i.report(folder)).orElseGet(() -> write(folder));
  }

  static Written write(Results results) {
    return write(results, Optional.empty());
  }

  private static Written write(Results results, Optional<Imprint> imprint) {
    Path folder = results.folder();
    try {
      Path page = folder.resolve("report.html");
      OwnFiles.require(page);
      Imprint.remove(folder); // a report that is half made is made of nothing
      Path tables = OwnFiles.folder(folder.resolve("tables"));
      Path figures = OwnFiles.folder(folder.resolve("figures"));
      Findings findings = Findings.of(results);
      Drawings drawn = drawn(findings);
      writeTables(tables, findings);
      OwnFiles.delete(figures, name -> name.matches(FIGURES) && !drawn.files().containsKey(name));
      for (Map.Entry<String, byte[]> figure : drawn.files().entrySet()) {
        OwnFiles.write(figures.resolve(figure.getKey()), figure.getValue());
      }
      List<String> faults = findings.faults().found();
      OwnFiles.write(
          page, HtmlPage.render(results.plan().study(), Page.told(faults, drawn.blocks())));
      String terminal = terminal(findings);
      if (imprint.isPresent() && faults.isEmpty()) {
        imprint.get().put(folder, terminal);
      }
      return new Written(page, terminal, faults);
    } catch (IOException e) {
      throw StoreException.of(folder, "the report cannot be written", e);
    }
  }

  private static Drawings drawn(Findings findings) {
    return Drawings.of(new Page(findings).blocks(), findings.faults());
  }

  /**
   * The page alone, as it would be written now, below a sentence on how far the study has come.
   *
   * @throws StoreException if the folder cannot be read
   */
  static String page(Results results, String standing) {
    Findings findings = Findings.of(results);
    List<Block> blocks = Page.told(findings.faults().found(), drawn(findings).blocks());
    return HtmlPage.render(
        results.plan().study(),
        Stream.concat(Stream.of(new Block.Text(standing)), blocks.stream()).toList());
  }

  private static void writeTables(Path tables, Findings findings) throws IOException {
    List<Table> summary = findings.summaries().stream().flatMap(s -> s.all().stream()).toList();
    String csv = Summary.csv(findings.results().plan(), findings.rows());
    List<View> views =
        Stream.of(
                Stream.of(new View("summary", summary, csv)),
                findings.views().all().stream(),
                Excerpts.view(findings.results().plan(), findings.excerpts()).stream())
            .flatMap(v -> v)
            .toList();
    OwnFiles.write(
        tables.resolve("summary.json"), Summary.json(findings.results().plan(), findings.rows()));
    List<String> names = views.stream().map(View::name).toList();
    OwnFiles.delete(
        tables,
        file ->
            Views.names().stream()
                .filter(name -> !names.contains(name))
                .anyMatch(name -> file.matches(name + "\\.(csv|md|tex|html)")));
    for (View view : views) {
      Path file = tables.resolve(view.name());
      OwnFiles.write(file.resolveSibling(view.name() + ".csv"), view.csv());
      OwnFiles.write(file.resolveSibling(view.name() + ".md"), rendered(view, Markdown::render));
      OwnFiles.write(file.resolveSibling(view.name() + ".tex"), rendered(view, Latex::render));
      List<Block> blocks = view.tables().stream().<Block>map(Block.Tabular::new).toList();
      OwnFiles.write(
          file.resolveSibling(view.name() + ".html"),
          HtmlPage.render(findings.results().plan().study(), blocks));
    }
  }

  private static String rendered(View view, Function<Table, String> form) {
    return view.tables().stream().map(form).collect(Collectors.joining("\n"));
  }

  private static String terminal(Findings findings) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < findings.tasks().size(); i++) {
      findings.summaries().get(i).all().stream()
          .limit(1)
          .forEach(t -> out.append(Terminal.render(t, Terminal.columns())).append('\n'));
      say(out, findings.answers().get(i).text());
      out.append('\n');
    }
    Stream.concat(findings.views().published().stream(), findings.views().asked().stream())
        .flatMap(v -> v.tables().stream())
        .forEach(t -> out.append(Terminal.render(t, Terminal.columns())).append('\n'));
    findings.views().missing().forEach(missing -> say(out, missing));
    if (!findings.gaps().warning().isEmpty()) {
      say(out, findings.gaps().warning());
    }
    return out.toString();
  }

  private static void say(StringBuilder out, String sentence) {
    Terminal.wrap(sentence, Terminal.columns()).forEach(l -> out.append(l).append('\n'));
  }
}
