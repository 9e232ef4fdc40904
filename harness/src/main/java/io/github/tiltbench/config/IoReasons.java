package io.github.tiltbench.config;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Locale;

/** What the system said when it refused to read or write a file. */
public final class IoReasons {
  private static final List<String> KNOWN =
      List.of(
          "No space left on device",
          "Read-only file system",
          "Permission denied",
          "Operation not permitted",
          "Disk quota exceeded",
          "Not a directory",
          "Too many open files",
          "Is a directory");

  private IoReasons() {}

  /** A few words of plain English where the system's are known, else its message. */
  public static String explain(IOException e) {
    String message = String.valueOf(e.getMessage());
    for (String known : KNOWN) {
      if (message.contains(known)) {
        return known.substring(0, 1).toLowerCase(Locale.ROOT) + known.substring(1);
      }
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    } else if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
      return "a file stands where a folder is wanted";
    } else if (e instanceof NoSuchFileException) {
      return "no such file: " + message;
    } else if (e instanceof FileNotFoundException) {
      return "no such file";
    }
    return message;
  }
}
