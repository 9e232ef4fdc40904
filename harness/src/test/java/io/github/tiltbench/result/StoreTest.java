package io.github.tiltbench.result;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.study.TrialId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
  private static final Judges NO_JUDGES = new Judges(Map.of(), Map.of());

  @TempDir Path folder;

  private Path trials(String writer) {
    return folder
        .resolve("cells")
        .resolve(Shelf.id(0).cell())
        .resolve("trials-" + writer + ".jsonl");
  }

  private Path write(String writer, int... numbers) {
    try (Store store = Shelf.open(folder, Shard.ALL, writer)) {
      for (int number : numbers) {
        store.append(Shelf.trial(Shelf.id(number), 0.25));
      }
    }
    return trials(writer);
  }

  @Test
  void aTrialComesBackAsItWas() {
    write("w", 0);
    Results results = Results.read(folder);
    Trial wrote = Shelf.trial(Shelf.id(0), 0.25);
    Trial read = results.trials().get(Shelf.id(0));
    assertEquals(TrialJson.write(wrote), TrialJson.write(read));
    assertArrayEquals(wrote.logWeights(), read.logWeights());
    assertEquals(List.of(), results.damages());
    assertEquals(PlanFile.of(Shelf.PLAN), results.plan());
    PlanFile.Row row = results.plan().cells().get(0);
    assertEquals(List.of(read), results.trials(row));
    assertEquals(5, results.missing(row));
    assertEquals(6, results.missing(results.plan().cells().get(1)));
  }

  @Test
  void theFolderIsLaidOutAsDocumented() throws IOException {
    write("w", 0);
    String cell = Shelf.id(0).cell();
    try (Stream<Path> files = Files.walk(folder).filter(Files::isRegularFile)) {
      assertEquals(
          Set.of(
              ".lock-0-of-1",
              "study.yaml",
              "plan.json",
              "provenance.jsonl",
              "cells/" + cell + "/cell.json",
              "cells/" + cell + "/trials-w.jsonl"),
          Set.copyOf(files.map(f -> folder.relativize(f).toString()).toList()));
    }
    String json = Files.readString(folder.resolve("cells").resolve(cell).resolve("cell.json"));
    assertEquals(
        "{\"definition\":"
            + Shelf.PLAN.cells().get(0).definition()
            + ",\"key\":\""
            + Shelf.PLAN.cells().get(0).key().hex()
            + "\"}\n",
        json);
  }

  @Test
  void tokensStandInTheLineAndLargeSamplesInAFile() throws IOException {
    Trial large = Shelf.large(Shelf.id(0));
    Batch.Tokens tokens = new Batch.Tokens(new int[] {1, 2, 3, 4, 5, 6}, 3);
    try (Store store = Shelf.open(folder, Shard.ALL, "w")) {
      store.append(large);
      store.append(Shelf.trial(Shelf.id(1), 1).with(new Stored.Inline(tokens)));
    }
    Results results = Results.read(folder);
    assertArrayEquals(
        tokens.data(), ((Batch.Tokens) results.samples(results.trials().get(Shelf.id(1)))).data());
    Trial read = results.trials().get(Shelf.id(0));
    Batch.Reals wrote = (Batch.Reals) ((Stored.Inline) large.samples()).batch();
    Batch.Reals samples = (Batch.Reals) results.samples(read);
    assertArrayEquals(wrote.item(), samples.item());
    for (int i = 0; i < wrote.data().length; i++) {
      assertEquals((float) wrote.data()[i], samples.data()[i]);
    }
    Path file = folder.resolve("cells").resolve(Shelf.id(0).cell()).resolve("samples/bag-0.npy");
    byte[] bytes = Files.readAllBytes(file);
    assertTrue(
        new String(bytes, StandardCharsets.ISO_8859_1)
            .startsWith("\u0093NUMPY\u0001\0v\0{'descr': '<f4', 'fortran_order': False, "));
    assertEquals(128 + 4 * 200, bytes.length);

    bytes[200] ^= 1;
    Files.write(file, bytes);
    Results flipped = Results.read(folder);
    String message =
        assertThrows(StoreException.class, () -> flipped.samples(flipped.trials().get(Shelf.id(0))))
            .getMessage();
    assertTrue(message.startsWith(file + ": damaged: its digest"), message);
    Files.delete(file);
    Results gone = Results.read(folder);
    assertFalse(gone.trials().containsKey(Shelf.id(0)));
    assertTrue(
        gone.damages().get(0).toString().endsWith(":1: samples/bag-0.npy is missing or cut short"));
  }

  @Test
  void anotherRunsSamplesAreNotOverwritten() {
    Trial one = Shelf.large(Shelf.id(0));
    double[] other = new double[200];
    Batch.Reals changed = new Batch.Reals(other, new int[] {1, 10, 10});
    try (Store store = Shelf.open(folder, Shard.ALL, "a")) {
      store.append(one);
      store.append(one);
    }
    try (Store store = Shelf.open(folder, Shard.ALL, "b")) {
      store.append(one.with(new Stored.Inline(changed)));
    }
    Results results = Results.read(folder);
    assertEquals(1, results.damages().size());
    Batch.Reals kept = (Batch.Reals) results.samples(results.trials().get(Shelf.id(0)));
    assertEquals((float) (1 / 7.0), kept.data()[1]);
  }

  @Test
  void cutAnywhereInTheLastTwoLinesNoOtherLineIsLost() throws IOException {
    Path file = write("w", 0, 1, 2, 3);
    byte[] whole = Files.readAllBytes(file);
    int third = ends(whole)[1];
    for (int cut = third; cut < whole.length; cut++) {
      Files.write(file, Arrays.copyOf(whole, cut));
      CellFolder results = CellFolder.read(file.getParent(), NO_JUDGES);
      int[] ends = ends(whole);
      int complete = 2 + (cut >= ends[2] - 1 ? 1 : 0) + (cut >= ends[3] - 1 ? 1 : 0);
      assertEquals(complete, results.trials().size(), "cut at " + cut);
      assertEquals(List.of(), results.damages(), "cut at " + cut);
    }
    Files.write(file, Arrays.copyOf(whole, whole.length - 10));
    write("x", 3);
    assertEquals(4, Results.read(folder).trials().size());
  }

  /** One past the line feed of each line. */
  private static int[] ends(byte[] file) {
    int[] ends = new int[4];
    int n = 0;
    for (int i = 0; i < file.length; i++) {
      if (file[i] == '\n') {
        ends[n++] = i + 1;
      }
    }
    return ends;
  }

  @Test
  void anyFlippedByteOfAMiddleLineCostsAtMostItsTrial() throws IOException {
    Path file = write("w", 0, 1, 2, 3);
    byte[] whole = Files.readAllBytes(file);
    int from = ends(whole)[0];
    int to = ends(whole)[1];
    for (int at = from; at < to; at++) {
      for (int mask : new int[] {0x01, whole[at] ^ '\n'}) {
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) mask;
        if (Arrays.equals(flipped, whole)) {
          continue;
        }
        Files.write(file, flipped);
        CellFolder results = CellFolder.read(file.getParent(), NO_JUDGES);
        String where = "byte " + at + " mask " + mask;
        for (int other : new int[] {0, 2, 3}) {
          assertTrue(results.trials().containsKey(Shelf.id(other)), where);
        }
        assertEquals(at == to - 1, results.trials().containsKey(Shelf.id(1)), where);
        assertTrue(
            results.damages().get(0).toString().startsWith(file + ":2: damaged line"), where);
      }
    }
  }

  @Test
  void aFragmentLeftByAFailedWriteDoesNotSpoilTheNextLine() throws IOException {
    Path file = write("w", 0);
    Files.writeString(file, "{\"cell\":\"x", java.nio.file.StandardOpenOption.APPEND);
    write("w", 1);
    Results results = Results.read(folder);
    assertEquals(2, results.trials().size());
    assertEquals(file + ":2", results.damages().get(0).toString().replaceAll(": .*", ""));
  }

  @Test
  void linesOfTwoRunsAreTheSameUpToTheWallTime() throws IOException {
    Path a = write("a", 0, 1);
    try (Store store = Shelf.open(folder, Shard.ALL, "b")) {
      store.append(Shelf.trial(Shelf.id(0), 3.5));
      store.append(Shelf.trial(Shelf.id(1), 4.5));
    }
    String wall = ",\"wall_s\".*";
    assertEquals(
        Files.readString(a).replaceAll(wall, ""),
        Files.readString(trials("b")).replaceAll(wall, ""));
    Results results = Results.read(folder);
    assertEquals(List.of(), results.damages());
    assertEquals(0.25, results.trials().get(Shelf.id(0)).wallSeconds());
  }

  @Test
  void conflictingDuplicatesAreReported() {
    Path a = write("a", 0);
    try (Store store = Shelf.open(folder, Shard.ALL, "b")) {
      Trial t = Shelf.trial(Shelf.id(0), 1);
      store.append(
          new Trial(
              t.id(),
              t.samples(),
              t.independent(),
              t.logWeights(),
              new double[] {9, 9},
              t.crossRewards(),
              t.cost(),
              t.scalars(),
              t.traces(),
              1));
    }
    Results results = Results.read(folder);
    assertEquals(
        trials("b")
            + ":1: trial "
            + Shelf.id(0)
            + " differs from "
            + a.getFileName()
            + ":1, which is kept",
        results.damages().get(0).toString());
    assertEquals(1, results.trials().get(Shelf.id(0)).rewards()[0] - 0.3, 1e-12);
  }

  @Test
  void failuresAreKeptApartUntilTheTrialIsDone() {
    try (Store store = Shelf.open(folder, Shard.ALL, "a")) {
      store.append(new Failure(Shelf.id(0), "verifier", "NaN for\n sample 3"));
      store.append(new Failure(Shelf.id(1), "memory", "out of memory"));
      store.append(new Failure(Shelf.id(1), "memory", "out of memory again"));
    }
    write("b", 0);
    Results results = Results.read(folder);
    assertEquals(
        List.of(new Failure(Shelf.id(1), "memory", "out of memory again")), results.failures());
    assertEquals(Set.of(Shelf.id(0)), results.trials().keySet());
  }

  @Test
  void aFullDiskIsNamed() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full));
    IOException refused =
        assertThrows(IOException.class, () -> Disk.append(full, new byte[] {'{', '\n'}));
    String message =
        StoreException.of(trials("b"), "trials cannot be stored", refused).getMessage();
    assertTrue(message.endsWith("cannot be stored: no space left on device"), message);
    assertFalse(message.contains("\n"));
  }

  @Test
  void nothingIsStoredThroughALink() throws IOException {
    write("a", 0);
    Path elsewhere = Files.createFile(folder.resolve("elsewhere"));
    Files.createSymbolicLink(trials("b"), elsewhere);
    try (Store store = Shelf.open(folder, Shard.ALL, "b")) {
      String message =
          assertThrows(StoreException.class, () -> store.append(Shelf.trial(Shelf.id(1), 1)))
              .getMessage();
      assertTrue(message.contains("is a symbolic link to " + elsewhere), message);
    }
    assertEquals(0, Files.size(elsewhere));
    Files.delete(trials("b"));
    assertEquals(Set.of(Shelf.id(0)), Results.read(folder).trials().keySet());
  }

  @Test
  void aFileInThePlaceOfAFolderIsDamage() throws IOException {
    write("a", 0);
    Path cell = trials("a").getParent();
    Path aside = Files.move(cell, folder.resolve("elsewhere"));
    Files.createFile(cell);
    assertEquals(
        List.of(cell + ": is there and is no folder"),
        Results.read(folder).damages().stream().map(Damage::toString).toList());
    Files.delete(cell);
    Files.createSymbolicLink(cell, folder.resolve("nowhere"));
    assertEquals(
        List.of(cell + ": is there and is no folder"),
        Results.read(folder).damages().stream().map(Damage::toString).toList());
    Files.delete(cell);
    Files.move(aside, cell);
    assertEquals(List.of(), Results.read(folder).damages());
    Files.move(cell.getParent(), folder.resolve("other"));
    Files.createFile(cell.getParent());
    assertEquals(
        List.of(cell.getParent() + ": is there and is no folder"),
        Results.read(folder).damages().stream().map(Damage::toString).toList());
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertEquals(
        file + ": cannot be written: a file stands where a folder is wanted",
        assertThrows(StoreException.class, () -> Shelf.open(file, Shard.ALL, "w")).getMessage());
    Path locked = Files.createDirectory(folder.resolve("locked"));
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-x------"));
    StoreException denied =
        Files.isWritable(locked) // a superuser is denied nothing
            ? StoreException.of(
                locked, "cannot be written", new AccessDeniedException(locked.toString()))
            : assertThrows(StoreException.class, () -> Shelf.open(locked, Shard.ALL, "w"));
    assertEquals(locked + ": cannot be written: permission denied", denied.getMessage());
  }

  @Test
  void aFolderWithoutAPlanOrWithADamagedOneIsNamed() throws IOException {
    assertEquals(
        folder + ": not a result folder: it has no plan.json",
        assertThrows(StoreException.class, () -> Results.read(folder)).getMessage());
    for (String text : List.of("{\"study\":", "", "[]", "{}")) {
      Files.writeString(folder.resolve("plan.json"), text);
      String message = assertThrows(StoreException.class, () -> Results.read(folder)).getMessage();
      assertTrue(message.startsWith(folder.resolve("plan.json") + ":"), message);
      assertFalse(message.contains("\n"), message);
    }
  }

  @Test
  void whatThePlanNoLongerAsksForIsLeftOut() throws IOException {
    write("w", 0, 1, 4); // the last is of repetition 2
    Path plan = folder.resolve("plan.json");
    Files.writeString(
        plan, Files.readString(plan).replace("\"repetitions\":3", "\"repetitions\":1"));
    assertEquals(2, Results.read(folder).trials().size());
  }

  @Test
  void trialsThatCannotBeTrueAreRefused() {
    TrialId id = Shelf.id(0);
    Stored one = new Stored.Inline(new Batch.Tokens(new int[] {1}, 1));
    for (double[][] bad :
        new double[][][] {{{0}, {Double.NaN}}, {{0}, {1, 2}}, {{Double.NaN}, {1}}, {{}, {1}}}) {
      assertThrows(
          IllegalArgumentException.class,
          () ->
              new Trial(
                  id,
                  one,
                  true,
                  bad[0],
                  bad[1],
                  Map.of(),
                  io.github.tiltbench.budget.Cost.ZERO,
                  Map.of(),
                  Map.of(),
                  0));
    }
  }

  @Test
  void anyPromptHasASafeFileName() {
    List<String> prompts =
        List.of(
            "tshirt",
            "T-shirt",
            "t-shirt",
            "../../etc/passwd",
            "",
            ".",
            "a\0b",
            "猫",
            "犬",
            "x".repeat(500),
            "bag-0",
            "a  b",
            "a b",
            "con-12345678",
            "-");
    List<String> names = prompts.stream().map(FileNames::of).toList();
    assertEquals(prompts.size(), Set.copyOf(names).size());
    for (String name : names) {
      assertTrue(name.matches("[a-z0-9][a-z0-9-]{0,60}"), name);
    }
    assertEquals("tshirt", names.get(0));
    assertEquals("etc-passwd", names.get(3).replaceAll("-[0-9a-f]{8}$", ""));
  }

  @Test
  void temporaryFilesOfDeadWritersAreSweptAndThoseOfLivingOnesAreNot() throws Exception {
    write("w", 0);
    Path cell = trials("w").getParent();
    String alive = WriterName.here();
    Process child = new ProcessBuilder("true").start();
    child.waitFor();
    String[] parts = alive.split("-", -1);
    String dead = parts[0] + "-" + child.pid() + "-" + parts[2] + "-0";
    String reused = parts[0] + "-" + parts[1] + "-1-0"; // the same id, long before this process
    Path[] left = {
      folder.resolve(".tmp-" + dead + "-plan.json"),
      cell.resolve(".tmp-" + reused + "-cell.json"),
      cell.resolve(".tmp-elsewhere-1-1-0-old.npy"),
    };
    Path[] kept = {
      folder.resolve(".tmp-" + alive + "-plan.json"), cell.resolve(".tmp-elsewhere-1-1-0-new.npy"),
    };
    for (Path file : left) {
      Files.writeString(file, "half");
    }
    for (Path file : kept) {
      Files.writeString(file, "half");
    }
    Files.setLastModifiedTime(left[2], FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    Shelf.open(folder, Shard.ALL, "w").close();
    for (Path file : left) {
      assertFalse(Files.exists(file), file.toString());
    }
    for (Path file : kept) {
      assertTrue(Files.exists(file), file.toString());
    }
  }

  @Test
  void aGroupIsFlushedToEachFileInOrder() throws IOException {
    Failure failure = new Failure(Shelf.id(3), "memory", "out of memory");
    try (Store store = Shelf.open(folder, Shard.ALL, "w")) {
      store.append(
          List.of(Shelf.trial(Shelf.id(0), 0.25), Shelf.trial(Shelf.id(1), 0.5)), List.of(failure));
    }
    Results results = Results.read(folder);
    assertEquals(Set.of(Shelf.id(0), Shelf.id(1)), results.trials().keySet());
    assertEquals(List.of(failure), List.copyOf(results.failures()));
    Path one = folder.resolve("one");
    try (Store store = Shelf.open(one, Shard.ALL, "w")) {
      store.append(Shelf.trial(Shelf.id(0), 0.25));
      store.append(Shelf.trial(Shelf.id(1), 0.5));
    }
    Path file = folder.relativize(trials("w"));
    assertArrayEquals(
        Files.readAllBytes(folder.resolve(file)), Files.readAllBytes(one.resolve(file)));
  }
}
