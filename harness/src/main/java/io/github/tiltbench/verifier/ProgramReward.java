package io.github.tiltbench.verifier;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.Names;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.program.Program;
import io.github.tiltbench.engine.program.Programs;
import io.github.tiltbench.engine.program.RunningProgram;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code kind: process}: a reward that a program of the user's own computes, such as a Python
 * script.
 *
 * @param program the program
 * @param item shape of a state
 * @param gradient whether its gradient is used; then the program must have one
 * @param range what values its scores can have
 */
public record ProgramReward(Program program, int[] item, boolean gradient, ScoreRange range)
    implements VerifierSpec {
  /** What stands for keys that a study leaves out. */
  public static final Map<String, Object> DEFAULTS =
      Map.of("gradient", false, "range", ScoreRange.REALS);

  /** Refuses a shape that is none. */
  public ProgramReward {
    if (item.length == 0 || Arrays.stream(item).anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException("item must be a shape of positive extents");
    }
    if (range == ScoreRange.RANKS) {
      throw new IllegalArgumentException("range must be reals or zero-or-one");
    }
    item = item.clone();
  }

  /**
   * What the program says of its reward.
   *
   * @param item shape of a state
   * @param range what values its scores can have
   * @param differentiable whether it answers {@code vjp}
   * @param batched whether a row costs less in a message of many
   * @param rows the most that a message may have
   */
  record Said(int[] item, ScoreRange range, boolean differentiable, boolean batched, int rows) {
    static final CatalogueEntry<Said> KIND =
        CatalogueEntry.bare(
            "reward",
            Said.class,
            Map.of(
                "range", ScoreRange.REALS, "differentiable", false, "batched", false, "rows", 64));

    Said {
      if (rows < 1) {
        throw new IllegalArgumentException("rows must be at least 1");
      }
    }
  }

  @Override
  public List<Program> programs() {
    return List.of(program);
  }

  @Override
  public Verifier open(StateSpace space) {
    Programs own = Programs.unlogged();
    return open(own, own::close);
  }

  @Override
  public Verifier open(StateSpace space, Programs running) {
    return open(running, () -> {});
  }

  private Verifier open(Programs running, Runnable end) {
    try {
      RunningProgram asked = running.get(program);
      Said said = asked.says("reward", Said.KIND);
      check(asked, said);
      return new ProgramVerifier(asked, said, gradient, end);
    } catch (RuntimeException e) {
      end.run();
      throw e;
    }
  }

  /** Refuses a program that is not what the study says. */
  private void check(RunningProgram asked, Said said) {
    if (!Arrays.equals(said.item, item)) {
      throw asked.refused(
          "it scores states of shape "
              + Arrays.toString(said.item)
              + "; the study has item: "
              + Arrays.toString(item));
    }
    if (gradient && !said.differentiable) {
      throw asked.refused("it has no gradient; the study has gradient: true");
    }
    if (said.range != range) {
      throw asked.refused(
          "its scores are " + written(said.range) + "; the study has range: " + written(range));
    }
  }

  private static String written(ScoreRange range) {
    return Names.kebab(range.name());
  }

  @Override
  public Optional<String> mismatch(StateSpace space) {
    StateSpace known = new StateSpace.Euclidean(item);
    return known.equals(space)
        ? Optional.empty()
        : Optional.of("the program scores " + known + ", not " + space);
  }

  @Override
  public String family() {
    return program.command().toString() + program.files();
  }

  @Override
  public boolean differentiable() {
    return gradient;
  }
}
