package io.github.tiltbench.result;

import io.github.tiltbench.config.Digests;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Plan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The writing end of a result folder for one process and shard.
 *
 * <p>Any thread may append. When {@link #append} returns, the trial has reached the disk; when it
 * throws, everything appended before is still there.
 */
public final class Store implements AutoCloseable {
  private final Path folder;
  private final String writer;
  private final Map<String, Cell> cells = new HashMap<>();
  private final ShardLock lock;

  private Store(Path folder, String writer, Plan plan, ShardLock lock) {
    this.folder = folder;
    this.writer = writer;
    this.lock = lock;
    plan.cells().forEach(cell -> cells.put(cell.key().brief(), cell));
  }

  /**
   * Makes or reopens a result folder and puts the study, its plan and the provenance there.
   *
   * @param study bytes of the study file
   * @throws StoreException if the folder cannot be written or another process runs this shard
   */
  public static Store open(
      Path folder, Plan plan, byte[] study, Shard shard, Provenance provenance) {
    ShardLock lock = null;
    try {
      Files.createDirectories(folder);
      lock = ShardLock.take(folder, shard);
      String writer = provenance.writer();
      Store store = new Store(folder, writer, plan, lock);
      Disk.replace(folder.resolve("study.yaml"), study, writer);
      Disk.replace(folder.resolve("plan.json"), utf8(PlanFile.of(plan).json()), writer);
      store.repair();
      Disk.appendShared(folder.resolve("provenance.jsonl"), utf8(provenance.json() + "\n"));
      return store;
    } catch (IOException e) {
      closeQuietly(lock);
      throw StoreException.of(folder, "cannot be written", e);
    } catch (RuntimeException e) {
      closeQuietly(lock);
      throw e;
    }
  }

  private static void closeQuietly(ShardLock lock) {
    if (lock != null) {
      try {
        lock.close();
      } catch (IOException e) {
        // the failure that led here is the one to report
      }
    }
  }

  /** What the folder holds now, the trials of other processes included. */
  public Results results() {
    return Results.read(folder);
  }

  /**
   * Records a finished trial: first its samples, if they have a file of their own, then its line.
   *
   * @throws StoreException if the disk refuses it
   */
  public synchronized void append(Trial trial) {
    Path cell = cell(trial.id().cell());
    try {
      String json = TrialJson.write(trial.with(stored(cell, trial)));
      Disk.append(cell.resolve("trials-" + writer + ".jsonl"), Line.seal(json));
    } catch (IOException e) {
      throw StoreException.of(cell, "trial " + trial.id() + " cannot be stored", e);
    }
  }

  /** Records that a trial gave no result. */
  public synchronized void append(Failure failure) {
    Path cell = cell(failure.id().cell());
    try {
      Disk.append(
          cell.resolve("failures-" + writer + ".jsonl"), Line.seal(TrialJson.write(failure)));
    } catch (IOException e) {
      throw StoreException.of(cell, "a failure cannot be stored", e);
    }
  }

  private Stored stored(Path cell, Trial trial) throws IOException {
    if (!(trial.samples() instanceof Stored.Inline inline) || inline.small()) {
      return trial.samples();
    }
    byte[] npy = Npy.write((Batch.Reals) inline.batch());
    String digest = Digests.sha256(npy);
    String name = FileNames.of(trial.id().prompt()) + "-" + trial.id().repetition();
    Path file = cell.resolve("samples").resolve(name + ".npy");
    if (Files.exists(file) && !Arrays.equals(Files.readAllBytes(file), npy)) {
      // the record of another process' run of this trial may count on that file
      file = file.resolveSibling(name + "-" + digest.substring(0, 12) + ".npy");
    }
    Disk.replace(file, npy, writer);
    return new Stored.Saved(file.getFileName().toString(), inline.size(), npy.length, digest);
  }

  /** The folder of a cell, made on first use with the definition that its key is the digest of. */
  private Path cell(String brief) {
    Cell cell = cells.get(brief);
    if (cell == null) {
      throw new IllegalArgumentException("cell " + brief + " is not in the plan");
    }
    Path path = path(brief);
    try {
      if (!Files.exists(path.resolve("cell.json"))) {
        define(cell);
      }
      return path;
    } catch (IOException e) {
      throw StoreException.of(path, "cannot be written", e);
    }
  }

  private Path path(String brief) {
    return folder.resolve("cells").resolve(brief);
  }

  private void define(Cell cell) throws IOException {
    String json = "{\"definition\":" + cell.definition() + ",\"key\":\"" + cell.key().hex() + "\"}";
    Disk.replace(path(cell.key().brief()).resolve("cell.json"), utf8(json + "\n"), writer);
  }

  /** Writes the definitions of stored cells anew that are not what their keys are made from. */
  private void repair() throws IOException {
    for (Cell cell : cells.values()) {
      Path path = path(cell.key().brief());
      if (Files.isDirectory(path) && !CellDefinition.sound(path)) {
        define(cell);
      }
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Lets another process run this shard. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw StoreException.of(folder, "cannot be unlocked", e);
    }
  }
}
