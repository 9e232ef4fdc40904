package io.github.tiltbench.cli;

import io.github.tiltbench.engine.Device;
import io.github.tiltbench.engine.EngineUnavailable;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.engine.program.ProgramFailure;
import io.github.tiltbench.run.SelfTest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code tiltbench doctor}. */
@Command(
    name = "doctor",
    description = "Show the machine and the libraries in use, and test both on known answers.")
final class DoctorCommand implements Callable<Integer> {
  @Mixin DeviceOption device;

  @Override
  public Integer call() throws InterruptedException {
    Runtime runtime = Runtime.getRuntime();
    print("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    print(
        "system",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + ", "
            + runtime.availableProcessors()
            + " cores, heap "
            + runtime.maxMemory() / (1 << 20)
            + " MiB");
    boolean sound = engine();
    for (Map.Entry<String, SelfTest.Check> check : new TreeMap<>(SelfTest.analytic()).entrySet()) {
      sound &= show(check.getKey(), check.getValue());
    }
    sound &= python();
    return sound ? Main.DONE : Main.FAILED;
  }

  /** Only a Python that is there and answers wrongly is a fault. */
  private static boolean python() throws InterruptedException {
    Optional<String> version = PythonCheck.version();
    print("python3", version.orElse("none on the path; only programs in Python need it"));
    try {
      return version.isEmpty() || show("program", PythonCheck.example());
    } catch (ProgramFailure e) {
      print("program", "WRONG: " + e.getMessage());
      return false;
    }
  }

  private boolean engine() {
    try {
      List<Device> chosen = Torch.devices(device.choice);
      String why = device.choice.equals("auto") ? Torch.reason() : "as --device asks";
      print("device", Devices.names(chosen) + ": " + why);
      print(
          "precision",
          Precision.of(chosen.get(0))
              + " for denoisers of published folders, float32 for others, where a study names no other");
      Torch.versions().forEach(DoctorCommand::print);
      print("threads", Torch.threads() + " inside an operation");
      boolean sound = true;
      for (Device one : chosen) {
        Torch.use(one);
        sound &= show("network on " + one, SelfTest.network());
      }
      return sound;
    } catch (EngineUnavailable e) {
      print("engine", e.getMessage());
      return false;
    }
  }

  private static boolean show(String name, SelfTest.Check check) {
    print(
        name,
        String.format(
            Locale.ROOT,
            "%s: %.6g, known %.6g +- %.1g",
            check.passes() ? "right" : "WRONG",
            check.value(),
            check.truth(),
            check.tolerance()));
    return check.passes();
  }

  private static void print(String name, String value) {
    System.out.printf("%-22s%s%n", name, value);
  }
}
