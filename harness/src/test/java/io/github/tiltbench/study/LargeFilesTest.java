package io.github.tiltbench.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.config.Yaml;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as large as may be cost time in proportion, and files without an end are not read. */
class LargeFilesTest {
  /** Seconds of the processor: linear time takes about one, quadratic time ten and more. */
  private static final double LINEAR = 4;

  private static void assertLinear(Runnable work) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    work.run();
    double seconds = 1e-9 * (threads.getCurrentThreadCpuTime() - before);
    assertTrue(seconds < LINEAR, seconds + " s");
  }

  private static final int NEARLY_4_MB = Yaml.MAX_BYTES - 100;
  private static final int PROMPTS = 190_000;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {" ", "x", "x\n ", "'' "})
  void fourMegabytesOfOneThingTakeLinearTime(String thing) {
    String many = thing.repeat(NEARLY_4_MB / thing.length());
    for (String text : new String[] {many + "a: 1", "a: " + many, "a: '" + many + "'"}) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertLinear(
          () -> {
            try {
              Yaml.parse("s.yaml", bytes);
            } catch (ConfigException e) {
              assertTrue(e.getMessage().length() < 2500, "a message is short");
            }
          });
    }
  }

  private static String prompts() {
    return IntStream.range(0, PROMPTS).mapToObj(i -> "p" + i).collect(Collectors.joining("\n"));
  }

  private String study(String prompts) {
    return Toys.STUDY
        .replace("prompts: [bag, boot]", prompts)
        .replace("repetitions: 3", "repetitions: 1");
  }

  @Test
  void manyPromptsTakeLinearTime() throws IOException {
    Files.writeString(folder.resolve("prompts.txt"), prompts());
    PathResolver places = PathResolver.of(folder.resolve("s.yaml"));
    String list = "prompts: [" + prompts().replace('\n', ',') + "]";
    for (String text : new String[] {study("prompts: prompts.txt"), study(list)}) {
      assertLinear(
          () -> {
            Plan plan = Plan.of(Toys.study(text, places), Toys.CATALOGUES);
            assertEquals(PROMPTS, plan.study().prompts().size());
          });
    }
  }

  @Test
  void manyBudgetsTakeLinearTime() {
    String at =
        IntStream.range(1, PROMPTS).mapToObj(String::valueOf).collect(Collectors.joining(","));
    String text = Toys.STUDY.replace("at: [20, 40]", "at: [" + at + "]");
    assertLinear(() -> Toys.study(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"prompts: /dev/zero", "prompts: /dev/random"})
  void aFileWithoutAnEndIsNotRead(String prompts) {
    assumeTrue(Files.exists(Path.of("/dev/zero")));
    PathResolver places = PathResolver.of(folder.resolve("s.yaml"));
    String message =
        assertThrows(ConfigException.class, () -> Toys.study(study(prompts), places)).getMessage();
    assertTrue(message.endsWith(": is a device or a pipe, not a file"), message);
  }

  @Test
  void aSchedulerWithoutAnEndIsNotRead() {
    assumeTrue(Files.exists(Path.of("/dev/zero")));
    String text = Toys.STUDY.replace("eta: 1.0}", "eta: 1.0, scheduler: /dev/zero}");
    String message = assertThrows(ConfigException.class, () -> Toys.study(text)).getMessage();
    assertEquals("/dev/zero: is a device or a pipe, not a file", message);
  }
}
