package io.github.tiltbench.result;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Records;
import io.github.tiltbench.config.RegularFile;
import java.nio.file.Path;

/** Reads the files of a result folder as strictly as studies are read. */
final class StoredFile {
  private static final int MOST = Integer.MAX_VALUE - 16; // an array's limit

  private StoredFile() {}

  /**
   * The bytes of a file.
   *
   * @throws StoreException if it is no regular file or cannot be read
   */
  static byte[] bytes(Path file) {
    try {
      return RegularFile.read(file, MOST);
    } catch (ConfigException e) {
      throw StoreException.of(e);
    }
  }

  /**
   * The object that a JSON file holds.
   *
   * @throws ConfigException with the place of the first problem
   */
  static Node.Mapping object(Path file) {
    Node root = JsonTree.parse(file.toString(), RegularFile.read(file, MOST));
    if (root instanceof Node.Mapping mapping) {
      return mapping;
    }
    throw new ConfigException(root.at(), "a mapping is wanted here, not " + root.what());
  }

  /** The record that a line of a file holds. */
  static <T> T line(Path file, int number, String json, CatalogueEntry<T> kind) {
    return Records.STORED.read(JsonTree.parse(file.toString(), number, json), kind);
  }
}
