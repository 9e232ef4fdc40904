package io.github.tiltbench.result;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Toys;
import io.github.tiltbench.study.TrialId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Made-up trials for the plan of {@link Toys#STUDY}: everything follows from the id. */
final class Shelf {
  static final Plan PLAN = Toys.plan(Toys.STUDY);

  private Shelf() {}

  static Store open(Path folder, Shard shard, String writer) {
    Provenance provenance =
        new Provenance(
            writer,
            "2026-01-01T00:00:00Z",
            "run",
            "1",
            Optional.empty(),
            "java",
            "os",
            2,
            "cpu",
            1,
            "8",
            Map.of("library", "1.0"),
            Optional.empty(),
            Map.of());
    return Store.open(folder, PLAN, Toys.STUDY.getBytes(StandardCharsets.UTF_8), shard, provenance);
  }

  static TrialId id(int number) {
    return PLAN.trials().get(number);
  }

  /** Two samples of two numbers. */
  static Trial trial(TrialId id, double wall) {
    double r = id.repetition() + id.prompt().length() / 10.0;
    return new Trial(
        id,
        new Stored.Inline(new Batch.Reals(new double[] {r, 0.1, -r, 1e-7}, new int[] {2})),
        false,
        new double[] {Double.NEGATIVE_INFINITY, -0.5},
        new double[] {r + 1, r + 2},
        Map.of("judge", new double[] {1, 2}),
        new Cost(20, 40, 0, 3, 0),
        Map.of("log_evidence", -1.25, "odd", Double.NaN),
        Map.of("ess", new double[] {4, 2.5}),
        wall);
  }

  /** The same with samples too large for a line. */
  static Trial large(TrialId id) {
    double[] pixels = new double[2 * 100];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i / 7.0 + id.repetition();
    }
    Trial t = trial(id, 1);
    return t.with(new Stored.Inline(new Batch.Reals(pixels, new int[] {1, 10, 10})));
  }
}
