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
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

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
    Files.writeString(file, "{\"cohort\":4}\n" + Files.readString(file));
    assertEquals(Optional.of("4"), Provenance.cohort(folder), "as numbers were written before");
    Files.writeString(file, "{\"coho");
    assertEquals(Optional.empty(), Provenance.cohort(folder));
  }

  @Test
  void theCommitIsReadFromTheCheckout() throws Exception {
    Path git = Files.createDirectories(folder.resolve("repo/.git"));
    Path inside = Files.createDirectories(folder.resolve("repo/a/b"));
    Files.writeString(git.resolve("HEAD"), "ref: refs/heads/main\n");
    assertEquals(Optional.empty(), Provenance.commit(inside));
    Files.writeString(git.resolve("packed-refs"), "# pack\n" + COMMIT + " refs/heads/main\n");
    assertEquals(Optional.of(COMMIT), Provenance.commit(inside));
    Files.createDirectories(git.resolve("refs/heads"));
    Files.writeString(git.resolve("refs/heads/main"), "f".repeat(40) + "\n");
    assertEquals(Optional.of("f".repeat(40)), Provenance.commit(inside));
    Path linked = Files.createDirectories(git.resolve("worktrees/w"));
    Files.writeString(linked.resolve("HEAD"), "ref: refs/heads/main\n");
    Files.writeString(linked.resolve("commondir"), "../..\n");
    Path tree = Files.createDirectories(folder.resolve("tree"));
    Files.writeString(tree.resolve(".git"), "gitdir: " + linked + "\n");
    assertEquals(Optional.of("f".repeat(40)), Provenance.commit(tree));
    Files.writeString(git.resolve("HEAD"), COMMIT + "\n");
    assertEquals(Optional.of(COMMIT), Provenance.commit(inside));
  }
}
