package io.github.tiltbench.report.summary;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.result.Failure;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Stored;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.TrialId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Results of a study that was never run: three algorithms, two budgets, rewards from a formula. */
public final class Fixture {
  static final List<String> PROMPTS = List.of("bag", "<b>T-shirt & co</b>", "a_sneaker");

  /** What the samples are. */
  public enum Kind {
    IMAGES,
    LINE,
    PLANE,
    TOKENS
  }

  /** What would be mark-up, a script or a command, if it were not escaped. */
  public static final String HOSTILE =
      "<script>alert(1)</script> \"'&amp;]]></script><img src=x onerror=alert(2)>"
          + " \\input{x} $a_b^c$ 5% #~ <!-- %{x}";

  private final String suffix;

  private Fixture(String suffix) {
    this.suffix = suffix;
  }

  /** Complete but for two trials of the last cell, one of which failed. */
  public static Results results(Path folder, Kind kind, int repetitions) {
    return new Fixture("").make(folder, kind, repetitions);
  }

  /** The same where every name and message that a study can choose ends in {@link #HOSTILE}. */
  public static Results hostile(Path folder, Kind kind, int repetitions) {
    return new Fixture(HOSTILE).make(folder, kind, repetitions);
  }

  private List<String> prompts() {
    return PROMPTS.stream().map(p -> p + suffix).toList();
  }

  private Results make(Path folder, Kind kind, int repetitions) {
    List<PlanFile.Row> cells = new ArrayList<>();
    cells.add(cell("pretrained", suffix, null, 50));
    for (long at : new long[] {50, 200, 800}) {
      cells.add(cell("best-of-n", suffix, at, at));
      cells.add(cell("smc", "resampler=systematic" + suffix, at, at));
      cells.add(cell("svdd", "alpha=0.0,value=posterior-mean" + suffix, at, at * 9 / 10));
    }
    PlanFile plan =
        new PlanFile(
            "fashion <script>alert(1)</script>" + suffix,
            7,
            repetitions,
            2,
            prompts(),
            "nfe",
            "sample",
            List.of("reward", "ess", "evidence", "ancestry"),
            List.of("classifier" + suffix),
            0,
            cells,
            List.of(
                new PlanFile.Skipped(
                    "fashion" + suffix,
                    "jpeg" + suffix,
                    "das" + suffix,
                    null,
                    "the verifier has no gradient" + suffix)),
            List.of(),
            List.of(),
            null);
    Map<TrialId, Trial> trials = new HashMap<>();
    for (PlanFile.Row cell : cells) {
      for (TrialId id : plan.trials(cell)) {
        trials.put(id, trial(cell, id, kind));
      }
    }
    PlanFile.Row last = cells.get(cells.size() - 1);
    TrialId failed = new TrialId(last.brief(), "bag" + suffix, 0);
    trials.remove(failed);
    trials.remove(new TrialId(last.brief(), "bag" + suffix, 1));
    return new Results(
        folder,
        plan,
        trials,
        List.of(new Failure(failed, "verifier", "returned NaN for <img src=x>" + suffix)),
        List.of());
  }

  private PlanFile.Row cell(String algorithm, String params, Long at, long nfe) {
    String key = Integer.toHexString((algorithm + at).hashCode()).repeat(10).substring(0, 12);
    return new PlanFile.Row(
        key + "0".repeat(52),
        "fashion" + suffix,
        "jpeg" + suffix,
        algorithm,
        params,
        0.1,
        at,
        Cost.of(2 * nfe, 4 * nfe, 20),
        Optional.empty());
  }

  private Trial trial(PlanFile.Row cell, TrialId id, Kind kind) {
    SplittableRandom r = new SplittableRandom(id.hashCode());
    double gain = List.of("pretrained", "best-of-n", "smc", "svdd").indexOf(cell.algorithm());
    double scale = cell.at() == null ? 0 : Math.log(cell.at() / 25.0);
    double[] rewards =
        r.doubles(2).map(u -> -1 + 0.04 * gain * scale + 0.05 * r.nextGaussian()).toArray();
    double[] judged = r.doubles(2).map(u -> -u).toArray();
    boolean population = cell.algorithm().equals("smc");
    double[] weights = population ? new double[] {0, -0.5} : new double[2];
    Map<String, Double> scalars =
        population
            ? Map.of(
                "ess_min", 0.3 + 0.1 * r.nextDouble(),
                "log_evidence", 3 + r.nextGaussian(),
                "distinct_origins", 0.2 + 0.1 * r.nextDouble())
            : Map.of();
    return new Trial(
        id,
        new Stored.Inline(samples(kind, id, r)),
        !population,
        weights,
        rewards,
        Map.of("classifier" + suffix, judged),
        cell.cost(),
        scalars,
        Map.of(),
        0.37);
  }

  /** The same trial with traces. */
  public static Trial traced(Trial t, Map<String, double[]> traces) {
    return new Trial(
        t.id(),
        t.samples(),
        t.independent(),
        t.logWeights(),
        t.rewards(),
        t.crossRewards(),
        t.cost(),
        t.scalars(),
        traces,
        t.wallSeconds());
  }

  private Batch samples(Kind kind, TrialId id, SplittableRandom r) {
    return switch (kind) {
      case IMAGES -> new Batch.Reals(image(id), new int[] {1, 28, 28});
      case LINE ->
          new Batch.Reals(new double[] {r.nextGaussian(), 2 + r.nextGaussian()}, new int[] {1});
      case PLANE ->
          new Batch.Reals(r.doubles(4).map(u -> r.nextGaussian()).toArray(), new int[] {2});
      case TOKENS -> new Batch.Tokens(new int[] {0, 1, 2, 1, 2, 2, 0, 1}, 4);
    };
  }

  /** A disc and a square, their size by prompt. */
  private double[] image(TrialId id) {
    double[] pixels = new double[2 * 28 * 28];
    int size = 5 + 3 * prompts().indexOf(id.prompt());
    for (int i = 0; i < 28 * 28; i++) {
      int y = i / 28 - 14;
      int x = i % 28 - 14;
      pixels[i] = x * x + y * y < size * size ? 1 - Math.abs(x) / 14.0 : -1;
      pixels[28 * 28 + i] = Math.max(Math.abs(x), Math.abs(y)) < size ? 0.5 : -1;
    }
    return pixels;
  }
}
