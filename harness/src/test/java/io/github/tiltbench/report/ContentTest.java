package io.github.tiltbench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.report.page.Block;
import io.github.tiltbench.report.page.Table;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page keeps what is wanted first in sight. */
class ContentTest {
  @Test
  void onlyTheFirstTableStandsBetweenTheAnswerAndTheSamples() {
    Table first = new Table("a", List.of(), List.of(), List.of());
    Table second = new Table("b", List.of(), List.of(), List.of());
    assertEquals(
        List.of(
            new Block.Tabular(first), new Block.Folded("b", List.of(new Block.Tabular(second)))),
        Content.byBudget(List.of(first, second)));
  }
}
