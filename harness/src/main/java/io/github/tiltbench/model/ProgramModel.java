package io.github.tiltbench.model;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.config.Names;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.PredictionType;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.flow.FlowSchedulerFile;
import io.github.tiltbench.engine.program.Program;
import io.github.tiltbench.engine.program.Programs;
import io.github.tiltbench.engine.program.RunningProgram;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code kind: process}: a denoiser that a program of the user's own computes, such as a Python
 * script around a diffusers pipeline, with classifier-free guidance.
 *
 * @param program the program
 * @param item shape of a state
 * @param process the chain; its scheduler is the one that the denoiser was trained with
 * @param guidance 1 samples the condition as learnt, 0 ignores it, more exaggerates it
 * @param gradient whether its gradient is used; then the program must have one
 */
public record ProgramModel(
    Program program, int[] item, ProcessSpec.Gaussian process, double guidance, boolean gradient)
    implements ModelSpec {
  /** What stands for keys that a study leaves out. */
  public static final Map<String, Object> DEFAULTS = Map.of("guidance", 1.0, "gradient", false);

  /** Refuses a guidance that is no number and a shape that is none. */
  public ProgramModel {
    ClassifierFreeGuidance.of(guidance);
    if (item.length == 0 || Arrays.stream(item).anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException("item must be a shape of positive extents");
    }
    item = item.clone();
    process.predictionType(); // refuses one that was not told it
  }

  /**
   * What the program says of its denoiser.
   *
   * @param item shape of a state
   * @param predictionType what its output means
   * @param scheduler the keys of the scheduler file that it was trained with, if it was
   * @param differentiable whether it answers {@code vjp}
   * @param batched whether a row costs less in a message of many
   * @param rows the most that a message may have
   */
  record Said(
      int[] item,
      PredictionType predictionType,
      Optional<Node.Mapping> scheduler,
      boolean differentiable,
      boolean batched,
      int rows) {
    static final CatalogueEntry<Said> KIND =
        CatalogueEntry.bare(
            "denoiser", Said.class, Map.of("differentiable", false, "batched", false, "rows", 64));

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
  public StateSpace.Euclidean space() {
    return new StateSpace.Euclidean(item);
  }

  @Override
  public GaussianProcess reverse() {
    return process.over(space());
  }

  @Override
  public Denoiser open() {
    Programs own = Programs.unlogged();
    return open(own, own::close);
  }

  @Override
  public Denoiser open(Programs running) {
    return open(running, () -> {});
  }

  private Denoiser open(Programs running, Runnable end) {
    try {
      RunningProgram asked = running.get(program);
      Said said = asked.says("denoiser", Said.KIND);
      check(asked, said);
      return new ProgramDenoiser(asked, said, this, end);
    } catch (RuntimeException e) {
      end.run();
      throw e;
    }
  }

  /** Refuses a program that is not what the study says. */
  private void check(RunningProgram asked, Said said) {
    if (!Arrays.equals(said.item, item)) {
      throw asked.refused(
          "it denoises states of shape "
              + Arrays.toString(said.item)
              + "; the study has item: "
              + Arrays.toString(item));
    }
    if (said.predictionType != process.predictionType()) {
      throw asked.refused(
          "it predicts "
              + written(said.predictionType)
              + "; the scheduler of the study has prediction_type: "
              + written(process.predictionType()));
    }
    if (said.scheduler.isPresent() && !suits(asked, said.scheduler.get())) {
      throw asked.refused(
          "it was trained with another schedule than that of the study's process; write scheduler: "
              + Json.canonical(said.scheduler.get()));
    }
    if (gradient && !said.differentiable) {
      throw asked.refused("it has no gradient; the study has gradient: true");
    }
    if (said.rows < rowsPerParticle()) {
      throw asked.refused("it takes one row a message, and guidance needs two");
    }
  }

  private boolean suits(RunningProgram asked, Node.Mapping scheduler) {
    try {
      return process.suits(FlowSchedulerFile.of(scheduler));
    } catch (ConfigException e) {
      throw asked.refused(e.getMessage());
    }
  }

  private static String written(PredictionType type) {
    return Names.snake(type.name());
  }

  @Override
  public int rowsPerParticle() {
    return ClassifierFreeGuidance.of(guidance).rows();
  }

  @Override
  public boolean differentiable() {
    return gradient;
  }
}
