package io.github.tiltbench.cli;

import io.github.tiltbench.config.Catalogue;
import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.metric.Layout;
import io.github.tiltbench.study.Catalogues;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code tiltbench list}. */
@Command(
    name = "list",
    description = "List what a study can name, with the parameters and defaults of each.")
final class ListCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    Catalogues catalogues = Catalogues.load();
    print(catalogues.models(), "models");
    print(catalogues.verifiers(), "verifiers");
    print(catalogues.algorithms(), "algorithms");
    catalogues.nested().forEach(c -> print(c, "kinds of " + c.family()));
    print(catalogues.features(), "features");
    print("metrics", catalogues.metrics());
    System.out.println();
    print("layouts", Layout.names());
    return Main.DONE;
  }

  private static void print(String title, List<String> names) {
    System.out.println(title);
    System.out.println("  " + Columns.wrap(String.join(", ", names), 96, "  "));
  }

  private static <T> void print(Catalogue<T> catalogue, String title) {
    System.out.println(title);
    int width = catalogue.names().stream().mapToInt(String::length).max().orElse(0) + 2;
    for (CatalogueEntry<T> kind : catalogue.kinds()) {
      String keys = String.join(", ", Defaults.of(kind));
      String line = String.format("%-" + width + "s%s", kind.name(), keys);
      System.out.println("  " + Columns.wrap(line, 96, " ".repeat(width + 2)).stripTrailing());
    }
    System.out.println();
  }
}
