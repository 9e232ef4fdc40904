package io.github.tiltbench.report;

import io.github.tiltbench.report.summary.Faults;
import io.github.tiltbench.report.summary.MatchedTrials;
import io.github.tiltbench.report.summary.StudyComponents;
import io.github.tiltbench.report.summary.Summary;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.report.table.Contrasts;
import io.github.tiltbench.report.table.Excerpts;
import io.github.tiltbench.report.table.Ranks;
import io.github.tiltbench.report.table.ScalingFits;
import io.github.tiltbench.report.table.SummaryTables;
import io.github.tiltbench.report.table.View;
import io.github.tiltbench.report.table.Views;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All that a report says of a result folder, computed once: its files, its page and the terminal
 * only arrange it.
 *
 * @param rows every number
 * @param tasks what can be compared, in plan order
 * @param summaries the tables of each task
 * @param answers one a task
 * @param fits growth with the budget, of tasks that have it
 * @param remark what a reader must know about a cell, or empty text
 * @param views tables beside those of the summary
 * @param excerpts one a task
 */
record Findings(
    Results results,
    StudyComponents components,
    Faults faults,
    List<SummaryRow> rows,
    List<Task> tasks,
    List<SummaryTables> summaries,
    List<Answer> answers,
    List<ScalingFits> fits,
    Ranks ranks,
    Incompleteness gaps,
    Function<PlanFile.Row, String> remark,
    Views views,
    List<Excerpts> excerpts) {
  static Findings of(Results results) {
    StudyComponents components = new StudyComponents(results);
    Faults faults = new Faults();
    List<SummaryRow> rows = Summary.of(results, components, faults);
    List<Task> tasks = Task.of(results.plan(), rows);
    Incompleteness gaps = new Incompleteness(results);
    Map<PlanFile.Row, String> remarks = new HashMap<>();
    results.plan().cells().forEach(c -> remarks.put(c, gaps.of(c)));
    List<MatchedTrials> matched =
        tasks.stream().map(t -> new MatchedTrials(results, t, components, faults)).toList();
    List<Contrasts> contrasts = matched.parallelStream().map(Contrasts::of).toList();
    List<ScalingFits> fits =
        matched.parallelStream().flatMap(m -> ScalingFits.of(m).stream()).toList();
    Ranks ranks = Ranks.of(tasks);
    List<View> compared =
        Stream.of(Contrasts.view(contrasts), ScalingFits.view(fits), ranks.view())
            .flatMap(Optional::stream)
            .toList();
    return new Findings(
        results,
        components,
        faults,
        rows,
        tasks,
        tasks.stream().map(t -> SummaryTables.of(t, remarks::get)).toList(),
        IntStream.range(0, tasks.size())
            .mapToObj(i -> Answer.of(tasks.get(i), contrasts.get(i), gaps))
            .toList(),
        fits,
        ranks,
        gaps,
        remarks::get,
        Views.of(results, components, tasks, compared, remarks::get, faults),
        tasks.stream()
            .map(
                t ->
                    faults.contained(
                        "excerpts, " + t.name(),
                        () -> Excerpts.of(results, components, t),
                        reason -> new Excerpts(t, List.of())))
            .toList());
  }
}
