package io.github.tiltbench.engine;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Where a network runs: on the CPU, or on one of the GPUs that the engine sees.
 *
 * @param gpu the number of the GPU, from 0; empty for the CPU
 */
public record Device(OptionalInt gpu) {
  /** The CPU. */
  public static final Device CPU = new Device(OptionalInt.empty());

  private static final Pattern NAMED = Pattern.compile("cpu|auto|gpu(?::(\\d{1,4}))?");

  /** One of the GPUs. */
  public static Device gpu(int number) {
    return new Device(OptionalInt.of(number));
  }

  /** Whether it is a GPU. */
  public boolean isGpu() {
    return gpu.isPresent();
  }

  /**
   * Those that a choice names.
   *
   * @param choice {@code cpu}; {@code gpu}, all of them; {@code gpu:N}, that one; {@code auto}, all
   *     GPUs, the CPU if there is none
   * @param gpus how many the engine sees
   * @param reason why it sees so many
   * @throws IllegalArgumentException if it is none of these or names a GPU that is not there
   */
  static List<Device> chosen(String choice, int gpus, String reason) {
    Matcher named = named(choice);
    if (choice.equals("cpu") || (choice.equals("auto") && gpus == 0)) {
      return List.of(CPU);
    }
    List<Device> all = IntStream.range(0, gpus).mapToObj(Device::gpu).toList();
    if (named.group(1) == null && gpus > 0) {
      return all;
    }
    int asked = named.group(1) == null ? 0 : Integer.parseInt(named.group(1));
    if (asked >= gpus) {
      throw new IllegalArgumentException(
          "--device " + choice + ": there is no such GPU; " + reason);
    }
    return List.of(all.get(asked));
  }

  /**
   * Checks that a choice has one of the four forms.
   *
   * @throws IllegalArgumentException if it has not
   */
  public static void check(String choice) {
    named(choice);
  }

  private static Matcher named(String choice) {
    Matcher named = NAMED.matcher(choice);
    if (!named.matches()) {
      throw new IllegalArgumentException(
          "--device is cpu, gpu, gpu:N or auto, not '" + choice + "'");
    }
    return named;
  }

  @Override
  public String toString() {
    return isGpu() ? "gpu:" + gpu.getAsInt() : "cpu";
  }
}
