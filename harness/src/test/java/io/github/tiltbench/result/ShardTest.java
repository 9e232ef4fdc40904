package io.github.tiltbench.result;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.study.TrialId;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardTest {
  /** Takes a lock and waits to be killed. */
  static final class Holder {
    public static void main(String[] args) throws Exception {
      try (ShardLock lock = ShardLock.take(Path.of(args[0]), Shard.ALL)) {
        System.out.println("held by " + lock.getClass().getSimpleName());
        Thread.sleep(60_000);
      }
    }
  }

  @TempDir Path folder;

  @Test
  void shardsShareOutTheWork() {
    assertEquals(new Shard(1, 3), Shard.parse(" 1/3 "));
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Shard shard = new Shard(i, 3);
      IntStream.range(0, 10).filter(shard::takes).forEach(all::add);
    }
    Collections.sort(all);
    assertEquals(IntStream.range(0, 10).boxed().toList(), all);
    for (String bad : List.of("3/3", "-1/3", "1", "1/0", "a/b", "0/9999999999", "")) {
      assertThrows(IllegalArgumentException.class, () -> Shard.parse(bad));
    }
  }

  @Test
  void oneShardHasOneWriterAndOthersMayJoin() {
    try (Store first = Shelf.open(folder, Shard.ALL, "a");
        Store other = Shelf.open(folder, new Shard(0, 2), "b")) {
      long pid = ProcessHandle.current().pid();
      assertEquals(
          folder + ": process " + pid + " is writing this folder",
          assertThrows(StoreException.class, () -> Shelf.open(folder, Shard.ALL, "c"))
              .getMessage());
      assertEquals(
          folder + ": process " + pid + " is writing shard 0/2 of this folder",
          assertThrows(StoreException.class, () -> Shelf.open(folder, new Shard(0, 2), "c"))
              .getMessage());
      first.append(Shelf.trial(Shelf.id(0), 1));
      other.append(Shelf.trial(Shelf.id(1), 1));
      assertEquals(2, first.results().trials().size());
    }
    Shelf.open(folder, Shard.ALL, "c").close();
  }

  private static Path place(Class<?> of) throws URISyntaxException {
    return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  @Test
  void aKilledProcessLeavesNoLock() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                place(Holder.class) + File.pathSeparator + place(ShardLock.class),
                Holder.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertEquals("held by ShardLock", child.inputReader().readLine());
      String message =
          assertThrows(StoreException.class, () -> ShardLock.take(folder, Shard.ALL)).getMessage();
      assertTrue(message.endsWith("process " + child.pid() + " is writing this folder"), message);
    } finally {
      child.destroyForcibly().waitFor();
    }
    ShardLock.take(folder, Shard.ALL).close();
  }

  @Test
  void theExportDoesNotDependOnWhoWroteWhat() throws IOException {
    List<TrialId> ids = new ArrayList<>(Shelf.PLAN.trials());
    Path one = folder.resolve("one");
    try (Store store = Shelf.open(one, Shard.ALL, "w")) {
      ids.forEach(id -> store.append(Shelf.trial(id, 1)));
    }
    Path many = folder.resolve("many");
    Collections.shuffle(ids, new Random(1));
    for (int shard = 0; shard < 3; shard++) {
      try (Store store = Shelf.open(many, new Shard(shard, 3), "w" + shard)) {
        for (int i = 0; i < ids.size(); i++) {
          if (store.results().trials().containsKey(ids.get(i)) || i % 3 == shard || i % 7 == 0) {
            store.append(Shelf.trial(ids.get(i), shard + 0.5));
          }
        }
      }
    }
    assertArrayEquals(export(one), export(many));
    List<String> lines = Files.readAllLines(folder.resolve("x.csv"));
    assertEquals(1 + 2 * ids.size(), lines.size());
    String cell = Shelf.id(0).cell();
    assertEquals(
        List.of(
            "cell,model,verifier,algorithm,budget,prompt,repetition,sample,log_weight,reward,x",
            cell + ",mix,weigh,pretrained,,bag,0,0,-Infinity,1.3,\"[0.3,0.1]\"",
            cell + ",mix,weigh,pretrained,,bag,0,1,-0.5,2.3,\"[-0.3,1.0E-7]\"",
            cell + ",mix,weigh,pretrained,,bag,1,0,-Infinity,2.3,\"[1.3,0.1]\""),
        lines.subList(0, 4));
    assertTrue(lines.get(lines.size() - 1).contains(",svdd[alpha=0.1],40,boot,2,1,"));
  }

  private byte[] export(Path results) throws IOException {
    Path file = folder.resolve("x.csv");
    Sheets.write(Sheets.samples(Results.read(results)), file);
    return Files.readAllBytes(file);
  }

  @Test
  void largeSamplesAreExportedAsFloats() throws IOException {
    try (Store store = Shelf.open(folder, Shard.ALL, "w")) {
      store.append(Shelf.large(Shelf.id(0)));
    }
    assertTrue(
        new String(export(folder), StandardCharsets.UTF_8)
            .contains("\"[0.0,0.14285715,0.2857143,"));
  }
}
