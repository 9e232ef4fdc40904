package io.github.tiltbench.notebooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotebookTest {
  @TempDir Path folder;

  /** Every cell runs, and prints what is committed. */
  @ParameterizedTest
  @ValueSource(strings = {"1-reading-results", "2-your-own-parts", "3-tilted-mixture"})
  void printsWhatIsCommitted(String name) throws IOException {
    Notebook committed = Notebook.read(Path.of(name + ".ipynb"));
    assertTrue(committed.printed().length() > 100, "outputs are committed");
    assertEquals(committed.printed(), committed.executed().printed());
  }

  /** Jupyter's outputs of the usual kinds, and a cell that fails by number. */
  @Test
  void outputsAreThoseOfJupyter() throws IOException {
    Notebook notebook =
        notebook("\"int a = 2;\\n\", \"System.out.println(a);\\n\", \"a + 1\"", "\"a * 10;\"");
    String text = notebook.executed().text();
    assertTrue(text.contains("\"2\\n\""), text);
    assertTrue(text.contains("\"3\""), text);
    assertTrue(text.contains("\"20\""), text);

    IllegalStateException wrong =
        assertThrows(IllegalStateException.class, () -> notebook("\"int a = b;\"").executed());
    assertTrue(wrong.getMessage().startsWith("cell 1 does not compile"), wrong.getMessage());
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () -> notebook("\"int z = 0;\"", "\"System.out.println(1 / z);\"").executed());
    assertEquals("cell 2 threw java.lang.ArithmeticException: / by zero", thrown.getMessage());
  }

  private Notebook notebook(String... cells) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String cell : cells) {
      all.append(all.isEmpty() ? "" : ",")
          .append("{\"cell_type\": \"code\", \"source\": [")
          .append(cell)
          .append("]}");
    }
    Path file = folder.resolve("n.ipynb");
    Files.writeString(file, "{\"cells\": [" + all + "]}");
    return Notebook.read(file);
  }
}
