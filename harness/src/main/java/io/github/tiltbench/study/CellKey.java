package io.github.tiltbench.study;

import io.github.tiltbench.config.Digests;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Names a cell by all that defines its numbers.
 *
 * @param hex SHA-256 of the canonical JSON of the resolved cell
 */
public record CellKey(String hex) {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final int BRIEF = 12;

  public CellKey {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException("key must be 64 hexadecimal digits but is " + hex);
    }
  }

  /** The key of a definition. */
  public static CellKey of(String canonicalJson) {
    return new CellKey(Digests.sha256(canonicalJson.getBytes(StandardCharsets.UTF_8)));
  }

  /** The first 12 digits: the folder's name, and what tables print. */
  public String brief() {
    return hex.substring(0, BRIEF);
  }
}
