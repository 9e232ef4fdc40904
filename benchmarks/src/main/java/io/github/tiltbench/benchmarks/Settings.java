package io.github.tiltbench.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * How long and how often benchmarks are run; the one place that says so.
 *
 * @param name as provenance has it
 * @param kernels rhythm of the kernels
 * @param kernelParameters values of their parameters other than their own
 * @param trials rhythm of denoisers, trials and studies
 * @param pairs rhythm of trials beside their bare calls
 * @param trialParameters values of the parameters of both
 */
record Settings(
    String name,
    Rhythm kernels,
    Map<String, List<String>> kernelParameters,
    Rhythm trials,
    Rhythm pairs,
    Map<String, List<String>> trialParameters) {
  /** For numbers to be quoted. */
  static final Settings FULL =
      new Settings(
          "full",
          new Rhythm(2, 3, 200, 5, 200),
          Map.of(),
          new Rhythm(2, 2, 500, 3, 500),
          new Rhythm(3, 1, 500, 5, 500),
          Map.of());

  /** For a first impression: fewer sizes, one fork, wide intervals. */
  static final Settings QUICK =
      new Settings(
          "quick",
          new Rhythm(1, 1, 100, 3, 100),
          Map.of(
              "particles", List.of("100000"),
              "shape", List.of("64x784")),
          new Rhythm(1, 1, 100, 2, 100),
          new Rhythm(1, 1, 100, 2, 100),
          Map.of(
              "problem", List.of("FASHION"),
              "workload", List.of("CLAUSES"),
              "method", List.of("best-of-n", "svdd", "smc", "fk", "beam", "tree"),
              "masks", List.of("10"),
              "batch", List.of("64"),
              "chains", List.of("64"),
              "threads", List.of("1"),
              "rows", List.of("1"),
              "steps", List.of("4")));

  /** To see that everything runs: once, tiny, in this process. */
  static final Settings SMOKE =
      new Settings(
          "smoke",
          new Rhythm(0, 0, 1, 1, 1),
          Map.of(
              "particles", List.of("16"),
              "shape", List.of("4x64"),
              "steps", List.of("10")),
          new Rhythm(0, 0, 1, 1, 1),
          new Rhythm(0, 0, 1, 1, 1),
          Map.of(
              "batch", List.of("2"),
              "threads", List.of("1"),
              "rows", List.of("2"),
              "steps", List.of("6"),
              "chains", List.of("16"),
              "length", List.of("10"),
              "particles", List.of("16", "32", "64"),
              "trials", List.of("4")));

  /**
   * Repetitions of one benchmark at one choice of parameters.
   *
   * @param forks processes one after the other; 0 runs it in this one
   * @param warmups iterations that do not count, in each
   * @param warmupMillis time of one of them at least
   * @param iterations that count
   * @param millis time of one of them at least
   */
  record Rhythm(int forks, int warmups, int warmupMillis, int iterations, int millis) {
    /** Seconds it takes, if opening takes some and no operation is shorter than some. */
    private double seconds(double opening, double operation) {
      double measured =
          warmups * Math.max(warmupMillis / 1e3, operation)
              + iterations * Math.max(millis / 1e3, operation);
      return Math.max(1, forks) * (opening + measured);
    }
  }

  /** What a fork is started with: little heap, one thread inside an operation, no download. */
  static final List<String> JVM =
      List.of(
          "-Xms512m",
          "-Xmx512m",
          "-XX:+UseParallelGC",
          "--enable-native-access=ALL-UNNAMED",
          "-Djava.awt.headless=true",
          "-Dai.djl.offline=true",
          "-Dai.djl.pytorch.num_threads=1",
          "-Dai.djl.pytorch.num_interop_threads=1",
          "-Djava.util.concurrent.ForkJoinPool.common.parallelism=0",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=error");

  /** Seconds of opening and of the shortest operation that estimates assume. */
  private static final double KERNEL_OPENING = 0.8;

  private static final double TRIAL_OPENING = 2.2;
  private static final double TRIAL_OPERATION = 0.9;
  private static final double PAIR_OPERATION = 2.6;

  Settings {
    kernelParameters = Map.copyOf(kernelParameters);
    trialParameters = Map.copyOf(trialParameters);
  }

  /** The rhythm of a group. */
  Rhythm rhythm(Group group) {
    return switch (group) {
      case KERNEL -> kernels;
      case TRIAL -> trials;
      case PAIR -> pairs;
    };
  }

  /** Values of parameters other than a benchmark's own. */
  Map<String, List<String>> parameters(Group group) {
    return group == Group.KERNEL ? kernelParameters : trialParameters;
  }

  /** About how long one choice of parameters takes on an idle machine. */
  double seconds(Group group) {
    return switch (group) {
      case KERNEL -> kernels.seconds(KERNEL_OPENING, 0);
      case TRIAL -> trials.seconds(TRIAL_OPENING, TRIAL_OPERATION);
      case PAIR -> pairs.seconds(TRIAL_OPENING, PAIR_OPERATION);
    };
  }

  /**
   * What JMH is told.
   *
   * @param benchmarks full names
   * @param home folder of the data sets, for forks
   */
  Options options(Group group, List<String> benchmarks, String home) {
    Rhythm rhythm = rhythm(group);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .mode(Mode.Throughput)
            .forks(rhythm.forks)
            .warmupIterations(rhythm.warmups)
            .warmupTime(TimeValue.milliseconds(rhythm.warmupMillis))
            .measurementIterations(rhythm.iterations)
            .measurementTime(TimeValue.milliseconds(rhythm.millis))
            .threads(1)
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(false) // the others are worth having
            .verbosity(VerboseMode.NORMAL)
            .jvmArgs(JVM.toArray(String[]::new))
            .jvmArgsAppend("-Dtiltbench.home=" + home);
    benchmarks.forEach(name -> options.include("^" + Pattern.quote(name) + "$"));
    parameters(group).forEach((name, values) -> options.param(name, values.toArray(String[]::new)));
    return options.build();
  }
}
