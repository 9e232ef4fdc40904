package io.github.tiltbench.engine.program;

import java.util.OptionalDouble;

/**
 * How long a program is waited for, in seconds, before it is ended.
 *
 * @param start from its start to its hello, in which it may load weights; by default {@value
 *     #START}
 * @param call from a question to its answer; by default {@value #CALL}
 */
public record Timeouts(OptionalDouble start, OptionalDouble call) {
  /** What stands where a study says nothing. */
  public static final Timeouts DEFAULT =
      new Timeouts(OptionalDouble.empty(), OptionalDouble.empty());

  private static final double START = 120;
  private static final double CALL = 600;
  private static final double MOST = 604_800; // a week

  /** Refuses times that are none. */
  public Timeouts {
    require("start", start);
    require("call", call);
  }

  private static void require(String key, OptionalDouble seconds) {
    if (seconds.isPresent() && !(seconds.getAsDouble() > 0 && seconds.getAsDouble() <= MOST)) {
      throw new IllegalArgumentException(
          key + " must be seconds, more than 0 and at most a week, not " + seconds.getAsDouble());
    }
  }

  double startSeconds() {
    return start.orElse(START);
  }

  double callSeconds() {
    return call.orElse(CALL);
  }
}
