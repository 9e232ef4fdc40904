package io.github.tiltbench.report.table;

import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.summary.MatchedTrials;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the algorithms of one contest are worth against each other, by trials that share noise. */
public final class Contrasts {
  /** Of the files. */
  static final String NAME = "comparison";

  private final Optional<Differences> differences;
  private final Optional<Strengths> strengths;
  private final Optional<Ratios> ratios;
  private final Optional<OveroptimisationTable> judged;

  private Contrasts(MatchedTrials pairing) {
    this.differences = Differences.of(pairing);
    this.strengths = Strengths.of(pairing);
    this.ratios = Ratios.of(pairing);
    this.judged = OveroptimisationTable.of(pairing);
  }

  /** The contrasts of a contest, by the trials that its cells share. */
  public static Contrasts of(MatchedTrials pairing) {
    return new Contrasts(pairing);
  }

  /** The tables of all contests, and their numbers; empty if there is nothing to compare. */
  public static Optional<View> view(List<Contrasts> all) {
    List<Table> tables = new ArrayList<>();
    Ledger ledger = new Ledger();
    for (Contrasts one : all) {
      one.differences.ifPresent(d -> tables.add(d.table()));
      one.strengths.ifPresent(s -> tables.add(s.table()));
      one.ratios.ifPresent(r -> tables.add(r.table()));
      one.judged.ifPresent(j -> tables.add(j.table()));
      one.differences.ifPresent(d -> d.enter(ledger));
      one.strengths.ifPresent(s -> s.enter(ledger));
      one.ratios.ifPresent(r -> r.enter(ledger));
      one.judged.ifPresent(j -> j.enter(ledger));
    }
    return tables.isEmpty() ? Optional.empty() : Optional.of(new View(NAME, tables, ledger.csv()));
  }

  /** How budgets of equal reward compare, in a sentence; empty text if it is not known. */
  public String budgets() {
    return ratios.map(Ratios::answer).orElse("");
  }

  /** What the answer must say of it; empty text for nothing. */
  public String answer() {
    return Stream.of(
            differences.map(Differences::answer), judged.map(OveroptimisationTable::answer))
        .flatMap(Optional::stream)
        .filter(s -> !s.isEmpty())
        .collect(Collectors.joining(" "));
  }
}
