package io.github.tiltbench.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A Markdown table whose columns line up as text; all but the first two are flushed right. */
final class BenchTable {
  private static final int TEXTS = 2;

  private final List<List<String>> rows = new ArrayList<>();

  BenchTable(String... header) {
    row(header);
  }

  BenchTable row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  @Override
  public String toString() {
    int columns = rows.get(0).size();
    int[] width =
        IntStream.range(0, columns)
            .map(c -> rows.stream().mapToInt(row -> row.get(c).length()).max().orElse(0))
            .toArray();
    StringBuilder text = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      List<String> row = rows.get(r);
      text.append(line(columns, c -> padded(row.get(c), width[c], c)));
      if (r == 0) {
        text.append(
            line(
                columns, c -> "-".repeat(width[c] - (c < TEXTS ? 0 : 1)) + (c < TEXTS ? "" : ":")));
      }
    }
    return text.toString();
  }

  private static String line(int columns, IntFunction<String> cell) {
    return IntStream.range(0, columns)
        .mapToObj(cell)
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String padded(String cell, int width, int column) {
    String blanks = " ".repeat(width - cell.length());
    return column < TEXTS ? cell + blanks : blanks + cell;
  }
}
