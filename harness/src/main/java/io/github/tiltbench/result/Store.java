package io.github.tiltbench.result;

import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.OwnFiles;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Plan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The writing end of a result folder for one process and shard.
 *
 * <p>Any thread may append. When an append returns, its trials have reached the disk; when it
 * throws, everything appended before is still there.
 */
public final class Store implements AutoCloseable {
  private final Path folder;
  private final String writer;
  private final Shard shard;
  private final Provenance provenance;
  private final Fits fits;
  private final Map<String, Cell> cells = new HashMap<>();
  private final Set<String> siblings = new HashSet<>();
  private final Map<String, Path> made = new HashMap<>();
  private final ReentrantLock writing = new ReentrantLock();
  private final ShardLock lock;

  private Store(Path folder, Provenance provenance, Shard shard, Plan plan, ShardLock lock) {
    this.folder = folder;
    this.provenance = provenance.judgedBy(plan.judges());
    this.writer = provenance.writer();
    this.fits = new Fits(folder, writer);
    this.shard = shard;
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
      Disk.sweep(folder);
      String writer = provenance.writer();
      OwnFiles.folder(folder.resolve("cells"));
      Store store = new Store(folder, provenance, shard, plan, lock);
      Disk.replace(folder.resolve("study.yaml"), study, writer);
      Disk.replace(folder.resolve("plan.json"), utf8(PlanFile.of(plan).json()), writer);
      store.repair();
      store.adopt();
      store.append(store.provenance);
      return store;
    } catch (IOException e) {
      closeQuietly(lock);
      throw StoreException.of(folder, "cannot be written", e);
    } catch (RuntimeException e) {
      closeQuietly(lock);
      throw e;
    }
  }

  private void append(Provenance line) throws IOException {
    Disk.appendShared(folder.resolve("provenance.jsonl"), utf8(line.json() + "\n"));
  }

  /**
   * Records that calls did not fit the memory and are divided, as a line of provenance more.
   *
   * @param calls which
   * @throws StoreException if the disk refuses
   */
  public void divided(String calls) {
    writing.lock();
    try {
      append(provenance.divided(calls));
    } catch (IOException e) {
      throw StoreException.of(folder, "cannot be written", e);
    } finally {
      writing.unlock();
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

  /** How many cells lie in the folder that the plan has no use for: it had another plan before. */
  public long others() {
    Set<String> own = new HashSet<>(siblings);
    own.addAll(cells.keySet());
    return Siblings.others(folder.resolve("cells"), own).size();
  }

  /** Where the standard error of the programs of a study goes. */
  public Path programs() {
    return folder.resolve("programs");
  }

  /** What was learned of prompts, by this process and others. */
  public Fits fits() {
    return fits;
  }

  /** The name of this process in the names of the files that it writes. */
  public String writer() {
    return writer;
  }

  /** What the folder holds now, the trials of other processes included. */
  public Results results() {
    return Results.read(folder);
  }

  /** Records one finished trial, as {@link #append(List, List)} does. */
  public void append(Trial trial) {
    append(List.of(trial), List.of());
  }

  /**
   * Records what judges said of stored trials afterwards.
   *
   * @throws StoreException if the disk refuses; some of it may be there all the same
   */
  public void judge(List<Judgement> judgements) {
    writing.lock();
    try {
      Map<Path, ByteArrayOutputStream> lines = new LinkedHashMap<>();
      for (Judgement judgement : judgements) {
        add(lines, cell(judgement.id().cell()), CellFolder.JUDGEMENTS, TrialJson.write(judgement));
      }
      lines.forEach((file, all) -> append(file, all.toByteArray()));
    } finally {
      writing.unlock();
    }
  }

  /** Records one failure, as {@link #append(List, List)} does. */
  public void append(Failure failure) {
    append(List.of(), List.of(failure));
  }

  /**
   * Records finished trials (first the samples that have a file of their own, then the lines) and
   * trials that gave no result, with one flush a file.
   *
   * @throws StoreException if the disk refuses; some of them may be there all the same
   */
  public void append(List<Trial> trials, List<Failure> failures) {
    writing.lock();
    try {
      Map<Path, ByteArrayOutputStream> lines = new LinkedHashMap<>();
      for (Trial trial : trials) {
        Path cell = cell(trial.id().cell());
        add(lines, cell, CellFolder.TRIALS, TrialJson.write(trial.with(stored(cell, trial))));
      }
      for (Failure failure : failures) {
        add(lines, cell(failure.id().cell()), CellFolder.FAILURES, TrialJson.write(failure));
      }
      for (Map.Entry<Path, ByteArrayOutputStream> file : lines.entrySet()) {
        append(file.getKey(), file.getValue().toByteArray());
      }
    } finally {
      writing.unlock();
    }
  }

  private void add(Map<Path, ByteArrayOutputStream> lines, Path cell, String kind, String json) {
    Path file = cell.resolve(kind + writer + CellFolder.LINES);
    lines.computeIfAbsent(file, f -> new ByteArrayOutputStream()).writeBytes(Line.seal(json));
  }

  private static void append(Path file, byte[] lines) {
    try {
      Disk.append(file, lines);
    } catch (IOException e) {
      throw StoreException.of(file, "trials cannot be stored", e);
    }
  }

  /**
   * Moves what is stored of a cell to {@code aside/WRITER/}, so that its trials are missing again.
   *
   * @throws StoreException if the disk refuses
   */
  public void setAside(Cell cell) {
    Path from = folder.resolve("cells").resolve(cell.key().brief());
    Path to = folder.resolve("aside").resolve(writer).resolve(cell.key().brief());
    writing.lock();
    try {
      if (Files.exists(from)) {
        OwnFiles.folder(to.getParent().getParent());
        OwnFiles.folder(to.getParent());
        Files.move(from, to);
        made.remove(cell.key().brief());
      }
    } catch (IOException e) {
      throw StoreException.of(from, "cannot be moved to " + to, e);
    } finally {
      writing.unlock();
    }
  }

  /** Which part of the plan this process runs. */
  public Shard shard() {
    return shard;
  }

  /** Says how this process goes on, in place of what it said before. */
  public void say(Heartbeat heartbeat) {
    Path file = Heartbeat.file(folder, shard);
    try {
      Disk.replace(file, utf8(heartbeat.json()), writer);
    } catch (IOException e) {
      throw StoreException.of(file, "cannot be written", e);
    }
  }

  /** Takes back what this process said of itself: it has nothing more to do. */
  public void unsay() {
    Path file = Heartbeat.file(folder, shard);
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw StoreException.of(file, "cannot be deleted", e);
    }
  }

  /** Waits for the write in progress and lets no other begin: for a process about to end. */
  public void freeze() {
    writing.lock();
  }

  private Stored stored(Path cell, Trial trial) {
    if (!(trial.samples() instanceof Stored.Inline inline) || inline.small()) {
      return trial.samples();
    }
    byte[] npy = Npy.write((Batch.Reals) inline.batch());
    String digest = Digests.sha256(npy);
    String name = FileNames.of(trial.id().prompt()) + "-" + trial.id().repetition();
    Path file = cell.resolve("samples").resolve(name + ".npy");
    try {
      if (Files.exists(file) && !Arrays.equals(Files.readAllBytes(file), npy)) {
        // the record of another process' run of this trial may count on that file
        file = file.resolveSibling(name + "-" + digest.substring(0, 12) + ".npy");
      }
      Disk.replace(file, npy, writer);
    } catch (IOException e) {
      throw StoreException.of(file, "samples cannot be stored", e);
    }
    return new Stored.Saved(file.getFileName().toString(), inline.size(), npy.length, digest);
  }

  /** The folder of a cell, made on first use with the definition that its key is the digest of. */
  private Path cell(String brief) {
    return made.computeIfAbsent(brief, this::make);
  }

  private Path make(String brief) {
    Cell cell = cells.get(brief);
    if (cell == null) {
      throw new IllegalArgumentException("cell " + brief + " is not in the plan");
    }
    Path path = path(brief);
    try {
      OwnFiles.refuseLink(path.getParent());
      OwnFiles.refuseLink(path);
      OwnFiles.refuseLink(path.resolve("samples"));
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
        OwnFiles.refuseLink(path.getParent());
        OwnFiles.refuseLink(path);
        define(cell);
      }
    }
  }

  /** Defines cells whose trials may have been made with other prompts, so that they are found. */
  private void adopt() throws IOException {
    Map<String, List<String>> found =
        Siblings.of(
            folder.resolve("cells"),
            cells.keySet(),
            brief -> Optional.of(CellDefinition.of(cells.get(brief))));
    found.values().forEach(siblings::addAll);
    for (String brief : found.keySet()) {
      if (!Files.exists(path(brief))) {
        OwnFiles.refuseLink(path(brief).getParent());
        define(cells.get(brief));
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
