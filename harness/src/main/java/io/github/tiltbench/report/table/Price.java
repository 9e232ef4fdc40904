package io.github.tiltbench.report.table;

import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.summary.Spent;
import java.util.List;

/** The columns of what a sample cost. */
enum Price {
  NFE("NFE", 2),
  ACTUAL("NFE actual", 4),
  COMPUTE("compute", 3),
  ROWS("ROWS", 5),
  BACKWARD("BACKWARD", 4),
  REWARD("REWARD", 6),
  WALL("wall", 1);

  private final String header;
  private final int spare;

  Price(String header, int spare) {
    this.header = header;
    this.spare = spare;
  }

  String header() {
    return header;
  }

  /** How soon the column may be left out where there is no room; the higher the sooner. */
  int spare() {
    return spare;
  }

  /**
   * Whether a table has the column, whose rows cost so much; forward equivalents with gradients.
   */
  boolean told(List<Spent> costs) {
    return costs.stream().anyMatch(s -> (this == COMPUTE ? s.backward() : of(s)) != 0);
  }

  double of(Spent spent) {
    return switch (this) {
      case NFE -> spent.nfe();
      case ACTUAL -> spent.actual();
      case COMPUTE -> spent.compute();
      case ROWS -> spent.rows();
      case BACKWARD -> spent.backward();
      case REWARD -> spent.reward();
      case WALL -> spent.wall();
    };
  }

  String text(Spent spent) {
    return this == WALL ? Numbers.seconds(of(spent)) : Numbers.amount(of(spent));
  }
}
