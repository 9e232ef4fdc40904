package io.github.tiltbench.report.table;

import io.github.tiltbench.metric.Layout;
import io.github.tiltbench.report.summary.Faults;
import io.github.tiltbench.report.summary.StudyComponents;
import io.github.tiltbench.report.summary.Summary;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.study.Catalogues;
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
 * @param standings at the largest budget of each task, where the study asks for them
 */
public record Views(
    Optional<View> published,
    List<View> compared,
    List<View> asked,
    List<View> open,
    List<String> missing,
    List<Standings> standings) {
  /**
   * The tables of a study.
   *
   * @param compared those of all contests together, as they come
   * @param remark what a reader must know about a row's cell, or empty text
   */
  public static Views of(
      Results results,
      StudyComponents parts,
      List<Task> contests,
      List<View> compared,
      Function<PlanFile.Row, String> remark,
      Faults faults) {
    PlanFile plan = results.plan();
    List<View> asked = new ArrayList<>();
    List<View> open = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<Standings> largest = new ArrayList<>();
    for (Layout layout : Catalogues.load().layouts()) {
      boolean wanted = plan.layouts().contains(layout.name());
      boolean ranks = layout.across() == Layout.Across.RANKS;
      if (ranks && !wanted) {
        continue; // intervals that hold at once are made for it alone
      }
      List<List<Standings>> standings =
          ranks
              ? Standings.of(
                  layout,
                  contests,
                  cells ->
                      Summary.jointly(
                          results, parts, cells, Standings.families(layout, plan), faults))
              : List.of();
      standings.forEach(s -> largest.add(Standings.largest(s)));
      Optional<View> view =
          ranks ? Standings.view(layout, standings, remark) : View.of(layout, contests, remark);
      if (wanted) {
        view.ifPresentOrElse(
            asked::add,
            () -> missing.add("No table " + layout + ": this study has no number that it shows."));
      } else if (plan.layouts().isEmpty() && View.adds(layout, contests)) {
        view.ifPresent(open::add);
      }
    }
    return new Views(
        Beside.of(contests, plan.published()), compared, asked, open, missing, largest);
  }

  /** Every one that has files. */
  public List<View> all() {
    List<View> all = new ArrayList<>(published.stream().toList());
    all.addAll(compared);
    all.addAll(asked);
    all.addAll(open);
    return all;
  }

  /** Every name that files of these tables can have, whatever the study. */
  public static List<String> names() {
    List<String> names = new ArrayList<>(Catalogues.load().layoutNames());
    names.add(Beside.NAME);
    names.addAll(List.of(Contrasts.NAME, ScalingFits.NAME, Ranks.NAME, Excerpts.NAME));
    return names;
  }
}
