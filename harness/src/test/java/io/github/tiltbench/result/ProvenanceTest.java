package io.github.tiltbench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvenanceTest {
  @TempDir Path folder;

  @Test
  void circumstancesAreOneLineOfJson() {
    Provenance here = Provenance.here("run x", "cpu", 1, "8", Map.of("djl", "1"));
    assertTrue(here.json().startsWith("{\"cohort\":\"8\",\"command\":\"run x\",\"commit\":"));
    assertTrue(here.writer().matches("[0-9a-f]{8}-[0-9]+-[0-9a-z]+-[0-9]+"), here.writer());
    assertNotEquals(here.writer(), Provenance.here("", "", 1, "1", Map.of()).writer());
  }

  @Test
  void everyWriterAddsALine() throws Exception {
    Shelf.open(folder, Shard.ALL, "a").close();
    Shelf.open(folder, Shard.ALL, "b").close();
    List<String> lines = Files.readAllLines(folder.resolve("provenance.jsonl"));
    assertEquals(2, lines.size());
    assertTrue(lines.get(1).endsWith("\"writer\":\"b\"}"));
  }

  @Test
  void theCohortIsThatOfTheFirstLine() throws Exception {
    assertEquals(Optional.empty(), Provenance.cohort(folder));
    Shelf.open(folder, Shard.ALL, "a").close();
    Shelf.open(folder, Shard.ALL, "b").close();
    assertEquals(Optional.of("8"), Provenance.cohort(folder));
    Path file = folder.resolve("provenance.jsonl");
    Files.writeString(file, Files.readString(file).replace("\"cohort\":\"8\"", "\"cohort\":4"));
    assertEquals(Optional.of("4"), Provenance.cohort(folder), "as numbers were written before");
    Files.writeString(file, "{\"coho");
    assertEquals(Optional.empty(), Provenance.cohort(folder));
  }
}
