package io.github.tiltbench.cli;

import io.github.tiltbench.engine.Torch;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code tiltbench bench}: what it takes. The benchmarks are a module above this one, which the
 * launcher builds when they are asked for.
 */
@Command(
    name = "bench",
    description = {
      "Measure how fast kernels, denoisers, trials and studies are, and hold that against bounds.",
      "",
      "Writes three files: JMH's JSON, its circumstances (.provenance.json), and the tables (.md).",
      "Numbers mean something only on an idle machine; the load is recorded.",
      ""
    },
    footer = {
      "",
      "A first impression:        tiltbench bench --quick",
      "One kernel in all sizes:   tiltbench bench Resampling",
      "After a change:            tiltbench bench --compare results/jmh/before.json",
      "The bounds of a file:      tiltbench bench --bounds results/jmh/before.json"
    })
final class BenchCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "FILTER",
      defaultValue = "",
      description = "Only benchmarks whose Class.method holds a match of this regular expression.")
  String filter;

  @Option(names = "--quick", description = "Fewer sizes and one short fork each: a few minutes.")
  boolean quick;

  @Option(names = "--list", description = "Print names and an estimate of the time; run nothing.")
  boolean list;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The JSON to write; by default results/jmh/DATE-TIME.json.")
  Path out;

  @Option(
      names = "--compare",
      paramLabel = "FILE",
      description = "JSON of an earlier run: print how many times as fast each benchmark is now.")
  Path earlier;

  @Option(
      names = "--bounds",
      paramLabel = "FILE",
      description = "Run nothing: compute the table of bounds from this JSON.")
  Path bounds;

  @Option(
      names = "--unet",
      paramLabel = "SIZE",
      description =
          "Run no benchmark but forwards of a U-Net with random weights by rows, on --device: sd15"
              + " is of Stable Diffusion's size, tiny is not.")
  String unet;

  @Mixin DeviceOption device;

  @Override
  public Integer call() throws Exception {
    Benchmarks benchmarks =
        ServiceLoader.load(Benchmarks.class)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the benchmarks are not here: bench is for a checkout, by its ./tiltbench"));
    if (unet != null) {
      Torch.use(Torch.devices(device.choice).get(0));
    }
    return benchmarks.run(
        new Benchmarks.Request(
            filter,
            quick,
            list,
            Optional.ofNullable(out),
            Optional.ofNullable(earlier),
            Optional.ofNullable(bounds),
            Optional.ofNullable(unet)));
  }
}
