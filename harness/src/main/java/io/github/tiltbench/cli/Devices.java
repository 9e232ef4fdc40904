package io.github.tiltbench.cli;

import io.github.tiltbench.engine.Device;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Component;
import io.github.tiltbench.study.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where a plan's networks run; the engine is started only if there are any.
 *
 * @param dealt to the workers, one after the other and again from the first
 * @param workers cohorts that it pays to run side by side
 * @param threads of the engine inside one operation, 0 without an engine
 * @param libraries versions by name
 */
record Devices(List<Device> dealt, int workers, int threads, Map<String, String> libraries) {
  /** There if the machine has a GPU, which programs of the user's own may share. */
  private static final Path GPU = Path.of("/dev/nvidia0");

  /** Those of a choice; networks that this thread loads from now on run on the first. */
  static Devices of(Plan plan, DeviceOption option) {
    Device.check(option.choice);
    int cores = Runtime.getRuntime().availableProcessors();
    boolean networks =
        plan.cells().stream()
            .anyMatch(
                cell ->
                    cell.model().hasWeights()
                        || cell.verifier().hasWeights()
                        || cell.crossRewards().stream().anyMatch(Component::hasWeights));
    boolean shared = !plan.programs().isEmpty() && Files.exists(GPU);
    if (!networks) {
      return new Devices(List.of(), shared ? 1 : cores, 0, Map.of());
    }
    List<Device> dealt = Torch.devices(option.choice);
    for (Cell cell : plan.cells()) {
      cell.model()
          .ask(
              spec -> {
                spec.precision().ifPresent(precision -> precision.requireOn(dealt.get(0)));
                return spec;
              });
    }
    if (option.choice.equals("auto")) {
      Torch.warning().ifPresent(line -> System.err.println("tiltbench: " + line));
    }
    Torch.use(dealt.get(0));
    int workers = dealt.get(0).isGpu() ? dealt.size() : shared ? 1 : cores;
    return new Devices(dealt, workers, Torch.threads(), Torch.versions());
  }

  /** Their names; the CPU's if there is no network. */
  String names() {
    return dealt.isEmpty() ? Device.CPU.toString() : names(dealt);
  }

  /** The same with the precision of published denoisers, where that is not single. */
  String provenance() {
    boolean half = !dealt.isEmpty() && Precision.of(dealt.get(0)) == Precision.FLOAT16;
    return names()
        + (half ? "; published denoisers in float16 where the study names no precision" : "");
  }

  static String names(List<Device> devices) {
    return devices.stream().map(Device::toString).collect(Collectors.joining(", "));
  }
}
