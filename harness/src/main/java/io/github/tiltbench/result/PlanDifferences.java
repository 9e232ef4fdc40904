package io.github.tiltbench.result;

import io.github.tiltbench.config.Json;
import io.github.tiltbench.result.PlanFile.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where a stored plan and the plan that the study makes now are not the same, each as one line.
 *
 * <p>Which judges are kin to a reward follows from the study, and older plans do not say it; it is
 * not compared. Reasons of skips are words and may be put otherwise by another version; they are
 * not compared.
 */
public final class PlanDifferences {
  private PlanDifferences() {}

  /** All differences in the order of the plan; none if both ask for the same trials. */
  public static List<String> of(PlanFile stored, PlanFile made) {
    List<String> lines = new ArrayList<>();
    Map<String, Object> fields = fields(stored);
    if (stored.judges().isEmpty()) {
      fields.remove("judges"); // an older version did not say
    }
    compare(lines, "", fields, fields(made));
    Map<String, Row> there = rows(stored);
    Map<String, Row> here = rows(made);
    there.forEach(
        (key, row) -> {
          if (here.containsKey(key)) {
            compare(lines, " of cell " + row.brief(), cell(row), cell(here.get(key)));
          } else {
            lines.add("cell " + row.brief() + " (" + row.label() + ") is not in the study's plan");
          }
        });
    here.forEach(
        (key, row) -> {
          if (!there.containsKey(key)) {
            lines.add("the study's cell " + row.brief() + " (" + row.label() + ") is not in it");
          }
        });
    return lines;
  }

  private static Map<String, Row> rows(PlanFile plan) {
    return plan.cells().stream()
        .collect(Collectors.toMap(Row::key, Function.identity(), (a, b) -> a, LinkedHashMap::new));
  }

  private static Map<String, Object> fields(PlanFile plan) {
    Map<String, Object> fields = Json.fields(plan);
    fields.keySet().removeAll(List.of("cells", "skips", "nfe", "kin"));
    return fields;
  }

  private static Map<String, Object> cell(Row row) {
    return Json.fields(row);
  }

  private static void compare(
      List<String> lines, String of, Map<String, Object> stored, Map<String, Object> made) {
    for (String key : new TreeSet<>(stored.keySet())) {
      if (!Objects.equals(stored.get(key), made.get(key))) {
        lines.add(
            key
                + of
                + " is "
                + Json.canonical(stored.get(key))
                + " and the study makes it "
                + Json.canonical(made.get(key)));
      }
    }
  }
}
