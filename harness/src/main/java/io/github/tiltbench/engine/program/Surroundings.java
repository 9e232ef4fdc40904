package io.github.tiltbench.engine.program;

import java.util.List;
import java.util.Map;

/** The environment of programs that are started beside this one. */
public final class Surroundings {
  /** Before the name of a variable that the launcher set: what the user had it at, or nothing. */
  private static final String GIVEN = "TILTBENCH_GIVEN_";

  private Surroundings() {}

  /** Gives back what the launcher changed for the engine's sake, such as who keeps memory. */
  public static void restore(Map<String, String> environment) {
    for (String name : List.copyOf(environment.keySet())) {
      if (name.startsWith(GIVEN)) {
        String changed = name.substring(GIVEN.length());
        String given = environment.remove(name);
        if (given.isEmpty()) {
          environment.remove(changed);
        } else {
          environment.put(changed, given);
        }
      }
    }
  }
}
