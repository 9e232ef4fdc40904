package io.github.tiltbench.engine.program;

import io.github.tiltbench.config.IoReasons;
import io.github.tiltbench.config.OwnFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a program writes to standard error: the first {@value #MOST} bytes of it in a file, of what
 * is more the number and the end, and the last line in memory.
 */
final class ErrorLog {
  static final int MOST = 1 << 20;
  private static final int END = 4096;

  private final Optional<Path> file;
  private long kept;
  private final ByteArrayOutputStream end = new ByteArrayOutputStream();
  private long left;

  /** A log that goes on where an earlier process left off. */
  ErrorLog(Optional<Path> file) {
    this.file = file;
  }

  /** Reads a process' standard error to its end, on a thread of its own. */
  Thread follow(InputStream in, String heading) {
    end.reset();
    left = 0;
    keep(("== " + heading + "\n").getBytes(StandardCharsets.UTF_8));
    Thread thread = new Thread(() -> read(in), "standard-error");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void read(InputStream in) {
    byte[] buffer = new byte[1 << 13];
    try (in) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        take(buffer, n);
      }
    } catch (IOException e) {
      // the process was ended
    }
    finish();
  }

  private synchronized void take(byte[] bytes, int count) {
    int room = (int) Math.min(count, Math.max(0, MOST - kept));
    keep(Arrays.copyOf(bytes, room));
    left += count - room;
    end.write(bytes, 0, count);
    if (end.size() > 2 * END) {
      byte[] all = end.toByteArray();
      end.reset();
      end.write(all, all.length - END, END);
    }
  }

  /** Of what was left out, how much it was and its end. */
  private synchronized void finish() {
    if (left > 0 && kept < 2L * MOST) {
      byte[] all = end.toByteArray();
      int shown = (int) Math.min(Math.min(left, END), all.length);
      String note =
          "\n== " + left + " bytes more, of which only the last " + shown + " are kept:\n";
      keep(note.getBytes(StandardCharsets.UTF_8));
      keep(Arrays.copyOfRange(all, all.length - shown, all.length));
    }
  }

  private void keep(byte[] bytes) {
    kept += bytes.length;
    if (file.isEmpty() || bytes.length == 0) {
      return;
    }
    Path path = file.get();
    try {
      OwnFiles.folder(path.getParent());
      OwnFiles.require(path);
      Files.write(path, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      String problem = "standard error is not kept in " + path + ": " + IoReasons.explain(e);
      System.err.println("tiltbench: " + problem);
    }
  }

  /** The last line that is not blank; empty if there is none. */
  synchronized String lastLine() {
    return end.toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.isBlank())
        .reduce("", (before, line) -> line.strip());
  }
}
