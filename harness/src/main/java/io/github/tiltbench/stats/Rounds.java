package io.github.tiltbench.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Trials round by round: a round is one repetition of every prompt. Rounds are independent of each
 * other and alike; what lies within one need not be independent.
 *
 * @param trials by round, then by prompt; every prompt counts alike
 * @param independent whether the draws within a round are independent too
 */
record Rounds(List<List<WeightedDraws>> trials, boolean independent) {
  /** The rounds that are complete, from the first on up to one that lacks a trial. */
  static Rounds of(TrialNumbers numbers) {
    List<List<WeightedDraws>> rounds = new ArrayList<>();
    for (int round = 0; ; round++) {
      List<WeightedDraws> trials = new ArrayList<>();
      for (TrialNumbers.Prompt prompt : numbers.prompts()) {
        // stored trials lie in the order of their repetitions: the first guess is right
        int at =
            round < prompt.repetitions().size() && prompt.repetitions().get(round) == round
                ? round
                : prompt.repetitions().indexOf(round);
        if (at < 0) {
          return new Rounds(rounds, numbers.independent());
        }
        trials.add(prompt.trials().get(at));
      }
      rounds.add(trials);
    }
  }

  /** How many. */
  int count() {
    return trials.size();
  }

  int prompts() {
    return trials.get(0).size();
  }

  /** Their means. */
  double[] means() {
    return trials.stream()
        .mapToDouble(r -> r.stream().mapToDouble(WeightedDraws::mean).average().orElse(Double.NaN))
        .toArray();
  }

  /** The trials of these rounds as a cell of their own. */
  TrialNumbers numbers(boolean binary) {
    return new TrialNumbers(
        IntStream.range(0, prompts())
            .mapToObj(
                p ->
                    new TrialNumbers.Prompt(
                        "prompt " + p, trials.stream().map(round -> round.get(p)).toList()))
            .toList(),
        independent,
        binary);
  }
}
