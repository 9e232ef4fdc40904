package io.github.tiltbench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeartbeatTest {
  @TempDir Path folder;

  private static Heartbeat heartbeat(String writer, Shard shard) {
    return new Heartbeat(
        writer, shard.toString(), 10, 24, 7, 1, 700, 12.5, Map.of("0123456789ab", 8));
  }

  @Test
  void whatIsSaidIsHeardAndTakenBack() {
    Shard shard = new Shard(1, 3);
    try (Store store = Shelf.open(folder, shard, "w")) {
      assertEquals(List.of(), Heartbeat.in(folder));
      Heartbeat said = heartbeat(store.writer(), store.shard());
      store.say(said);
      Heartbeat.Heard heard = Heartbeat.in(folder).get(0);
      assertEquals(said, heard.said());
      assertEquals(16, heard.said().open());
      assertTrue(heard.alive() && heard.ago() < 20, heard.toString());
      store.unsay();
      assertEquals(List.of(), Heartbeat.in(folder));
    }
  }

  @Test
  void whoIsSilentOrKnownToHaveEndedIsNotAlive() throws IOException {
    String here = WriterName.here();
    String ended = here.replaceFirst("-\\d+-", "-" + Integer.MAX_VALUE + "-"); // no such process
    for (String writer : List.of(here, ended)) {
      try (Store store = Shelf.open(folder, Shard.ALL, writer)) {
        store.say(heartbeat(writer, Shard.ALL));
        assertEquals(writer.equals(here), Heartbeat.in(folder).get(0).alive(), writer);
      }
    }
    Path file = folder.resolve(".running-0-of-1.json");
    try (Store store = Shelf.open(folder, Shard.ALL, here)) {
      store.say(heartbeat(here, Shard.ALL));
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(31)));
      Heartbeat.Heard heard = Heartbeat.in(folder).get(0);
      assertFalse(heard.alive());
      assertTrue(heard.ago() >= 31, heard.toString());
    }
  }

  @Test
  void whatNoProcessSaysIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve(".running-0-of-1.json"), "{\"shard\":\"0/1\"}");
    String refusal = assertThrows(StoreException.class, () -> Heartbeat.in(folder)).getMessage();
    assertTrue(refusal.startsWith(file.toString()), refusal);
    assertEquals(1, refusal.lines().count());
    assertThrows(
        IllegalArgumentException.class,
        () -> new Heartbeat("w", "3/3", 1, 1, 1, 0, 1, 1, Map.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Heartbeat("w", "0/3", 1, 1, -1, 0, 1, 1, Map.of()));
  }

  @Test
  void nothingIsSaidThroughALink() throws IOException {
    Path mine = Files.writeString(folder.resolve("mine"), "mine");
    Path results = folder.resolve("results");
    try (Store store = Shelf.open(results, Shard.ALL, "w")) {
      Files.createSymbolicLink(results.resolve(".running-0-of-1.json"), mine);
      Heartbeat said = heartbeat("w", Shard.ALL);
      String refusal = assertThrows(StoreException.class, () -> store.say(said)).getMessage();
      assertTrue(refusal.contains("is a symbolic link to " + mine), refusal);
    }
    assertEquals("mine", Files.readString(mine));
  }
}
