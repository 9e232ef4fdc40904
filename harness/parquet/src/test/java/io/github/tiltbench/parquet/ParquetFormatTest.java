package io.github.tiltbench.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import blue.strategic.parquet.Hydrator;
import blue.strategic.parquet.ParquetReader;
import io.github.tiltbench.result.Sheet;
import io.github.tiltbench.result.Sheets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetFormatTest {
  @TempDir Path folder;

  /** Found as a service by the ending, written, and read back with types and gaps as they were. */
  @Test
  void rowsComeBackAsTheyWere() throws IOException {
    Sheet sheet =
        new Sheet(
            List.of(
                Sheet.Column.text("prompt"),
                Sheet.Column.whole("budget"),
                Sheet.Column.real("reward")),
            sink -> {
              sink.row("Sneaker, \"new\" ü", 160L, -0.1);
              sink.row("bag", null, Double.NEGATIVE_INFINITY);
            });
    Path file = folder.resolve("x.parquet");

    assertEquals(2, Sheets.write(sheet, file));

    try (Stream<Map<String, Object>> rows =
        ParquetReader.streamContent(file.toFile(), new Maps())) {
      assertEquals(
          List.of(
              Map.of("prompt", "Sneaker, \"new\" ü", "budget", 160L, "reward", -0.1),
              Map.of("prompt", "bag", "reward", Double.NEGATIVE_INFINITY)),
          rows.toList());
    }
  }

  private static final class Maps
      implements Hydrator<Map<String, Object>, Map<String, Object>, String[]> {
    @Override
    public Map<String, Object> start() {
      return new TreeMap<>();
    }

    @Override
    public Map<String, Object> add(Map<String, Object> row, String[] heading, Object value) {
      if (value != null) {
        row.put(heading[heading.length - 1], value);
      }
      return row;
    }

    @Override
    public Map<String, Object> finish(Map<String, Object> row) {
      return row;
    }
  }
}
