package io.github.tiltbench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The committed runs: whole by the reader of today, whatever version wrote them. */
class CommittedResultsTest {
  static List<Path> folders() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("../results/reference"))) {
      return folders.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void everyLineAndEveryKeyIsWhole(Path folder) {
    Results results = Results.read(folder);
    // samples are too large to be committed, and a line that counts on them says so
    List<String> damages =
        results.damages().stream()
            .map(Damage::problem)
            .filter(problem -> !problem.endsWith(".npy is missing or cut short"))
            .toList();
    assertEquals(List.of(), damages);
    // seconds are of trials that ran alone
    String cohort = folder.endsWith("field") ? "1" : "8";
    assertEquals(Optional.of(cohort), Provenance.cohort(folder));
    for (PlanFile.Row cell : results.plan().cells()) {
      assertTrue(results.definition(cell).isPresent(), cell.brief());
    }
  }
}
