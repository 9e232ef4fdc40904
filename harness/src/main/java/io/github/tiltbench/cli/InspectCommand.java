package io.github.tiltbench.cli;

import io.github.tiltbench.config.Json;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.inspect.Inspection;
import io.github.tiltbench.inspect.Inspector;
import io.github.tiltbench.inspect.Memory;
import io.github.tiltbench.inspect.Part;
import io.github.tiltbench.inspect.Speed;
import io.github.tiltbench.inspect.StudyExcerpt;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.page.Table;
import io.github.tiltbench.report.page.Terminal;
import io.github.tiltbench.study.Catalogues;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tiltbench inspect}. */
@Command(
    name = "inspect",
    description = {
      "Say what a folder or a file is that you bring: its parts, what it lacks, the memory it will"
          + " take, how fast it is here, and what to write into a study.",
      ""
    },
    footer = {
      "",
      "It knows pipelines that diffusers saved (Stable Diffusion 1, 2, XL, DDPM), autoencoders, CLIP",
      "and DINOv2 folders, BERT and MDLM, tokenizers, networks of this project, safetensors files,",
      "TorchScript archives (only their digest: they are programs) and pickles (never opened).",
      "",
      "All but the time:      tiltbench inspect datasets/brought/sd15 --no-timing",
      "What a study says:     tiltbench inspect datasets/models/fashion-ddpm",
      "",
      "Exit codes: 0 all is there, 2 something is missing, wrong or left over."
    })
final class InspectCommand implements Callable<Integer> {
  private static final double GIB = 1 << 30;

  /** Seconds of a forward that are worth a warning. */
  private static final double LONG = 2;

  @Parameters(paramLabel = "PATH", description = "A folder or a file.")
  Path path;

  @Option(names = "--no-timing", description = "Run nothing; load no network.")
  boolean noTiming;

  @Mixin DeviceOption device;

  @Option(names = "--json", description = "As a JSON object, for other programs.")
  boolean json;

  @Override
  public Integer call() {
    Inspection found = Inspector.inspect(path, Catalogues.load());
    List<Speed> speeds = found.whole() && !noTiming ? speeds(found) : List.of();
    if (json) {
      System.out.println(Json.canonical(listed(found, speeds)));
    } else {
      print(found, speeds);
    }
    if (found.whole()) {
      return Main.DONE;
    }
    List<String> names =
        found.parts().stream().filter(p -> !p.faults().isEmpty()).map(Part::name).toList();
    System.err.println(
        "tiltbench: "
            + path
            + " does not load: "
            + (names.isEmpty() ? found.wrong().get(0) : "see " + String.join(", ", names)));
    return Main.USAGE;
  }

  private List<Speed> speeds(Inspection found) {
    if (found.model().isEmpty()) {
      return List.of();
    }
    ModelSpec model = found.model().get();
    Torch.use(Torch.devices(device.choice).get(0));
    long parameters = found.parts().get(0).parameters();
    int[] item = model.space() instanceof StateSpace.Euclidean e ? e.item() : new int[0];
    long positions = item.length == 3 ? (long) item[1] * item[2] : 1;
    double guess = Speed.guess(parameters, positions, model.rowsPerParticle());
    if (guess > LONG && !Torch.onGpu()) {
      System.err.println(
          "timing one forward of a particle, which may take "
              + Numbers.time(guess)
              + " of a free core; --no-timing leaves it out");
    }
    return Speed.of(model);
  }

  private static void wrapped(String line) {
    Terminal.wrap(line, Terminal.columns()).forEach(System.out::println);
  }

  private void print(Inspection found, List<Speed> speeds) {
    List<String> wrong = found.wrong();
    wrapped(
        path
            + ": "
            + found.what()
            + (wrong.isEmpty() ? "" : "; " + Columns.count(wrong.size(), "fault")));
    wrong.forEach(line -> System.out.println("wrong: " + line)); // may hold a command to copy
    found.notes().forEach(InspectCommand::wrapped);
    speeds.forEach(speed -> wrapped(said(speed)));
    System.out.println();
    System.out.print(Terminal.render(parts(found), Terminal.columns()));
    if (!found.memory().isEmpty()) {
      System.out.println();
      System.out.print(Terminal.render(memory(found), Terminal.columns()));
    }
    if (!found.blocks().isEmpty()) {
      System.out.println();
      System.out.print("# in a study\n" + StudyExcerpt.yaml(found.blocks()));
    }
  }

  private static String said(Speed speed) {
    return String.format(
        Locale.ROOT,
        "%s NFE a second on %s in calls of %s (%s)",
        Numbers.short4(speed.nfePerSecond()),
        Torch.device(),
        Columns.count(speed.particles(), "particle"),
        speed.calls() == 1 ? "one call, the first" : "the median of " + speed.calls() + " calls");
  }

  private static Table parts(Inspection found) {
    return new Table(
        "parts",
        List.of(
            new Table.Column("part", false, 0),
            new Table.Column("what", false, 0),
            new Table.Column("parameters", true, 0),
            new Table.Column("stored", false, 0),
            new Table.Column("variants", false, 0)),
        found.parts().stream()
            .map(
                p ->
                    row(
                        p.name(),
                        p.what().isEmpty() ? "-" : p.what(),
                        p.parameters() == 0
                            ? ""
                            : String.format(Locale.ROOT, "%,d", p.parameters()),
                        p.bytes() == 0 ? "" : p.types() + ", " + size(p.bytes()),
                        String.join(", ", p.variants())))
            .toList(),
        List.of());
  }

  private static Table memory(Inspection found) {
    List<Table.Column> columns = new ArrayList<>();
    columns.add(new Table.Column("part", false, 0));
    Memory.ROWS.forEach(
        n -> columns.add(new Table.Column(n + (n == 1 ? " row" : " rows"), true, 0)));
    List<Table.Row> rows = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    found
        .memory()
        .forEach(
            (name, m) -> {
              rows.add(row(name, Memory.ROWS.stream().map(n -> size(m.forward(n)))));
              rows.add(
                  row(
                      name + ", with gradient",
                      Memory.ROWS.stream().map(n -> size(m.gradient(n)))));
              if (m.mapped() > 0) {
                notes.add(
                    name
                        + ": "
                        + size(m.mapped())
                        + " of it are pages of the file of weights, which all processes share");
              }
            });
    notes.add(
        "scaled by width and size from what Stable Diffusion 1.5 and a DDPM take in single precision");
    return new Table(
        "memory of one process, predicted, by rows of a call (guidance takes two a particle)",
        columns,
        rows,
        notes);
  }

  private static Table.Row row(String... texts) {
    return new Table.Row(Stream.of(texts).map(Table.Cell::of).toList(), false);
  }

  private static Table.Row row(String first, Stream<String> rest) {
    return row(Stream.concat(Stream.of(first), rest).toArray(String[]::new));
  }

  private static String size(long bytes) {
    return bytes < GIB / 10
        ? String.format(Locale.ROOT, "%.1f MiB", bytes / GIB * 1024)
        : String.format(Locale.ROOT, "%.2f GiB", bytes / GIB);
  }

  private Map<String, Object> listed(Inspection found, List<Speed> speeds) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("path", path.toString());
    all.put("what", found.what());
    all.put("wrong", found.wrong());
    all.put("notes", found.notes());
    all.put("parts", found.parts());
    Map<String, Object> memory = new TreeMap<>();
    found.memory().forEach((name, m) -> memory.put(name, listed(m)));
    all.put("memory", memory);
    all.put("speed", speeds);
    all.put("study", StudyExcerpt.yaml(found.blocks()));
    return all;
  }

  /** Bytes that are predicted, by rows of a call. */
  private static Map<String, Object> listed(Memory memory) {
    Map<String, Object> listed = new LinkedHashMap<>();
    Map<String, Long> forward = new LinkedHashMap<>();
    Map<String, Long> gradient = new LinkedHashMap<>();
    for (int rows : Memory.ROWS) {
      forward.put(String.valueOf(rows), memory.forward(rows));
      gradient.put(String.valueOf(rows), memory.gradient(rows));
    }
    listed.put("mapped", memory.mapped());
    listed.put("forward", forward);
    listed.put("gradient", gradient);
    return listed;
  }
}
