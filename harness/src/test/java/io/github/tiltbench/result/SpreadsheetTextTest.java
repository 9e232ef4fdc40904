package io.github.tiltbench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.report.page.Csv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadsheetTextTest {
  /** Each of these a spreadsheet would run. */
  @ParameterizedTest
  @ValueSource(
      strings = {"=1+1", "=cmd|' /C calc'!A0", "+a", "-a cat", "@SUM(A1)", "\ta", "-1+2", "--1"})
  void aFormulaBecomesAText(String text) {
    assertEquals("'" + text, SpreadsheetText.of(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-", "+", "", "-0.5", "+3", "1e-5", "-1.0E-5", "-Infinity", "a=b", "a cat", "'a"})
  void whatIsNoFormulaStays(String text) {
    assertEquals(text, SpreadsheetText.of(text));
  }

  @Test
  void exportsAndTablesHoldNoFormula(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("x.csv");
    Sheet sheet =
        new Sheet(
            List.of(Sheet.Column.text("prompt"), Sheet.Column.real("reward")),
            sink -> sink.row("=1+1,\"a\"", -0.5));
    Sheets.write(sheet, file);
    assertEquals("prompt,reward\n\"'=1+1,\"\"a\"\"\",-0.5\n", Files.readString(file));
    assertEquals("a,'=1+1,-0.5,-\n", Csv.line(List.of("a", "=1+1", "-0.5", "-")));
  }
}
