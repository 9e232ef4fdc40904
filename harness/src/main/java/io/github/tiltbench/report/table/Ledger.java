package io.github.tiltbench.report.table;

import io.github.tiltbench.config.Decimals;
import io.github.tiltbench.report.page.Csv;
import io.github.tiltbench.report.summary.MatchedTrials;
import io.github.tiltbench.report.summary.SummaryRow;
import io.github.tiltbench.report.summary.Task;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.TestResult;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Collects numbers about two cells, or about a curve and a cell, in full precision. */
final class Ledger {
  private static final List<String> SUBJECT =
      List.of("model", "verifier", "number", "algorithm", "budget", "against", "judge");

  private final StringBuilder lines =
      new StringBuilder(
          Csv.line(Stream.concat(SUBJECT.stream(), SummaryRow.NUMBERS.stream()).toList()));

  /**
   * What numbers are about.
   *
   * @param algorithm label
   * @param budget empty if there is none
   * @param against label of the other algorithm, or of the baseline
   * @param judge whose scores, {@link MatchedTrials#TARGET} for the target's
   */
  record Subject(
      Task contest, String algorithm, OptionalLong budget, String against, String judge) {}

  void add(Subject subject, String number, Estimate e) {
    add(subject, number, SummaryRow.numbers(e));
  }

  /** A p-value. */
  void add(Subject subject, TestResult verdict) {
    String n = Integer.toString(verdict.n());
    add(
        subject,
        "p",
        verdict instanceof TestResult.Tested t
            ? List.of(
                Decimals.text(t.p()),
                "",
                "",
                t.least() ? t.method() + Estimate.NOTE + TestResult.Tested.LEAST : t.method(),
                n,
                "")
            : List.of("", "", "", "", n, ((TestResult.Refused) verdict).reason()));
  }

  /**
   * A number that is none of these.
   *
   * @param numbers its columns {@link SummaryRow#NUMBERS}
   */
  void add(Subject subject, String number, List<String> numbers) {
    List<String> fields =
        new ArrayList<>(
            List.of(
                subject.contest().model(),
                subject.contest().verifier(),
                number,
                subject.algorithm(),
                SummaryRow.text(subject.budget()),
                subject.against(),
                subject.judge()));
    fields.addAll(numbers);
    lines.append(Csv.line(fields));
  }

  /** All lines with a header. */
  String csv() {
    return lines.toString();
  }
}
