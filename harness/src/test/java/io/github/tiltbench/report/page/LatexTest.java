package io.github.tiltbench.report.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.tiltbench.report.HostileReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every table compiles in a plain article; left out where there is no pdfLaTeX. */
class LatexTest {
  @TempDir Path folder;

  @Test
  void tablesCompile() throws Exception {
    Optional<Path> pdflatex = Programs.find("pdflatex");
    assumeTrue(pdflatex.isPresent(), "there is no pdfLaTeX");
    Path report = HostileReport.folder();
    List<Path> tables;
    try (Stream<Path> files = Files.list(report.resolve("tables"))) {
      tables = files.filter(f -> f.toString().endsWith(".tex")).sorted().toList();
    }
    assertEquals(7, tables.size());
    for (Path table : tables) {
      Files.copy(table, folder.resolve(table.getFileName()));
    }
    Files.writeString(
        folder.resolve("all.tex"),
        tables.stream()
            .map(t -> "\\input{" + t.getFileName() + "}\n\\clearpage\n")
            .collect(
                Collectors.joining(
                    "",
                    "\\documentclass{article}\n\\usepackage{booktabs}\n\\begin{document}\n",
                    "\\end{document}\n")));
    Programs.Outcome outcome =
        Programs.run(
            folder,
            120,
            pdflatex.get().toString(),
            "-interaction=nonstopmode",
            "-halt-on-error",
            "-no-shell-escape",
            "all.tex");
    assertEquals(0, outcome.status(), outcome.output());
    assertTrue(Files.size(folder.resolve("all.pdf")) > 10_000);
  }
}
