package io.github.tiltbench.engine;

/** The floating-point type that a network's weights and activations have on the device. */
public enum Precision {
  /** 32 bits. */
  SINGLE,
  /** IEEE 754 binary16, which GPUs compute with several times as fast. */
  HALF;

  /** That of the device of this thread. */
  public static Precision ofDevice() {
    return of(Torch.device());
  }

  /** Half on a GPU, single on a CPU. */
  public static Precision of(Device device) {
    return device.isGpu() ? HALF : SINGLE;
  }
}
