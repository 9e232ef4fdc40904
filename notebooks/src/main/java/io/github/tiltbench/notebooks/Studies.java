package io.github.tiltbench.notebooks;

import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.result.Provenance;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Shard;
import io.github.tiltbench.result.Sheet;
import io.github.tiltbench.result.Store;
import io.github.tiltbench.run.Cohorts;
import io.github.tiltbench.run.Observer;
import io.github.tiltbench.run.Runner;
import io.github.tiltbench.study.Catalogues;
import io.github.tiltbench.study.Extension;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/** Studies and their results in a cell. */
public final class Studies {
  /** As the notebooks that are shipped were executed. */
  private static final Cohorts COHORTS = new Cohorts.Given(8);

  private Studies() {}

  /**
   * Runs what is missing of a study and reads its results.
   *
   * @param yaml the study, as in a file; its relative paths start from the working directory
   * @param folder where the results go
   * @param extensions algorithms, verifiers and models beside those built in
   */
  public static Results run(String yaml, Path folder, Extension... extensions) {
    Catalogues catalogues = Catalogues.builtIn();
    for (Extension extension : extensions) {
      catalogues = catalogues.plus(extension);
    }
    byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
    PathResolver here = new PathResolver(List.of(Path.of("").toAbsolutePath()));
    Plan plan = Plan.of(Study.read("this cell", bytes, here, catalogues), catalogues);
    Provenance provenance = Provenance.here("a notebook", "cpu", 1, COHORTS.text(), Map.of());
    try (Store store = Store.open(folder, plan, bytes, Shard.ALL, provenance)) {
      int workers = Runtime.getRuntime().availableProcessors();
      new Runner(workers, COHORTS, Shard.ALL).run(plan, store, new Observer() {});
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the study was stopped", e);
    }
    return Results.read(folder);
  }

  /** A sheet as a Tablesaw table. */
  public static Table table(Sheet sheet) {
    List<Sheet.Column> columns = sheet.columns();
    Table table = Table.create();
    for (Sheet.Column column : columns) {
      ColumnType type =
          switch (column.type()) {
            case TEXT -> ColumnType.STRING;
            case WHOLE -> ColumnType.LONG;
            case REAL -> ColumnType.DOUBLE;
          };
      table.addColumns(type.create(column.name()));
    }
    try {
      sheet
          .rows()
          .to(
              values -> {
                for (int i = 0; i < values.length; i++) {
                  if (values[i] == null) {
                    table.column(i).appendMissing();
                  } else {
                    table.column(i).appendObj(values[i]);
                  }
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return table;
  }

  /** Prints a table under a title, its reals with four decimals. */
  public static void print(String title, Table table) {
    for (int i = 0; i < table.columnCount(); i++) {
      if (table.column(i) instanceof DoubleColumn reals) {
        reals.setPrintFormatter(NumberColumnFormatter.fixedWithGrouping(4));
      }
    }
    System.out.println(table.setName(title).printAll());
  }
}
