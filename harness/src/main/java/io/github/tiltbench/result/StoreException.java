package io.github.tiltbench.result;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.IoReasons;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A result folder that cannot be written or read; its message is one line.
 *
 * <p>Whatever was stored before stays as it is.
 */
public class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreException(Path path, String problem) {
    super(path + ": " + problem.strip().replaceAll("\\s*[\\r\\n]+\\s*", "; "));
  }

  private StoreException(ConfigException e) {
    super(e.getMessage(), e);
  }

  /** A file that does not hold what the program wrote, with the place that shows it. */
  static StoreException of(ConfigException e) {
    return new StoreException(e);
  }

  /** An operation that the system refused, in the system's words. */
  public static StoreException of(Path path, String operation, IOException cause) {
    StoreException e = new StoreException(path, operation + ": " + IoReasons.explain(cause));
    e.initCause(cause);
    return e;
  }
}
