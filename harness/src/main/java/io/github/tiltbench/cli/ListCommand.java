package io.github.tiltbench.cli;

import io.github.tiltbench.study.Catalogue;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Kind;
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
    System.out.println("metrics");
    System.out.println("  " + String.join(", ", catalogues.metrics()));
    return Main.DONE;
  }

  private static <T> void print(Catalogue<T> catalogue, String title) {
    System.out.println(title);
    for (Kind<T> kind : catalogue.kinds()) {
      String keys = String.join(", ", Defaults.of(kind));
      String line = String.format("%-18s%s", kind.name(), keys);
      System.out.println("  " + Columns.wrap(line, 96, " ".repeat(20)).stripTrailing());
    }
    System.out.println();
  }
}
