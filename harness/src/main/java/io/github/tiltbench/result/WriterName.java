package io.github.tiltbench.result;

import io.github.tiltbench.config.Digests;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/** A name for what one process writes that no other process in the world uses. */
final class WriterName {
  private static final int DIGITS = 8;
  private static final AtomicInteger WITHIN = new AtomicInteger();

  private WriterName() {}

  /**
   * Digits of the host's digest (its name is nobody's business in a published folder), process id,
   * start of the writer in milliseconds and its number within the process.
   */
  static String here() {
    String host = Digests.sha256(host().getBytes(StandardCharsets.UTF_8)).substring(0, DIGITS);
    return host
        + "-"
        + ProcessHandle.current().pid()
        + "-"
        + Long.toString(Instant.now().toEpochMilli(), Character.MAX_RADIX)
        + "-"
        + WITHIN.getAndIncrement();
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
