package io.github.tiltbench.parquet;

import blue.strategic.parquet.ParquetWriter;
import io.github.tiltbench.result.Sheet;
import io.github.tiltbench.result.SheetFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * Apache Parquet: text as UTF-8 strings, whole numbers as int64, reals as doubles; every column is
 * optional, and what is absent is null.
 */
public final class ParquetFormat implements SheetFormat {
  @Override
  public String ending() {
    return "parquet";
  }

  @Override
  public void write(Sheet sheet, Path file) throws IOException {
    List<Sheet.Column> columns = sheet.columns();
    Type[] types = columns.stream().map(ParquetFormat::type).toArray(Type[]::new);
    try (ParquetWriter<Object[]> out =
        ParquetWriter.writeFile(
            new MessageType("tiltbench", types),
            file.toFile(),
            (row, values) -> {
              for (int i = 0; i < row.length; i++) {
                if (row[i] != null) {
                  values.write(columns.get(i).name(), row[i]);
                }
              }
            })) {
      sheet.rows().to(out::write);
    }
  }

  private static Type type(Sheet.Column column) {
    return switch (column.type()) {
      case TEXT ->
          Types.optional(PrimitiveTypeName.BINARY)
              .as(LogicalTypeAnnotation.stringType())
              .named(column.name());
      case WHOLE -> Types.optional(PrimitiveTypeName.INT64).named(column.name());
      case REAL -> Types.optional(PrimitiveTypeName.DOUBLE).named(column.name());
    };
  }
}
