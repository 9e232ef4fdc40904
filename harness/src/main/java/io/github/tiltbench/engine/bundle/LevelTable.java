package io.github.tiltbench.engine.bundle;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A sorted table of LevelDB: blocks of entries, and a block that says where each lies.
 *
 * <p>Source: google/leveldb, doc/table_format.md.
 */
final class LevelTable {
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER = 48;

  /** Bytes behind a block: its kind of compression and its checksum. */
  private static final int TRAILER = 5;

  private LevelTable() {}

  /**
   * All values of a table by key.
   *
   * @throws IllegalArgumentException naming the fault
   */
  static SortedMap<String, ByteBuffer> read(byte[] file) {
    ByteBuffer all = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < FOOTER || all.getLong(file.length - Long.BYTES) != MAGIC) {
      throw new IllegalArgumentException("no table of LevelDB: its last bytes are others");
    }
    ByteBuffer footer = all.position(file.length - FOOTER).slice();
    block(all, footer); // the meta-index
    SortedMap<String, ByteBuffer> values = new TreeMap<>();
    for (ByteBuffer handle : entries(block(all, footer)).values()) {
      values.putAll(entries(block(all, handle)));
    }
    return values;
  }

  private static ByteBuffer block(ByteBuffer all, ByteBuffer handle) {
    int from = Wire.size(handle);
    int size = Wire.size(handle);
    ByteBuffer rest = all.duplicate().position(Math.min(from, all.capacity()));
    ByteBuffer stored = Wire.next(rest, Math.addExact(size, TRAILER));
    if (Wire.checksum(stored.duplicate().limit(size + 1)) != stored.getInt(size + 1)) {
      throw new IllegalArgumentException("the block at " + from + " has another checksum");
    }
    if (stored.get(size) != 0) {
      throw new IllegalArgumentException("the block at " + from + " is compressed");
    }
    return Wire.next(stored, size);
  }

  private static SortedMap<String, ByteBuffer> entries(ByteBuffer block) {
    int restarts = block.getInt(block.limit() - Integer.BYTES);
    int end = block.limit() - Integer.BYTES * Math.addExact(restarts, 1);
    if (restarts < 0 || end < 0) {
      throw new IllegalArgumentException("a block with " + restarts + " restarts");
    }
    SortedMap<String, ByteBuffer> entries = new TreeMap<>();
    byte[] key = {};
    block.limit(end);
    while (block.hasRemaining()) {
      int shared = Wire.size(block);
      int own = Wire.size(block);
      int size = Wire.size(block);
      if (shared > key.length) {
        throw new IllegalArgumentException("a key shares more than the one before it has");
      }
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      whole.write(key, 0, shared);
      byte[] tail = new byte[own];
      Wire.next(block, own).get(tail);
      whole.writeBytes(tail);
      key = whole.toByteArray();
      entries.put(new String(key, StandardCharsets.UTF_8), Wire.next(block, size));
    }
    return entries;
  }
}
