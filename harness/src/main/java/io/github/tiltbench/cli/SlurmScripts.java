package io.github.tiltbench.cli;

import io.github.tiltbench.config.OwnFiles;
import io.github.tiltbench.report.page.Slug;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A study as jobs of Slurm: an array of its parts, a report that waits for them, and what submits
 * both.
 *
 * @param name of the study
 * @param tiltbench the program
 * @param study its file
 * @param out where results go
 * @param extensions jars and folders that bring names
 * @param parts of the array
 * @param atOnce parts side by side at most, 0 for any number
 * @param gpus of each part as Slurm counts them, such as {@code 1} or {@code a100:2}; empty for
 *     none
 * @param cpus of each part
 * @param mem of each part, as Slurm writes it
 * @param time limit of each part, as Slurm writes it; empty for that of the cluster
 * @param directives more options of sbatch, for all jobs
 * @param options more options of {@code run}
 */
record SlurmScripts(
    String name,
    String tiltbench,
    Path study,
    Path out,
    List<Path> extensions,
    int parts,
    int atOnce,
    String gpus,
    int cpus,
    String mem,
    String time,
    List<String> directives,
    List<String> options) {
  /** Seconds before the time limit at which a part is told to end: a cohort may be in work. */
  private static final int NOTICE = 180;

  SlurmScripts {
    require(parts >= 1, "an array has at least one part");
    require(atOnce >= 0, "--at-once must be at least 1");
    require(cpus >= 1, "--cpus must be at least 1");
    form("--gpus", gpus, "|([A-Za-z0-9_.-]+:)?[1-9][0-9]*", "2 or a100:2");
    form("--mem", mem, "[1-9][0-9]*[KMGT]?", "6G");
    form("--time", time, "|[0-9]+([:-][0-9]+)*", "12:00:00");
    for (String directive : directives) {
      form("--sbatch", directive, "--?[^\\r\\n]+", "--account=mine");
    }
    extensions = List.copyOf(extensions);
    directives = List.copyOf(directives);
    options = List.copyOf(options);
  }

  private static void form(String option, String value, String pattern, String example) {
    require(
        value.matches(pattern), option + " is as in " + option + "=" + example + ", not " + value);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }

  /** Writes the scripts into a folder, over those of an earlier call, and makes room for logs. */
  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    OwnFiles.folder(folder.resolve("logs"));
    for (String script : List.of("array.sh", "report.sh", "submit.sh")) {
      OwnFiles.write(
          folder.resolve(script), ScriptTemplate.filled("slurm/" + script, words(folder)));
    }
  }

  private Map<String, String> words(Path folder) {
    Map<String, String> words = new TreeMap<>();
    words.put("name", Slug.of(name));
    words.put("parts", Integer.toString(parts));
    words.put("array", "0-" + (parts - 1) + (atOnce == 0 ? "" : "%" + atOnce));
    words.put("needs", needs());
    words.put("mem", mem);
    words.put("directives", directives(directives));
    words.put("here", quoted(Path.of("")));
    words.put("environment", environment());
    words.put("tiltbench", quoted(tiltbench));
    words.put("study", quoted(study));
    words.put("out", quoted(out));
    words.put("options", options.stream().map(o -> " " + quoted(o)).collect(Collectors.joining()));
    words.put("scripts", quoted(folder));
    words.put("logs", quoted(absolute(folder.resolve("logs")).replace("%", "%%")));
    return words;
  }

  private String needs() {
    List<String> needs = new ArrayList<>(List.of("--cpus-per-task=" + cpus, "--mem=" + mem));
    if (!gpus.isEmpty()) {
      needs.add("--gres=gpu:" + gpus);
    }
    if (!time.isEmpty()) {
      needs.add("--time=" + time);
      needs.add("--signal=B:USR1@" + NOTICE);
    }
    needs.addAll(directives);
    return directives(needs);
  }

  private static String directives(List<String> options) {
    return options.stream().map(o -> "#SBATCH " + o).collect(Collectors.joining("\n"));
  }

  private String environment() {
    List<String> lines = new ArrayList<>();
    if (!gpus.isEmpty()) {
      lines.add("export TILTBENCH_PROFILE=\"${TILTBENCH_PROFILE:-gpu}\"");
    }
    if (!extensions.isEmpty()) {
      String all =
          extensions.stream()
              .map(SlurmScripts::absolute)
              .collect(Collectors.joining(File.pathSeparator));
      lines.add("export TILTBENCH_EXTENSIONS=" + quoted(all));
    }
    return String.join("\n", lines);
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }

  private static String quoted(Path path) {
    return quoted(absolute(path));
  }

  /** One word of the shell, whatever is in it. */
  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
