package io.github.tiltbench.benchmarks;

import io.github.tiltbench.config.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The benchmarks of one run.
 *
 * @param entries as JMH's generator listed them, by name
 */
record Choice(List<BenchmarkListEntry> entries) {
  Choice {
    entries = List.copyOf(entries);
  }

  /** All there are. */
  static Choice all() {
    List<BenchmarkListEntry> all =
        new ArrayList<>(
            BenchmarkList.defaultList()
                .find(
                    OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT),
                    List.of(Pattern.quote(Choice.class.getPackageName())),
                    List.of()));
    all.sort((a, b) -> a.getUsername().compareTo(b.getUsername()));
    return new Choice(all);
  }

  /**
   * Those whose name holds a match of a regular expression.
   *
   * @throws IllegalArgumentException if there are none, with the nearest name
   */
  Choice matching(String filter) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(filter, Pattern.CASE_INSENSITIVE);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "'" + filter + "' is not a regular expression: " + e.getDescription(), e);
    }
    List<BenchmarkListEntry> chosen =
        entries.stream().filter(e -> pattern.matcher(name(e)).find()).toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "no benchmark matches '" + filter + "'" + Nearest.hint(filter, words()));
    }
    return new Choice(chosen);
  }

  /** What a filter may have meant: whole names, and their classes and methods. */
  private Collection<String> words() {
    HashSet<String> words = new HashSet<>();
    for (BenchmarkListEntry entry : entries) {
      String name = name(entry);
      int dot = name.indexOf('.');
      words.add(name.substring(0, dot));
      words.add(name.substring(0, dot).replace("Benchmark", ""));
      words.add(name.substring(dot + 1));
    }
    return words.stream().sorted().toList();
  }

  /** Class and method, without package. */
  static String name(BenchmarkListEntry entry) {
    String full = entry.getUsername();
    return full.substring(full.lastIndexOf('.', full.lastIndexOf('.') - 1) + 1);
  }

  /** Those of a group. */
  Choice in(Group group) {
    return new Choice(entries.stream().filter(e -> Group.of(e.getUsername()) == group).toList());
  }

  /** Their full names. */
  List<String> names() {
    return entries.stream().map(BenchmarkListEntry::getUsername).toList();
  }

  /** How many benchmarks they are once their parameters are crossed. */
  int size(Map<String, List<String>> others) {
    int size = 0;
    for (BenchmarkListEntry entry : entries) {
      int crossed = 1;
      Map<String, String[]> own = entry.getParams().orElse(Map.of());
      for (Map.Entry<String, String[]> parameter : own.entrySet()) {
        List<String> other = others.get(parameter.getKey());
        crossed *= other == null ? parameter.getValue().length : other.size();
      }
      size += crossed;
    }
    return size;
  }
}
