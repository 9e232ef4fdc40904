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
    return hostDigits()
        + "-"
        + ProcessHandle.current().pid()
        + "-"
        + Long.toString(Instant.now().toEpochMilli(), Character.MAX_RADIX)
        + "-"
        + WITHIN.getAndIncrement();
  }

  /**
   * Whether the process of a writer is known to have ended: it ran on this host, and no process has
   * its id, or one that began later.
   */
  static boolean ended(String writer) {
    String[] parts = writer.split("-", -1);
    if (parts.length != 4 || !parts[0].equals(hostDigits())) {
      return false;
    }
    try {
      Instant named = Instant.ofEpochMilli(Long.parseLong(parts[2], Character.MAX_RADIX));
      return ProcessHandle.of(Long.parseLong(parts[1]))
          .map(process -> process.info().startInstant().filter(named::isBefore).isPresent())
          .orElse(true);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static String hostDigits() {
    return Digests.sha256(host().getBytes(StandardCharsets.UTF_8)).substring(0, DIGITS);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
