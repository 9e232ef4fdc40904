package io.github.tiltbench.cli;

import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.study.Component;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.TrialId;
import io.github.tiltbench.verifier.VerifierSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a result folder holds of a plan already, and what a run would add.
 *
 * @param trials stored and asked for
 * @param carried of these, made when the study had other prompts
 * @param missing trials that a run would make
 * @param nfe that these would take
 * @param unjudged stored trials without scores of a judge, by its name
 * @param beyond stored trials of the plan's cells that it does not ask for any more
 * @param cells stored cells that it does not have any more
 */
record Stock(
    int trials,
    int carried,
    int missing,
    long nfe,
    Map<String, Integer> unjudged,
    int beyond,
    long cells) {

  /** Whether a folder was begun. */
  static boolean at(Path folder) {
    return Files.isRegularFile(folder.resolve("plan.json"));
  }

  /** Of a folder that was begun. */
  static Stock of(Path folder, Plan plan) {
    Results results = Results.of(folder, plan);
    int missing = 0;
    long nfe = 0;
    Map<String, Integer> unjudged = new TreeMap<>();
    for (Cell cell : plan.cells()) {
      for (TrialId id : plan.trials(cell)) {
        Trial trial = results.trials().get(id);
        if (trial == null) {
          missing++;
          nfe += cell.cost().nfe();
          continue;
        }
        for (Component<VerifierSpec> judge : cell.crossRewards()) {
          if (!trial.crossRewards().containsKey(judge.label())) {
            unjudged.merge(judge.label(), 1, Integer::sum);
          }
        }
      }
    }
    return new Stock(
        results.trials().size(),
        results.carried().size(),
        missing,
        nfe,
        unjudged,
        results.beyond(),
        results.others());
  }

  /** A line for each thing that a person would want to know before a run. */
  List<String> lines(Path folder) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "stored: %s has %,d of %,d trials%s; to run: %,d trials, %,d NFE",
            folder,
            trials,
            trials + missing,
            carried == 0
                ? ""
                : String.format(Locale.ROOT, ", %,d made before the prompts changed", carried),
            missing,
            nfe));
    unjudged.forEach(
        (judge, count) ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "to score: %,d stored trials by %s, without the model",
                    count,
                    judge)));
    if (beyond > 0 || cells > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "no longer counted: %,d stored trials and %s that the study does not ask for",
              beyond,
              Columns.count((int) cells, "cell")));
    }
    return lines;
  }
}
