package io.github.tiltbench.cli;

import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.study.Plan;
import java.util.Map;

/**
 * Where a plan's networks run; the engine is started only if there are any.
 *
 * @param name of the device
 * @param workers cohorts that it pays to run side by side
 * @param threads of the engine inside one operation, 0 without an engine
 * @param libraries versions by name
 */
record Devices(String name, int workers, int threads, Map<String, String> libraries) {
  static Devices of(Plan plan) {
    int cores = Runtime.getRuntime().availableProcessors();
    boolean networks =
        plan.cells().stream()
            .anyMatch(
                cell ->
                    !cell.model().spec().files().isEmpty()
                        || !cell.verifier().spec().files().isEmpty()
                        || cell.crossRewards().stream().anyMatch(j -> !j.spec().files().isEmpty()));
    if (!networks) {
      return new Devices("cpu", cores, 0, Map.of());
    }
    Torch.warning().ifPresent(line -> System.err.println("tiltbench: " + line));
    boolean gpu = Torch.onGpu();
    return new Devices(Torch.device(), gpu ? 1 : cores, Torch.threads(), Torch.versions());
  }
}
