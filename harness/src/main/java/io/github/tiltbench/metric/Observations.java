package io.github.tiltbench.metric;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.github.tiltbench.stats.TrialNumbers;
import io.github.tiltbench.stats.WeightedDraws;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The finished trials of one cell, as a metric sees them.
 *
 * @param trials at least one, in any order
 * @param independent whether the values of a trial are independent draws given the prompt; they
 *     must then be equally weighted
 */
public record Observations(List<Observation> trials, boolean independent) {
  /** Checks that there are trials and that independent draws carry no weights. */
  public Observations {
    trials = List.copyOf(trials);
    if (trials.isEmpty()) {
      throw new IllegalArgumentException("no trials");
    }
    if (independent && trials.stream().anyMatch(Observations::weighted)) {
      throw new IllegalArgumentException("independent draws must be equally weighted");
    }
  }

  private static boolean weighted(Observation o) {
    return Arrays.stream(o.logWeights()).distinct().count() > 1;
  }

  /** The same trials with one number each. */
  Observations reduced(ToDoubleFunction<double[]> number) {
    return new Observations(
        trials.stream()
            .map(o -> Observation.of(o.prompt(), o.repetition(), number.applyAsDouble(o.values())))
            .toList(),
        false);
  }

  /** The trials by prompt, in the order in which prompts first appear. */
  TrialNumbers byPrompt() {
    Map<String, List<WeightedDraws>> prompts =
        trials.stream()
            .collect(
                groupingBy(
                    Observation::prompt,
                    LinkedHashMap::new,
                    mapping(Observation::draws, toList())));
    return new TrialNumbers(
        prompts.entrySet().stream()
            .map(e -> new TrialNumbers.Prompt(e.getKey(), e.getValue()))
            .toList(),
        independent);
  }
}
