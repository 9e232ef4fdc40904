package io.github.tiltbench.result;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;

/**
 * A result folder that cannot be written or read; its message is one line.
 *
 * <p>Whatever was stored before stays as it is.
 */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final List<String> KNOWN =
      List.of(
          "No space left on device",
          "Read-only file system",
          "Permission denied",
          "Disk quota exceeded",
          "Not a directory",
          "Too many open files",
          "Is a directory");

  public StoreException(Path path, String problem) {
    super(path + ": " + problem.strip().replaceAll("\\s*[\\r\\n]+\\s*", "; "));
  }

  /** An operation that the system refused, in the system's words. */
  static StoreException of(Path path, String operation, IOException cause) {
    StoreException e = new StoreException(path, operation + ": " + explain(cause));
    e.initCause(cause);
    return e;
  }

  private static String explain(IOException e) {
    String message = String.valueOf(e.getMessage());
    for (String known : KNOWN) {
      if (message.contains(known)) {
        return Character.toLowerCase(known.charAt(0)) + known.substring(1);
      }
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    } else if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
      return "a file stands where a folder is wanted";
    } else if (e instanceof NoSuchFileException || e instanceof FileNotFoundException) {
      return "no such file";
    }
    return message;
  }
}
