package io.github.tiltbench.benchmarks.device;

import com.sun.management.OperatingSystemMXBean;
import io.github.tiltbench.engine.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads how much memory a device has in use and how busy it is, again and again until closed. */
final class Gauge implements AutoCloseable {
  private static final long EVERY_MILLIS = 100;

  /**
   * One reading.
   *
   * @param memory in use, in MiB: on a GPU by all programs, on the CPU by this one
   * @param busy from 0 to 100
   */
  record Reading(double memory, double busy) {}

  private final Device device;
  private final List<Reading> readings = new ArrayList<>();
  private final Thread thread = new Thread(this::watch, "gauge");

  Gauge(Device device) {
    this.device = device;
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    try {
      while (true) {
        Reading now = device.isGpu() ? gpu(device.gpu().getAsInt()) : cpu();
        synchronized (readings) {
          readings.add(now);
        }
        Thread.sleep(EVERY_MILLIS);
      }
    } catch (InterruptedException e) {
      // closed
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@code nvidia-smi} says. */
  private static Reading gpu(int number) throws IOException {
    Process smi =
        new ProcessBuilder(
                "nvidia-smi",
                "--id=" + number,
                "--query-gpu=memory.used,utilization.gpu",
                "--format=csv,noheader,nounits")
            .redirectErrorStream(true)
            .start();
    return parse(new String(smi.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }

  /** Such as {@code 1024, 87}. */
  static Reading parse(String line) {
    String[] parts = line.strip().split(", *", -1);
    if (parts.length != 2 || !parts[0].matches("\\d+") || !parts[1].matches("\\d+")) {
      return new Reading(Double.NaN, Double.NaN); // there is none, or it does not know
    }
    return new Reading(Double.parseDouble(parts[0]), Double.parseDouble(parts[1]));
  }

  private static Reading cpu() throws IOException {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    double busy = 100 * Math.max(0, system.getProcessCpuLoad());
    return new Reading(resident(), busy);
  }

  private static double resident() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return Double.NaN;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(Double.NaN);
  }

  /** The largest memory and the mean of how busy it was, so far. */
  Reading summary() {
    synchronized (readings) {
      return new Reading(
          readings.stream().mapToDouble(Reading::memory).max().orElse(Double.NaN),
          readings.stream().mapToDouble(Reading::busy).average().orElse(Double.NaN));
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
