package io.github.tiltbench.result;

import java.nio.file.Path;

/** What was named as a result folder is none. */
public final class NoResultsException extends StoreException {
  private static final long serialVersionUID = 1;

  NoResultsException(Path folder, String hint) {
    super(folder, "not a result folder: it has no plan.json" + hint);
  }
}
