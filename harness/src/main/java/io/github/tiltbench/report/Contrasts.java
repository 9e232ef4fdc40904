package io.github.tiltbench.report;

import io.github.tiltbench.result.Results;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the algorithms of one contest are worth against each other, by trials that share noise. */
record Contrasts(
    Optional<Differences> differences,
    Optional<Strengths> strengths,
    Optional<Ratios> ratios,
    Optional<Judged> judged) {
  /** Of the files. */
  static final String NAME = "comparison";

  static Contrasts of(Results results, Contest contest) {
    Pairing pairing = new Pairing(results, contest);
    return new Contrasts(
        Differences.of(pairing), Strengths.of(pairing), Ratios.of(pairing), Judged.of(pairing));
  }

  /** The tables of all contests; empty if there is nothing to compare. */
  static Optional<View> view(List<Contrasts> all) {
    List<Table> tables = new ArrayList<>();
    Ledger ledger = new Ledger();
    for (Contrasts one : all) {
      one.differences().ifPresent(d -> tables.add(d.table()));
      one.strengths().ifPresent(s -> tables.add(s.table()));
      one.ratios().ifPresent(r -> tables.add(r.table()));
      one.judged().ifPresent(j -> tables.add(j.table()));
      one.differences().ifPresent(d -> d.enter(ledger));
      one.strengths().ifPresent(s -> s.enter(ledger));
      one.ratios().ifPresent(r -> r.enter(ledger));
      one.judged().ifPresent(j -> j.enter(ledger));
    }
    return tables.isEmpty() ? Optional.empty() : Optional.of(new View(NAME, tables, ledger.csv()));
  }

  /** What the answer must say of it; empty text for nothing. */
  String answer() {
    return Stream.of(differences.map(Differences::answer), judged.map(Judged::answer))
        .flatMap(Optional::stream)
        .filter(s -> !s.isEmpty())
        .collect(Collectors.joining(" "));
  }
}
