package io.github.tiltbench.config;

import java.util.Map;

/**
 * A file or folder that a definition names by its path and that is held to the content it had when
 * it was named: its digest is part of the key, and no other bytes are ever opened.
 *
 * <p>Whoever implements this has a static method {@code of(Path)}, which reads what the path names.
 */
public interface Pinned {
  /** SHA-256 of each file by its path below the one named; that of the file itself is empty. */
  Map<String, String> digests();
}
