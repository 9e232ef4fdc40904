package io.github.tiltbench.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.flow.Flow;
import io.github.tiltbench.diffusion.flow.FlowDiffusion;
import io.github.tiltbench.diffusion.flow.FlowSampler;
import io.github.tiltbench.model.GaussianMixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flows as studies define them. */
class FlowStudyTest {
  private static String study(String process) {
    return Toys.STUDY.replace("{kind: ddim, steps: 10, eta: 1.0}", process);
  }

  private static Flow flow(Study study) {
    return (Flow) ((GaussianMixture) study.models().get(0).spec()).process();
  }

  @Test
  void aFlowIsReadAsItStands() {
    Flow flow =
        flow(
            Toys.study(
                study(
                    "{kind: flow, steps: 10, sampler: em, diffusion: {family: square, scale: 3},"
                        + " schedule: uniform, scheduler: {shift: 2}}")));
    assertEquals(10, flow.steps());
    assertEquals(FlowSampler.EM, flow.sampler());
    assertEquals(new FlowDiffusion(FlowDiffusion.Family.SQUARE, 3), flow.diffusion().orElseThrow());
    assertEquals(Flow.Schedule.UNIFORM, flow.schedule());
    assertEquals(2, flow.scheduler().shift());
  }

  @Test
  void samplersMayBeAnAxis() {
    Study study = Toys.study(study("{kind: flow, steps: 4, sampler: [euler, ancestral]}"));
    assertEquals(
        List.of("mix[process.sampler=euler]", "mix[process.sampler=ancestral]"),
        study.models().stream().map(Component::label).toList());
  }

  @Test
  void aPublishedFileIsReadAndDefinesTheCell(@TempDir Path folder) throws Exception {
    Files.writeString(
        folder.resolve("scheduler_config.json"),
        """
        {"_class_name": "FlowMatchEulerDiscreteScheduler", "_diffusers_version": "0.29.0",
         "base_image_seq_len": 256, "base_shift": 0.5, "max_image_seq_len": 4096,
         "max_shift": 1.15, "num_train_timesteps": 1000, "shift": 3.0,
         "shift_terminal": null, "time_shift_type": "exponential", "use_dynamic_shifting": true}
        """);
    String process =
        "{kind: flow, steps: 4, schedule: uniform, image_seq_len: 1024,"
            + " scheduler: scheduler_config.json}";
    Study study = Toys.study(study(process), new PathResolver(List.of(folder)));
    assertTrue(flow(study).scheduler().useDynamicShifting());
    Study other =
        Toys.study(study(process.replace("1024", "256")), new PathResolver(List.of(folder)));
    CellKey key = Plan.of(study, Toys.CATALOGUES).cells().get(0).key();
    assertNotEquals(key, Plan.of(other, Toys.CATALOGUES).cells().get(0).key());
  }

  /** Kim et al. 2025: levels of ten steps, as linear times and signal scales. */
  @Test
  void theRbfScheduleHasShortStepsAtFirst() {
    Flow flow = flow(Toys.study(study("{kind: flow, steps: 10, interpolant: vp, schedule: rbf}")));
    GaussianProcess chain = flow.over(new StateSpace.Euclidean(new int[] {1}));
    double[] linear = {
      0.99347, 0.99314, 0.99204, 0.98980, 0.98558, 0.97756, 0.96170, 0.92891, 0.85909, 0.70868
    };
    double[] signal = {
      0.00657, 0.00691, 0.00803, 0.01031, 0.01463, 0.02295, 0.03980, 0.07631, 0.16186, 0.38021
    };
    for (int i = 0; i < 10; i++) {
      assertEquals(linear[i], chain.time(10 - i) / 1000, 5.1e-6);
      assertEquals(signal[i], chain.signal(10 - i), 5.1e-6);
    }
  }

  private static GaussianProcess chain(String process) {
    return flow(Toys.study(study(process))).over(new StateSpace.Euclidean(new int[] {1}));
  }

  /** Fresh noise of a step, in the coordinates of the linear path. */
  private static double std(GaussianProcess chain, int level) {
    Batch.Reals zero = new Batch.Reals(new double[1], new int[] {1});
    double std = chain.law(zero, level, new Prediction.Mean(zero)).std();
    return std / (chain.signal(level - 1) + chain.noise(level - 1));
  }

  /** Times of the other path and the SDE of the linear one, or the reverse. */
  @Test
  void aConversionTakesTimesOrDiffusionAlone() {
    String process =
        "{kind: flow, steps: 10, sampler: marginal, diffusion: {family: square, scale: 3},"
            + " interpolant: vp, schedule: uniform}";
    GaussianProcess both = chain(process);
    GaussianProcess times = chain(process.replace("vp,", "vp, conversion: times,"));
    GaussianProcess diffusion = chain(process.replace("vp,", "vp, conversion: diffusion,"));
    for (int level = 10; level >= 2; level--) {
      double now = both.time(level) / 1000;
      double next = both.time(level - 1) / 1000;
      assertEquals(both.time(level), times.time(level), 0);
      assertEquals(both.alphaBar(level), times.alphaBar(level), 1e-12);
      double most = next; // the marginal sampler adds no more noise than there is
      assertEquals(Math.min(most, 3 * now * now * Math.sqrt(now - next)), std(times, level), 1e-6);
      double s = level / 10.0;
      assertEquals(1000 * s, diffusion.time(level), 1e-4);
      double scale = both.signal(level) + both.noise(level); // of VP states over linear ones
      double variance = 9 * Math.pow(s, 4) * 0.1 / (scale * scale); // of a step of VP
      double perTime = variance / (now - next);
      assertEquals(
          Math.min(s - 0.1, Math.sqrt(perTime * 0.1)),
          std(diffusion, level),
          1e-4,
          "level " + level);
    }
  }

  /** With g = 1 and n even steps the step before the last has g^2 h / (2 t^2) = n / 8. */
  @Test
  void stepsThatTurnTheNoiseAroundAreRefused() {
    String process =
        "{kind: flow, steps: 8, sampler: em, diffusion: {family: constant, scale: 1},"
            + " schedule: uniform}";
    assertEquals(8, flow(Toys.study(study(process))).steps());
    String more = study(process.replace("steps: 8", "steps: 9"));
    String refused = assertThrows(ConfigException.class, () -> Toys.study(more)).getMessage();
    assertTrue(refused.contains("from time 0.2222 to 0.1111"), refused);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sampler: em | 12:14: diffusion must be given for this sampler",
        "diffusion: {family: square, scale: 3} | 12:37: diffusion has no effect on this sampler",
        "last: euler | 12:37: last has no effect on this sampler, only on em",
        "sampler: eulr | 12:46: sampler cannot be 'eulr'; did you mean 'euler'?",
        "sampler: em, diffusion: {family: sit-sbdm, scale: 1} | diffusion must be finite",
        "sampler: em, diffusion: {family: square, scale: 9} | diffusion is too strong for",
        "sampler: marginal, diffusion: {family: square, scale: 0} | scale must be positive",
        "image_seq_len: 64 | image_seq_len has no effect on a scheduler without",
        "scheduler: {use_dynamic_shifting: true} | image_seq_len must be given",
        "scheduler: {stochastic_sampling: true} | so sampler must be stochastic",
        "scheduler: {use_karras_sigmas: true, use_beta_sigmas: true} | at most one may be true",
        "scheduler: {invert_sigmas: true} | invert_sigmas must be false",
        "conversion: times | conversion has no effect on interpolant linear",
        "interpolant: vp, schedule: uniform, conversion: diffusion | conversion diffusion has no",
        "scheduler: {num_train_timesteps: 1} | scheduler must have noise levels that fall",
        "scheduler: {shift_terminal: 1} | shift_terminal must be inside (0, 1)",
        "interpolant: linear-vp, schedule: uniform, sampler: em, diffusion: {family: square, scale:"
            + " 1} | interpolant leaves the noise infinitely fast",
        "interpolant: vp | schedule must be uniform or rbf on this interpolant",
        "interpolant: vp, schedule: rbf, scheduler: {shift: 3} | scheduler has a shift",
        "clip: 0 | clip must be positive and finite",
        "scheduler: {beta_start: 0.1} | unknown key 'beta_start'",
      })
  void whatCannotBeMeantIsRefused(String keys, String message) {
    String yaml = study("{kind: flow, steps: 4, " + keys + "}");
    String refused = assertThrows(ConfigException.class, () -> Toys.study(yaml)).getMessage();
    assertTrue(refused.contains(message), refused);
  }
}
