package io.github.tiltbench.engine;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A device has no memory left for a call; fewer rows may fit. */
public final class OutOfDeviceMemory extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * How CUDA, its libraries, PyTorch's allocator of the CPU and programs in other languages say it.
   */
  private static final List<String> SIGNS =
      List.of("out of memory", "can't allocate memory", "_status_alloc_failed");

  private OutOfDeviceMemory(String message, Throwable cause) {
    super(message, cause);
  }

  /** That a call which cannot be made smaller did not fit. */
  public static OutOfDeviceMemory atLeast(String call, Throwable cause) {
    return new OutOfDeviceMemory(call + " does not fit: " + line(cause).orElse(""), cause);
  }

  /** The same exception in one line if that is what it says, else the exception. */
  static RuntimeException translated(RuntimeException e) {
    if (e instanceof OutOfDeviceMemory) {
      return e;
    }
    return line(e).<RuntimeException>map(line -> new OutOfDeviceMemory(line, e)).orElse(e);
  }

  /** Whether that is what a throwable, or a cause of it, says. */
  public static boolean saidBy(Throwable e) {
    return line(e).isPresent();
  }

  private static Optional<String> line(Throwable thrown) {
    return Stream.iterate(thrown, e -> e != null, Throwable::getCause)
        .flatMap(e -> String.valueOf(e.getMessage()).lines())
        .map(String::strip)
        .filter(OutOfDeviceMemory::sign)
        .findFirst();
  }

  private static boolean sign(String line) {
    String low = line.toLowerCase(Locale.ROOT);
    return SIGNS.stream().anyMatch(low::contains);
  }
}
