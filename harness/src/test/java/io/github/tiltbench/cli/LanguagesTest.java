package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever language a machine speaks, a report has the same bytes. */
class LanguagesTest {
  private static final String STUDY =
      """
      study: languages
      seed: 1
      repetitions: 6
      count: 2
      models: {g: {kind: gaussian, mean: [0.25], variance: [1.0], process: {kind: ddim, steps: 4}}}
      verifiers: {v: {kind: linear, coefficients: [1.5]}}
      beta: 1.0
      algorithms: [pretrained, best-of-n, smc]
      budgets: {unit: nfe, per: sample, at: [8, 16]}
      """;

  private final Locale own = Locale.getDefault();

  @TempDir Path folder;

  @AfterEach
  void restore() {
    Locale.setDefault(own);
  }

  private static Map<String, byte[]> derived(Path out) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(out)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = out.relativize(file).toString();
        if (name.startsWith("tables") || name.startsWith("figures") || name.endsWith(".html")) {
          files.put(name, Files.readAllBytes(file));
        }
      }
    }
    return files;
  }

  /** Turkish has another lower case of I, German a decimal comma, Arabic of Egypt other digits. */
  @Test
  void turkishGermanAndArabicAreAsEnglish() throws IOException {
    Path study = Files.writeString(folder.resolve("s.yaml"), STUDY);
    Path out = folder.resolve("out");
    Locale.setDefault(Locale.ENGLISH);
    assertEquals(0, Console.run("run", study.toString(), "--out", out.toString()).code());
    Map<String, byte[]> english = derived(out);
    assertFalse(english.isEmpty());
    List<String> said = new ArrayList<>();
    said.add(Console.run("report", out.toString()).out());
    for (String tag : List.of("tr-TR", "de-DE", "ar-EG-u-nu-arab")) {
      Locale.setDefault(Locale.forLanguageTag(tag));
      said.add(Console.run("report", out.toString()).out());
      Map<String, byte[]> other = derived(out);
      assertEquals(english.keySet(), other.keySet(), tag);
      english.forEach((name, bytes) -> assertArrayEquals(bytes, other.get(name), tag + " " + name));
    }
    assertEquals(1, said.stream().distinct().count());
  }
}
