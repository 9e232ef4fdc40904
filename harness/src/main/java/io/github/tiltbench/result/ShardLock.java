package io.github.tiltbench.result;

import io.github.tiltbench.config.OwnFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps a second process from running the same shard of a result folder.
 *
 * <p>The lock is the system's, so it ends with the process whatever way that ends; the file it is
 * taken on stays behind and means nothing by itself.
 */
final class ShardLock implements AutoCloseable {
  private final RandomAccessFile file;

  private ShardLock(RandomAccessFile file) {
    this.file = file;
  }

  /**
   * Takes the lock.
   *
   * @throws StoreException if another process has it, with that process' id
   */
  static ShardLock take(Path folder, Shard shard) throws IOException {
    Path path = folder.resolve(".lock-" + shard.index() + "-of-" + shard.of());
    OwnFiles.require(path);
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      FileLock lock = tryLock(file);
      if (lock == null) {
        throw new StoreException(folder, held(path, shard));
      }
      file.setLength(0);
      file.write(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII));
      return new ShardLock(file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static FileLock tryLock(RandomAccessFile file) throws IOException {
    try {
      return file.getChannel().tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this very process has it
    }
  }

  private static String held(Path path, Shard shard) throws IOException {
    String pid = Files.readString(path, StandardCharsets.ISO_8859_1).strip();
    String which = shard.of() == 1 ? "this folder" : "shard " + shard + " of this folder";
    return "process " + (pid.isEmpty() ? "?" : pid) + " is writing " + which;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
