package io.github.tiltbench.result;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which stored scores count as those of which judge.
 *
 * <p>A judge is known by its key, the digest of all that defines its scores. A trial's line has the
 * scores of the judges it was made with, by name; which keys these names had then is in the
 * provenance of its writer. A judge that joined later, or whose weights were exchanged, has lines
 * of its own.
 *
 * @param wanted the keys of the plan's judges by name; none if an older version has written the
 *     plan, and then every name stands for itself
 * @param made the keys by name with which each writer made its trials; a writer of an older version
 *     has none, and its names stand for themselves
 */
record Judges(Map<String, String> wanted, Map<String, Map<String, String>> made) {
  /** What a folder says, for the judges of a plan. */
  static Judges of(Path folder, PlanFile plan) {
    return new Judges(plan.judges(), Provenance.judges(folder));
  }

  /**
   * The scores of a trial by the plan's judges, as far as there are any.
   *
   * @param writer of the trial
   * @param line scores that stand in its line, by name
   * @param later scores that were made afterwards, by key
   */
  Map<String, double[]> of(String writer, Map<String, double[]> line, Map<String, double[]> later) {
    if (wanted.isEmpty()) {
      return line;
    }
    Map<String, String> keys = made.getOrDefault(writer, Map.of());
    Map<String, double[]> byKey = new TreeMap<>(later);
    line.forEach(
        (name, scores) ->
            byKey.put(keys.isEmpty() ? "" + wanted.get(name) : keys.get(name), scores));
    return with(Map.of(), byKey);
  }

  /** Scores by name, and those by key for the plan's judges that are not among them. */
  Map<String, double[]> with(Map<String, double[]> named, Map<String, double[]> byKey) {
    Map<String, double[]> scores = new TreeMap<>(named);
    wanted.forEach(
        (name, key) -> {
          if (byKey.containsKey(key)) {
            scores.putIfAbsent(name, byKey.get(key));
          }
        });
    return scores;
  }
}
