package io.github.tiltbench.engine.program;

import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.config.Nearest;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.engine.Frame;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a program says of itself.
 *
 * @param name for people
 * @param version for the key
 * @param single whether states are sent to it in single precision
 * @param parts what it says of its {@code denoiser} and its {@code reward}, JSON objects
 */
record Hello(String name, String version, boolean single, Map<String, String> parts) {
  static final String PROTOCOL = "1";

  private static final List<String> PARTS = List.of("denoiser", "reward");

  /**
   * Reads the answer to hello.
   *
   * @throws IllegalArgumentException naming what is missing or wrong
   */
  static Hello of(Frame frame) {
    Map<String, String> fields = frame.fields();
    String protocol = field(fields, "protocol");
    if (!protocol.equals(PROTOCOL)) {
      throw new IllegalArgumentException(
          "it speaks protocol " + protocol + ", not " + PROTOCOL + "; see harness/PROGRAMS.md");
    }
    String dtype = fields.getOrDefault("dtype", "F32");
    if (!dtype.equals("F32") && !dtype.equals("F64")) {
      throw new IllegalArgumentException("its hello has dtype " + dtype + ", not F32 or F64");
    }
    Map<String, String> parts = new TreeMap<>(fields);
    parts.keySet().retainAll(PARTS);
    return new Hello(field(fields, "name"), field(fields, "version"), dtype.equals("F32"), parts);
  }

  private static String field(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "its hello has no '" + name + "'" + Nearest.hint(name, fields.keySet()));
    }
    return value;
  }

  /** What it says of one of its parts. */
  Node part(String name) {
    return Optional.ofNullable(parts.get(name))
        .map(json -> JsonTree.parse("hello, " + name, 1, json))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "it is no " + name + ", only " + String.join(" and ", parts.keySet())));
  }
}
