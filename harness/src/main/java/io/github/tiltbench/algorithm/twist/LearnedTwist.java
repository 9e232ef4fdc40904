package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.algorithm.FitFormat;
import io.github.tiltbench.engine.learning.LearnedNumbers;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A twist with what its learning cost and how it went.
 *
 * @param twist moves particles
 * @param scalars diagnostics by name
 */
public record LearnedTwist(Twist twist, Map<String, Double> scalars) {
  private static final String TWIST = "twist/";
  private static final String SCALAR = "scalar/";

  /** Keeps a copy of the diagnostics. */
  public LearnedTwist {
    scalars = Map.copyOf(scalars);
  }

  /** How it is kept where its twist can be. */
  static FitFormat<LearnedTwist> format(FitFormat<Twist> twists) {
    return new FitFormat<>(
        learned -> learned.numbers(twists), numbers -> LearnedTwist.read(twists, numbers));
  }

  private LearnedNumbers numbers(FitFormat<Twist> twists) {
    SortedMap<String, double[]> all = new TreeMap<>();
    twists.write().apply(twist).byName().forEach((name, values) -> all.put(TWIST + name, values));
    scalars.forEach((name, value) -> all.put(SCALAR + name, new double[] {value}));
    return new LearnedNumbers(all);
  }

  private static LearnedTwist read(FitFormat<Twist> twists, LearnedNumbers numbers) {
    SortedMap<String, double[]> twist = new TreeMap<>();
    SortedMap<String, Double> scalars = new TreeMap<>();
    for (String name : numbers.byName().keySet()) {
      if (name.startsWith(TWIST)) {
        twist.put(name.substring(TWIST.length()), numbers.get(name));
      } else {
        scalars.put(name.substring(SCALAR.length()), numbers.get(name, 1)[0]);
      }
    }
    return new LearnedTwist(twists.read().apply(new LearnedNumbers(twist)), scalars);
  }
}
