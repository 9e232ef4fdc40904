package io.github.tiltbench.report.page;

import io.github.tiltbench.metric.sample.Notes;
import io.github.tiltbench.stats.Estimate;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Collects how the intervals of one table were made. */
public final class Methods {
  private final Map<String, Set<String>> headers = new LinkedHashMap<>();
  private final Set<String> levels = new LinkedHashSet<>();

  /** Notes the method of a number under the header of its column; a refused one has none. */
  public void add(String header, Estimate e) {
    if (e instanceof Estimate.Interval i) {
      levels.add(Numbers.percent(i.level()));
      headers.computeIfAbsent(Notes.method(i.method()), m -> new LinkedHashSet<>()).add(header);
    }
  }

  /** One sentence; none if there are no intervals. */
  public Optional<String> sentence() {
    return headers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Intervals of "
                + String.join(", ", levels)
                + ", each by itself: "
                + headers.entrySet().stream()
                    .map(m -> String.join(", ", m.getValue()) + " by " + m.getKey())
                    .collect(Collectors.joining("; "))
                + ".");
  }
}
