package io.github.tiltbench.cli;

import picocli.CommandLine.Option;

/** Where networks run, as all commands that run any take it. */
final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description =
          "Where networks run: cpu, gpu (all GPUs, dealt to the workers in turn), gpu:N, or auto:"
              + " GPUs if there are any.")
  String choice;
}
