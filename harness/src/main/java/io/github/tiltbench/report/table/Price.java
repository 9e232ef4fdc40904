package io.github.tiltbench.report.table;

import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.summary.Spent;

/** The columns of what a sample cost. */
enum Price {
  NFE("NFE", 2),
  ROWS("ROWS", 4),
  BACKWARD("BACKWARD", 3),
  REWARD("REWARD", 5),
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

  double of(Spent spent) {
    return switch (this) {
      case NFE -> spent.nfe();
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
