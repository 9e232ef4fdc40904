package io.github.tiltbench.report;

import io.github.tiltbench.metric.Layout;
import io.github.tiltbench.result.PlanFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The tables beside those of the summary.
 *
 * @param published published numbers beside measured ones
 * @param compared algorithms against each other, their growth, their ranks
 * @param asked layouts that the study asks for
 * @param open layouts that apply where the study asks for none; files only
 * @param missing a sentence for each layout that was asked for and has no number
 */
record Views(
    Optional<View> published,
    List<View> compared,
    List<View> asked,
    List<View> open,
    List<String> missing) {
  static Views of(
      PlanFile plan,
      List<Contest> contests,
      List<View> compared,
      Function<SummaryRow, String> remark) {
    List<View> asked = new ArrayList<>();
    List<View> open = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Layout layout : Layout.values()) {
      Optional<View> view = View.of(layout, contests, remark);
      if (plan.layouts().contains(layout.toString())) {
        view.ifPresentOrElse(
            asked::add,
            () -> missing.add("No table " + layout + ": this study has no number that it shows."));
      } else if (plan.layouts().isEmpty() && View.adds(layout, contests)) {
        view.ifPresent(open::add);
      }
    }
    return new Views(Beside.of(contests, plan.published()), compared, asked, open, missing);
  }

  /** Every one that has files. */
  List<View> all() {
    List<View> all = new ArrayList<>(published.stream().toList());
    all.addAll(compared);
    all.addAll(asked);
    all.addAll(open);
    return all;
  }

  /** Names that files of these tables can have. */
  static List<String> names() {
    List<String> names = new ArrayList<>(Layout.names());
    names.add(Beside.NAME);
    names.addAll(List.of(Contrasts.NAME, ScalingFits.NAME, Ranks.NAME));
    return names;
  }
}
