package io.github.tiltbench.benchmarks.kernel;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.diffusion.StepPredictor;
import io.github.tiltbench.diffusion.flow.Flow;
import io.github.tiltbench.diffusion.flow.FlowDiffusion;
import io.github.tiltbench.diffusion.flow.FlowSampler;
import io.github.tiltbench.diffusion.flow.FlowSchedulerConfig;
import io.github.tiltbench.diffusion.flow.Interpolant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The arithmetic of a step of a flow by each sampler, from the states to the law of the next ones,
 * around a model that costs nothing.
 */
@State(Scope.Thread)
public class FlowStepBenchmark {
  private static final int STEPS = 50;

  /** Particles and numbers in a state. */
  @Param("64x784")
  public String shape;

  /** How a step is taken. */
  @Param public FlowSampler sampler;

  private GaussianProcess process;
  private StepPredictor predictor;
  private Batch.Reals states;
  private int[] level;
  private int[] below;
  private Condition[] conditions;

  /** Draws states and the one prediction. */
  @Setup
  public void setUp() {
    Shape size = Shape.of(shape);
    boolean diffuses = sampler == FlowSampler.EM || sampler == FlowSampler.MARGINAL;
    process =
        new Flow(
                STEPS,
                sampler,
                diffuses
                    ? Optional.of(new FlowDiffusion(FlowDiffusion.Family.SQUARE, 3))
                    : Optional.empty(),
                Flow.Last.MEAN,
                Interpolant.LINEAR,
                Flow.Conversion.BOTH,
                Flow.Schedule.UNIFORM,
                OptionalInt.empty(),
                OptionalDouble.empty(),
                FlowSchedulerConfig.DEFAULT)
            .over(new StateSpace.Euclidean(new int[] {size.width()}));
    states = size.normals(1);
    level = new int[states.size()];
    below = new int[states.size()];
    Arrays.fill(level, STEPS / 2);
    Arrays.fill(below, STEPS / 2 - 1);
    conditions = new Condition[states.size()];
    Arrays.fill(conditions, Condition.NONE);
    predictor = new StepPredictor(new Known(new Prediction.Mean(size.normals(2))), process);
  }

  /** The law at a level in the middle. */
  @Benchmark
  public StepLaw law() {
    return process.law(states, STEPS / 2, predictor.predict(states, level, below, conditions));
  }

  /** Says the same of all states. */
  private record Known(Prediction prediction) implements Denoiser {
    @Override
    public StateSpace space() {
      return new StateSpace.Euclidean(((Prediction.Mean) prediction).clean().item());
    }

    @Override
    public Prediction denoise(Batch x, int[] level, Condition[] condition) {
      return prediction;
    }

    @Override
    public Cost odometer() {
      return Cost.ZERO;
    }
  }
}
