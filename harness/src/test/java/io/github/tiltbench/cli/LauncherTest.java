package io.github.tiltbench.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code tiltbench}, with a Maven and a Java that only say what they were asked. */
final class LauncherTest {
  /** What a build leaves, and a line in a log. */
  private static final String MAVEN =
      """
      #!/bin/sh
      echo "$@" >> "$LOG"
      for module in harness harness/parquet benchmarks; do
        mkdir -p $module/target/launcher/lib
        touch $module/target/launcher/lib/$(echo $module | tr / -)-library.jar
        touch $module/target/launcher/$(echo $module | tr / -).jar
      done
      """;

  /** Prints its arguments; asked to wait, does so until a file is gone. */
  private static final String JAVA =
      """
      #!/bin/sh
      case $1 in
        -XX:ArchiveClassesAtExit=*)
          [ -n "$BARE" ] || touch "${1#*=}"
          [ -z "$ARCHIVE" ] || { echo "$ENGINE_CACHE_DIR $@" > "$ARCHIVE"; sleep 2; }
          ;;
      esac
      [ -z "$SHOW" ] || env | grep "$SHOW" | sort
      echo "$@"
      while [ -e "${WAIT:-/nowhere}" ]; do sleep 0.05; done
      """;

  @TempDir Path folder;
  private Path home;

  @BeforeEach
  void checkout() throws IOException {
    home = folder.resolve("home");
    for (String module : List.of("harness", "harness/parquet", "benchmarks")) {
      write(home.resolve(module).resolve("pom.xml"), "<project/>");
      write(home.resolve(module).resolve("src/main/A.java"), "class A {}");
    }
    write(home.resolve("pom.xml"), "<project/>");
    Files.copy(Path.of("..", "tiltbench"), home.resolve("tiltbench"));
    program(folder.resolve("bin/mvn"), MAVEN);
    program(folder.resolve("bin/java"), JAVA);
  }

  @Test
  void buildsOnceAndAgainWhenContentChanges() throws Exception {
    assertTrue(start(home, "list").endsWith("io.github.tiltbench.cli.Main list\n"));
    start(home, "list");
    assertEquals(1, builds());
    Path source = home.resolve("harness/src/main/A.java");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now()));
    start(home, "list");
    assertEquals(1, builds());
    Files.writeString(source, "class A { int a; }");
    Files.setLastModifiedTime(source, FileTime.from(Instant.EPOCH)); // as a restored file may be
    start(home, "list");
    assertEquals(2, builds());
  }

  @Test
  void aCopiedCheckoutNeedsNoBuild() throws Exception {
    start(home, "list");
    Path copy = folder.resolve("copy");
    run(folder, "cp", "-r", home.toString(), copy.toString());
    String started = start(copy, "list");
    assertEquals(1, builds());
    assertTrue(started.contains(copy.resolve("harness/target/apps").toString()), started);
  }

  /** {@code script} gives what it runs a terminal. */
  @Test
  void saysHowWideTheTerminalIs() throws Exception {
    assertTrue(start(home, "list").contains("-Dtiltbench.columns= "), "there is none");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "there is no script");
    String command = "stty cols 72; bash '" + home.resolve("tiltbench") + "' list";
    Process process =
        process(
            List.of("script", "-qec", command, "/dev/null"), folder.resolve("nothing"), Map.of());
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(said.contains("-Dtiltbench.columns=72 "), said);
  }

  @Test
  void buildsWithoutTheChecksOfAChange() throws Exception {
    start(home, "list");
    assertTrue(
        Files.readString(folder.resolve("log")).contains("-Dlauncher"),
        Files.readString(folder.resolve("log")));
  }

  @Test
  void theHelpOfBenchDoesNotBuildIt() throws Exception {
    start(home, "list");
    start(home, "bench", "--help");
    start(home, "help", "bench");
    assertEquals(1, builds());
    start(home, "bench", "--list");
    assertEquals(2, builds());
    start(home, "list"); // the one does not take the place of the other
    start(home, "bench", "--list");
    assertEquals(2, builds());
  }

  @Test
  void aBuildIsNotTakenFromUnderAProcessThatRunsFromIt() throws Exception {
    Path wait = Files.createFile(folder.resolve("wait"));
    Process running = process(home, wait, "run");
    try {
      Path first = app();
      Files.writeString(home.resolve("harness/src/main/A.java"), "class A { int b; }");
      start(home, "list");
      assertTrue(Files.exists(first.resolve("harness-library.jar")));
      Files.delete(wait);
      assertTrue(running.waitFor(20, TimeUnit.SECONDS));
      Files.writeString(home.resolve("harness/src/main/A.java"), "class A { int c; }");
      start(home, "list");
      assertFalse(Files.exists(first));
    } finally {
      running.destroyForcibly();
    }
  }

  @Test
  void theEnginesLibrariesAreNotTakenFromAFolderThatOthersMayWrite() throws Exception {
    start(home, "list");
    Path cache = folder.resolve("cache");
    Map<String, String> given =
        Map.of("TILTBENCH_CACHE", cache.toString(), "SHOW", "^ENGINE_CACHE");
    String line = "ENGINE_CACHE_DIR=" + cache + "\n";
    assertTrue(start(home, given, 0).startsWith(line));
    assertEquals(
        PosixFilePermissions.fromString("rwx------"), Files.getPosixFilePermissions(cache));
    assertTrue(start(home, given, 0).startsWith(line));
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertEquals(
        "tiltbench: the folder "
            + cache
            + " can be written by others; TILTBENCH_CACHE names another\n",
        start(home, given, 2));
    Map<String, String> homeless =
        Map.of("HOME", "/nowhere", "TMPDIR", folder.toString(), "SHOW", "^ENGINE_CACHE");
    String user = String.valueOf(Files.getAttribute(folder, "unix:uid"));
    assertTrue(
        start(home, homeless, 0)
            .startsWith("ENGINE_CACHE_DIR=" + folder.resolve("tiltbench-" + user) + "\n"));
  }

  /** A report is compiled by the first compiler only; trials, which run longer, by both. */
  @Test
  void aReportIsNotCompiledTwice() throws Exception {
    String report = start(home, "report", "results/a");
    assertTrue(report.contains(" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "), report);
    assertTrue(start(home, "status", "results/a").contains(" -XX:TieredStopAtLevel=1 "));
    String run = start(home, "run", "report");
    assertFalse(run.contains("-XX:TieredStopAtLevel"), run);
    assertTrue(run.contains(" -XX:+UseParallelGC "), run);
  }

  /** Classes are archived by the first start after a build, and taken where they are. */
  @Test
  void classesAreArchivedByABuild() throws Exception {
    String first = start(home, "list");
    Path archive = app().resolve("classes.jsa");
    assertTrue(Files.exists(archive));
    assertTrue(first.contains(" -XX:SharedArchiveFile=" + archive + " "), first);
    FileTime made = Files.getLastModifiedTime(archive);
    assertTrue(first.endsWith(start(home, "list")));
    assertEquals(made, Files.getLastModifiedTime(archive));
    Files.delete(archive);
    assertFalse(start(home, "list").contains("SharedArchiveFile"), "it is no reason to fail");
  }

  /** As by a Java that cannot make one. */
  @Test
  void noArchiveIsNoFailure() throws Exception {
    assertFalse(start(home, Map.of("BARE", "1"), 0).contains("SharedArchiveFile"));
    try (Stream<Path> left = Files.list(app())) {
      assertTrue(left.noneMatch(f -> f.toString().endsWith(".jsa")));
    }
  }

  @Test
  void aKilledStartLeavesNoHalfArchive() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    Path asked = folder.resolve("asked");
    Map<String, String> settings =
        Map.of(
            "ARCHIVE", asked.toString(),
            "TMPDIR", temporary.toString(),
            "TILTBENCH_CACHE", folder.resolve("cache").toString());
    Process starting = process(home, folder.resolve("nothing"), settings, "list");
    for (int i = 0; i < 200 && !Files.exists(asked); i++) {
      Thread.sleep(50);
    }
    starting.descendants().forEach(ProcessHandle::destroy);
    assertEquals(130, starting.waitFor());
    for (Path place : List.of(temporary, app())) {
      try (Stream<Path> left = Files.list(place)) {
        assertTrue(left.noneMatch(f -> Files.isDirectory(f) || f.toString().endsWith(".jsa")));
      }
    }
    String said = Files.readString(asked);
    assertTrue(said.startsWith(folder.resolve("cache") + " "), said);
    assertTrue(said.contains(" -Dai.djl.offline=true "), said);
  }

  @Test
  void memoryIsKeptUnlessTheSystemsWayIsAskedFor() throws Exception {
    start(home, "list");
    Map<String, String> show =
        Map.of("SHOW", "^MALLOC_\\|^GLIBC\\|^TILTBENCH_GIVEN", "MALLOC_TOP_PAD_", "5");
    libraries("libm.so.6 (libc6,x86-64) => /lib/libm.so.6");
    String kept = start(home, show, 0);
    assertTrue(
        kept.startsWith(
            """
            GLIBC_TUNABLES=glibc.malloc.hugetlb=1
            MALLOC_MMAP_THRESHOLD_=1073741824
            MALLOC_TOP_PAD_=5
            MALLOC_TRIM_THRESHOLD_=1073741824
            TILTBENCH_GIVEN_GLIBC_TUNABLES=
            TILTBENCH_GIVEN_MALLOC_MMAP_THRESHOLD_=
            TILTBENCH_GIVEN_MALLOC_TOP_PAD_=5
            TILTBENCH_GIVEN_MALLOC_TRIM_THRESHOLD_=
            """),
        kept);
    String not = start(home, Map.of("SHOW", "^MALLOC_", "TILTBENCH_MALLOC", "system"), 0);
    assertFalse(not.contains("MALLOC_"), not);
    assertEquals(
        "tiltbench: TILTBENCH_MALLOC is tcmalloc, keep or system, not 'x'\n",
        start(home, Map.of("TILTBENCH_MALLOC", "x"), 2));
    assertEquals(
        "tiltbench: TILTBENCH_MALLOC is tcmalloc, but ldconfig -p knows none\n",
        start(home, Map.of("TILTBENCH_MALLOC", "tcmalloc"), 2));
  }

  @Test
  void tcmallocIsTakenWhereItIsInstalled() throws Exception {
    start(home, "list");
    libraries("libtcmalloc_minimal.so.4 (libc6,x86-64) => /none/libtcmalloc_minimal.so.4");
    Map<String, String> show = Map.of("SHOW", "^MALLOC_\\|^LD_PRELOAD");
    String taken = start(home, show, 0);
    assertTrue(taken.contains("LD_PRELOAD=/none/libtcmalloc_minimal.so.4\n"), taken);
    assertTrue(taken.contains(" -Dtiltbench.malloc=tcmalloc "), taken);
    assertFalse(taken.contains("\nMALLOC_"), taken);
    libraries("libtcmalloc_minimal.so.4 (libc6) => /none/of-32-bits.so.4");
    assertFalse(start(home, show, 0).contains("LD_PRELOAD"));
    Map<String, String> keep = new HashMap<>(show);
    keep.put("TILTBENCH_MALLOC", "keep");
    assertFalse(start(home, keep, 0).contains("LD_PRELOAD"));
  }

  /** Lets the system know one library, by the line that {@code ldconfig -p} has of it. */
  private void libraries(String line) throws IOException {
    program(folder.resolve("bin/uname"), "#!/bin/sh\necho x86_64\n");
    program(folder.resolve("bin/ldconfig"), "#!/bin/sh\necho '\t" + line + "'\n");
  }

  /** The only build, as soon as there is one. */
  private Path app() throws Exception {
    for (int i = 0; i < 200; i++) {
      try (Stream<Path> apps = Files.list(home.resolve("harness/target/apps"))) {
        List<Path> whole = apps.filter(app -> Files.exists(app.resolve("held"))).toList();
        if (!whole.isEmpty() && !whole.get(0).endsWith("unfinished")) {
          return whole.get(0);
        }
      } catch (IOException e) {
        // not there yet
      }
      Thread.sleep(50);
    }
    throw new AssertionError("nothing was built");
  }

  private long builds() throws IOException {
    return Files.readAllLines(folder.resolve("log")).size();
  }

  private String start(Path checkout, String... arguments) throws Exception {
    Process process = process(checkout, folder.resolve("nothing"), arguments);
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said;
  }

  /** What {@code list} says with these settings, if it ends with this code. */
  private String start(Path checkout, Map<String, String> settings, int code) throws Exception {
    Process process = process(checkout, folder.resolve("nothing"), settings, "list");
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(code, process.waitFor(), said);
    return said;
  }

  private Process process(Path checkout, Path wait, String... arguments) throws IOException {
    return process(checkout, wait, Map.of(), arguments);
  }

  private Process process(
      Path checkout, Path wait, Map<String, String> settings, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(List.of("bash", checkout.resolve("tiltbench").toString()));
    command.addAll(List.of(arguments));
    return process(command, wait, settings);
  }

  private Process process(List<String> command, Path wait, Map<String, String> settings)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .keySet()
        .removeIf(k -> k.matches("TILTBENCH.*|MALLOC.*|GLIBC.*|LD_PRELOAD|.*CACHE_DIR|JAVA_HOME"));
    builder.environment().put("LOG", folder.resolve("log").toString());
    builder.environment().put("WAIT", wait.toString());
    builder
        .environment()
        .merge("PATH", folder.resolve("bin").toString(), (old, first) -> first + ":" + old);
    builder.environment().putAll(settings);
    return builder.start();
  }

  private static void run(Path in, String... command) throws Exception {
    assertEquals(0, new ProcessBuilder(command).directory(in.toFile()).start().waitFor());
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static void program(Path file, String text) throws IOException {
    write(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
