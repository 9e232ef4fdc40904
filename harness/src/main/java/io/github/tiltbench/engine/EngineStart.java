package io.github.tiltbench.engine;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;

/** Starts the engine, and finds words for it when it does not start. */
final class EngineStart {
  /** What is said somewhere in the chain of causes, and what helps then. */
  private record Cure(List<String> signs, String cure) {}

  private static final List<Cure> CURES =
      List.of(
          new Cure(
              List.of("filesystemexception", "nosuchfile", "denied", "no space left", "read-only"),
              "its libraries need a folder with 1 GB of room, which TILTBENCH_CACHE names"),
          new Cure(
              List.of("cannot open shared object file", "version `", "wrong elf class"),
              "a library of the system is missing or too old"),
          new Cure(
              List.of(
                  "offline mod",
                  "pytorch index",
                  "jni files",
                  "engine not found",
                  "no deep learning engine",
                  "unsupported platform"),
              "no native library of PyTorch for "
                  + System.getProperty("os.name")
                  + " "
                  + System.getProperty("os.arch")
                  + " is on the class path; remove harness/target and build again"));

  private static final String NATIVES = "native/lib/pytorch.properties";

  private EngineStart() {}

  /**
   * The engine, started.
   *
   * @throws EngineUnavailable with cause and cure
   */
  static Engine start() {
    System.setProperty("ai.djl.offline", "true");
    byDefault("ai.djl.pytorch.num_threads", "1");
    byDefault("ai.djl.pytorch.num_interop_threads", "1");
    byDefault("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    byDefault("org.slf4j.simpleLogger.log.ai.djl.util.cuda.CudaUtils", "error");
    try {
      return Engine.getEngine("PyTorch");
    } catch (RuntimeException | LinkageError e) {
      throw unavailable(e);
    }
  }

  /** The innermost cause that says something, and its cure if it is known. */
  static EngineUnavailable unavailable(Throwable e) {
    List<Throwable> chain =
        Stream.iterate(e, t -> t != null, Throwable::getCause)
            .filter(t -> t.getMessage() != null && !t.getMessage().isBlank())
            .toList();
    String said = chain.toString().toLowerCase(Locale.ROOT);
    Throwable innermost = chain.isEmpty() ? e : chain.get(chain.size() - 1);
    String cause =
        innermost instanceof FileSystemException || chain.isEmpty()
            ? innermost.toString() // its message is a path
            : innermost.getMessage().strip().lines().findFirst().orElseThrow();
    String cure =
        CURES.stream()
            .filter(known -> known.signs.stream().anyMatch(said::contains))
            .findFirst()
            .map(known -> known.cure + " (" + cause + ")")
            .orElse(cause);
    return new EngineUnavailable("the engine does not start: " + cure, e);
  }

  /** Whether the libraries are some for GPUs, so that a user would expect to use one. */
  static boolean builtForGpu() {
    if (System.getenv().getOrDefault("PYTORCH_FLAVOR", "").startsWith("cu")) {
      return true; // libraries of the user's own
    }
    try {
      for (URL natives :
          Collections.list(EngineStart.class.getClassLoader().getResources(NATIVES))) {
        try (InputStream in = natives.openStream()) {
          Properties platform = new Properties();
          platform.load(in);
          if (platform.getProperty("flavor", "").startsWith("cu")) {
            return true;
          }
        }
      }
      return false;
    } catch (IOException e) {
      return false; // only a warning depends on it
    }
  }

  private static void byDefault(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }
}
