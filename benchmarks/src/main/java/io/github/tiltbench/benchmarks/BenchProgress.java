package io.github.tiltbench.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * One line a benchmark instead of JMH's one an iteration. The rest of what JMH says is kept for the
 * benchmark in hand and shown if it fails.
 */
final class BenchProgress implements OutputFormat {
  private final PrintStream out;
  private final int total;
  private final StringBuilder said = new StringBuilder();
  private int done;
  private int failed;
  private long start;

  /** For a number of benchmarks. */
  BenchProgress(PrintStream out, int total) {
    this.out = out;
    this.total = total;
  }

  /** How many benchmarks failed. */
  int failed() {
    return failed;
  }

  @Override
  public void startBenchmark(BenchmarkParams benchmark) {
    start = System.nanoTime();
    String name = benchmark.getBenchmark();
    String parameters =
        benchmark.getParamsKeys().stream()
            .map(key -> key + "=" + benchmark.getParam(key))
            .collect(Collectors.joining(" "));
    int type = name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1;
    out.printf(
        Locale.ROOT,
        "%3d/%d  %s",
        ++done,
        total,
        (name.substring(type) + " " + parameters).strip());
    out.flush();
  }

  @Override
  public void endBenchmark(BenchmarkResult result) {
    if (result == null) {
      out.println("  failed");
      out.println(said);
      said.setLength(0);
      failed++;
      return;
    }
    Result<?> score = result.getPrimaryResult();
    out.printf(
        Locale.ROOT,
        "  %s %s  (%.0f s)%n",
        BenchReport.scaled(score.getScore()),
        score.getScoreUnit(),
        (System.nanoTime() - start) / 1e9);
    said.setLength(0);
  }

  @Override
  public void iteration(BenchmarkParams benchmark, IterationParams parameters, int iteration) {}

  @Override
  public void iterationResult(
      BenchmarkParams benchmark, IterationParams parameters, int iteration, IterationResult data) {}

  @Override
  public void startRun() {}

  @Override
  public void endRun(Collection<RunResult> result) {}

  @Override
  public void print(String s) {
    said.append(s);
  }

  @Override
  public void println(String s) {
    said.append(s).append(System.lineSeparator());
  }

  @Override
  public void verbosePrintln(String s) {}

  @Override
  public void write(int b) {
    said.append((char) b);
  }

  @Override
  public void write(byte[] b) throws IOException {
    said.append(new String(b, StandardCharsets.UTF_8));
  }

  @Override
  public void flush() {
    out.flush();
  }

  @Override
  public void close() {
    flush();
  }
}
