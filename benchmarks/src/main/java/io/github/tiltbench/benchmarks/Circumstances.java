package io.github.tiltbench.benchmarks;

import io.github.tiltbench.result.Provenance;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Under what circumstances numbers were measured. */
final class Circumstances {
  private static final Path CPU = Path.of("/proc/cpuinfo");

  private final Map<String, Object> facts = new LinkedHashMap<>();

  /**
   * Those at the start of a run.
   *
   * @param libraries versions by name
   */
  Circumstances(String command, Settings settings, Map<String, String> libraries) {
    String cohort = "1"; // of no meaning here, and not told
    Provenance here = Provenance.here(command, "cpu", 1, cohort, libraries);
    facts.put("command", command);
    facts.put("start", here.start());
    facts.put("version", here.version());
    facts.put("commit", here.commit().orElse("unknown"));
    facts.put("java", here.java());
    facts.put("os", here.os());
    facts.put("cpu", cpu());
    facts.put("cores", here.cores());
    facts.put("libraries", here.libraries());
    facts.put("settings", settings.name());
    facts.put("rhythms", byGroup(settings::rhythm));
    facts.put("parameters", byGroup(settings::parameters));
    facts.put("jvm", Settings.JVM);
    facts.put("malloc", System.getProperty("tiltbench.malloc", "system")); // forks inherit it
    facts.put("benchmark threads", 1);
    facts.put("engine threads", "1, or the parameter threads");
    facts.put("load at start", load());
  }

  /** The same at the end of it. */
  Map<String, Object> ended() {
    facts.put("end", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("load at end", load());
    return facts;
  }

  /** In two lines. */
  String brief() {
    return String.join(
        "\n",
        List.of(
            facts.get("cpu") + ", " + facts.get("cores") + " cores, " + facts.get("java"),
            "settings "
                + facts.get("settings")
                + ", load average "
                + facts.get("load at start")
                + " at the start"));
  }

  private static Map<String, Object> byGroup(Function<Group, Object> value) {
    Map<String, Object> map = new TreeMap<>();
    for (Group group : Group.values()) {
      map.put(group.name().toLowerCase(Locale.ROOT), value.apply(group));
    }
    return map;
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String cpu() {
    if (!Files.isReadable(CPU)) {
      return System.getProperty("os.arch");
    }
    try (Stream<String> lines = Files.lines(CPU)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }
}
