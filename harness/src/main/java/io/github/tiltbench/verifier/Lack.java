package io.github.tiltbench.verifier;

import java.util.Optional;
import java.util.ServiceLoader;

/**
 * What a verifier needs beside this program and cannot find, and the command that brings it.
 *
 * @param what a clause such as "needs the module harness/text (145 MB)"
 * @param command that brings it
 */
public record Lack(String what, String command) {
  /** The module of language models. */
  public static final Lack TEXT =
      new Lack("needs the module harness/text (145 MB)", "TILTBENCH_TEXT=1 ./tiltbench ...");

  /** The module of chemistry. */
  public static final Lack MOLECULES =
      new Lack(
          "needs the module harness/molecules (4 MB)", "TILTBENCH_MOLECULES=1 ./tiltbench ...");

  /** What is missing unless a service is there. */
  public static Optional<String> of(Class<?> service, Lack lack) {
    return ServiceLoader.load(service).stream().findAny().isPresent()
        ? Optional.empty()
        : Optional.of(lack.toString());
  }

  /**
   * The service.
   *
   * @throws IllegalArgumentException if it is not there
   */
  public static <T> T service(Class<T> service, Lack lack) {
    return ServiceLoader.load(service)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the verifier " + lack));
  }

  @Override
  public String toString() {
    return what + "; this brings it: " + command;
  }
}
