package io.github.tiltbench.report.folder;

import io.github.tiltbench.report.page.Footnotes;
import io.github.tiltbench.report.page.Methods;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Table.Cell;
import io.github.tiltbench.report.page.Table.Column;
import io.github.tiltbench.report.summary.Faults;
import io.github.tiltbench.report.summary.MatchedTrials;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.table.Comparison;
import io.github.tiltbench.result.StoredNumbers;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Matched;
import io.github.tiltbench.stats.Paired;
import io.github.tiltbench.stats.TimeUniform;
import io.github.tiltbench.stats.TrialNumbers;
import io.github.tiltbench.stats.Unpaired;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a cell of one folder is to that of another: the same cell run again, a cell on the same
 * noise, one on other noise, or one that it must not be compared with.
 *
 * @param line of both
 * @param folder the other folder
 * @param against the folder that it is compared with
 * @param shared trials of the same prompt and repetition
 * @param same those of them that agree to the byte; empty unless the cells have the same key
 * @param luck what the two share, in words
 * @param difference the other cell's mean reward minus this one's
 */
record Relation(
    Meeting.Line line,
    Folder folder,
    Folder against,
    int shared,
    OptionalInt same,
    String luck,
    Estimate difference) {
  /** What may differ between cells that can be compared: other noise, and the algorithm's code. */
  private static final List<String> FREE = List.of("seed", "revision", "code");

  private static final int NAMED = 3;
  private static final String NUMBER = "difference";

  /** An entry of a line against the line's first one. */
  static Relation of(List<Folder> folders, Meeting.Line line, Meeting.Entry other, Faults faults) {
    Meeting.Entry first = line.entries().get(0);
    Folder here = folders.get(first.folder());
    Folder there = folders.get(other.folder());
    Map<TrialNumbers.Unit, Trial> mine = units(first);
    Map<TrialNumbers.Unit, Trial> theirs = units(other);
    List<TrialNumbers.Unit> shared = mine.keySet().stream().filter(theirs::containsKey).toList();
    boolean again = first.cell().key().equals(other.cell().key());
    int same =
        again
            ? (int) shared.stream().filter(u -> mine.get(u).reproduces(theirs.get(u))).count()
            : 0;
    boolean noise = first.definition().part("seed").equals(other.definition().part("seed"));
    boolean paired =
        noise && here.results().plan().repetitions() == there.results().plan().repetitions();
    Estimate difference;
    Optional<String> refusal = refusal(first, other);
    if (refusal.isPresent()) {
      difference = new Estimate.Refused(refusal.get(), 0);
    } else if (here.results().plan().until().isPresent()
        || there.results().plan().until().isPresent()) {
      difference = new Estimate.Refused(TimeUniform.FIXED, 0);
    } else if (again && same == shared.size() && same > 0) {
      difference = new Estimate.Refused("these are the same trials to the byte", same);
    } else if (paired
        && !shared.isEmpty()
        && shared.stream().allMatch(u -> alike(mine.get(u), theirs.get(u)))) {
      difference = new Estimate.Refused("the rewards of all trials are the same", shared.size());
    } else {
      difference =
          faults.contained(
              NUMBER + " of " + line.label() + " between " + here.label() + " and " + there.label(),
              () -> difference(here, first, other, paired),
              reason -> new Estimate.Refused(reason, 0));
    }
    return new Relation(
        line,
        there,
        here,
        shared.size(),
        again ? OptionalInt.of(same) : OptionalInt.empty(),
        paired ? "the same noise" : noise ? "part of the noise" : "other noise",
        difference);
  }

  private static Map<TrialNumbers.Unit, Trial> units(Meeting.Entry entry) {
    Map<TrialNumbers.Unit, Trial> units = new HashMap<>();
    for (Trial t : entry.trials()) {
      units.put(StoredNumbers.unit(t), t);
    }
    return units;
  }

  private static boolean alike(Trial a, Trial b) {
    return Arrays.equals(a.rewards(), b.rewards()) && Arrays.equals(a.logWeights(), b.logWeights());
  }

  /** Why two cells must not be compared; empty if they may. */
  private static Optional<String> refusal(Meeting.Entry first, Meeting.Entry other) {
    boolean counts = !other.definition().part("count").equals(first.definition().part("count"));
    List<String> differences =
        other.definition().differences(first.definition()).stream()
            .filter(d -> !FREE.contains(d.substring(0, d.indexOf(' '))))
            .filter(d -> !counts || !d.startsWith("budget.")) // it follows from the count
            .toList();
    if (!differences.isEmpty()) {
      return Optional.of("not comparable: " + named(differences));
    }
    return MatchedTrials.unusable(other.cell().label(), other.trials(), MatchedTrials.TARGET)
        .or(
            () ->
                MatchedTrials.unusable(first.cell().label(), first.trials(), MatchedTrials.TARGET));
  }

  /** The first few of what differs. */
  static String named(List<String> differences) {
    int more = differences.size() - NAMED;
    return String.join("; ", differences.subList(0, Math.min(NAMED, differences.size())))
        + (more > 0 ? "; and " + more + " more" : "");
  }

  private static Estimate difference(
      Folder here, Meeting.Entry first, Meeting.Entry other, boolean paired) {
    Confidence c = Confidence.standard(here.results().plan().seed()).keyed(NUMBER);
    TrialNumbers mine = MatchedTrials.scores(first.trials(), MatchedTrials.TARGET, false);
    TrialNumbers theirs = MatchedTrials.scores(other.trials(), MatchedTrials.TARGET, false);
    if (paired) {
      return mine.sharing().stream().anyMatch(theirs.sharing()::contains)
          ? Paired.mean(Matched.of(List.of(theirs, mine)), c)
          : new Estimate.Refused("no trial has a partner", 0);
    }
    return prompts(mine).equals(prompts(theirs))
        ? Unpaired.mean(alone(theirs), alone(mine), c)
        : new Estimate.Refused("some prompt has finished trials in one folder only", 0);
  }

  private static Set<String> prompts(TrialNumbers cell) {
    return cell.prompts().stream().map(TrialNumbers.Prompt::name).collect(Collectors.toSet());
  }

  private static TrialNumbers alone(TrialNumbers cell) {
    return Matched.of(List.of(cell)).cells().get(0);
  }

  private String share() {
    return same.isPresent() ? same.getAsInt() + " of " + shared + " to the byte" : "another cell";
  }

  /** The relations of a meeting. */
  static Table table(Meeting meeting, List<Relation> relations) {
    Footnotes footnotes = new Footnotes();
    Methods methods = new Methods();
    List<Table.Row> body = new ArrayList<>();
    for (Relation r : relations) {
      methods.add(NUMBER, r.difference());
      boolean compared = r.difference() instanceof Estimate.Interval;
      body.add(
          new Table.Row(
              List.of(
                  Cell.of(r.line().label()),
                  meeting.budget(r.line()),
                  Cell.of(r.folder().label()),
                  Cell.of(r.against().label()),
                  Cell.of(r.share()),
                  Comparison.number(r.difference(), footnotes),
                  Cell.of(compared ? r.luck() : ""),
                  Cell.of(Integer.toString(r.difference().n()))),
              false));
    }
    List<String> notes = new ArrayList<>(footnotes.lines());
    methods.sentence().ifPresent(notes::add);
    notes.add(
        "Difference: mean reward in FOLDER minus that in AGAINST. On the same noise, trials are"
            + " compared one by one; else the two vary independently. The same trials: of those"
            + " both folders have, how many agree in everything but their wall time.");
    return new Table(
        "Cells that several folders have: " + meeting.title(),
        List.of(
            Column.key("algorithm", false),
            Column.key("budget", true),
            new Column("folder", false, 0),
            new Column("against", false, 0),
            new Column("same trials", false, 0),
            new Column(NUMBER, true, 0),
            new Column("shared", false, 2),
            new Column("n", true, 1)),
        body,
        notes);
  }

  /** Adds its lines to a file. */
  void enter(Meeting meeting, StringBuilder csv) {
    same.ifPresent(
        s ->
            csv.append(
                meeting.csv(
                    line,
                    "same trials",
                    folder,
                    against.label(),
                    List.of(
                        Integer.toString(s),
                        "",
                        "",
                        "to the byte",
                        Integer.toString(shared),
                        ""))));
    csv.append(meeting.csv(line, NUMBER, folder, against.label(), SummaryRow.numbers(difference)));
  }
}
