package io.github.tiltbench.engine;

import java.util.Locale;
import java.util.Optional;

/** The floating-point type that a network's weights and activations have on the device. */
public enum Precision {
  /** 32 bits. */
  FLOAT32(6),
  /** The upper half of those: their range with 8 bits of precision. */
  BFLOAT16(15),
  /** IEEE 754 binary16, 11 bits of precision; on GPUs only. */
  FLOAT16(5);

  private final int number;

  Precision(int number) {
    this.number = number;
  }

  /** The number of the type in TorchScript. */
  public int number() {
    return number;
  }

  /** That of the device of this thread. */
  public static Precision ofDevice() {
    return of(Torch.device());
  }

  /** Half on a GPU, single on a CPU. */
  public static Precision of(Device device) {
    return device.isGpu() ? FLOAT16 : FLOAT32;
  }

  /**
   * What a model was asked to compute in, or else something that is known to work here.
   *
   * @throws IllegalArgumentException if networks cannot compute in it on the device of this thread
   */
  public static Precision chosen(Optional<Precision> asked, Precision otherwise) {
    asked.ifPresent(precision -> precision.requireOn(Torch.device()));
    return asked.orElse(otherwise);
  }

  /**
   * Checks that networks can compute in it on a device.
   *
   * @throws IllegalArgumentException if they cannot
   */
  public void requireOn(Device device) {
    if (this == FLOAT16 && !device.isGpu()) {
      throw new IllegalArgumentException(
          "precision float16 takes a GPU; on the CPU it is float32 or bfloat16");
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
