package io.github.tiltbench.verifier.text;

import io.github.tiltbench.config.IoReasons;
import io.github.tiltbench.engine.program.ProgramFailure;
import io.github.tiltbench.engine.program.Surroundings;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code link-parser en}, one process that is asked about sentence after sentence.
 *
 * <p>It runs in the root folder, since it would take a dictionary from where it was started, and a
 * sentence begins with a space, since a line that begins with {@code !} or {@code %} is no sentence
 * to it. The end of an answer is told by a command and a sentence sent behind every sentence: it
 * holds back what it says of commands until it has parsed something.
 */
final class LinkParser implements TextScorer {
  static final String PROGRAM = "link-parser";

  /** What it is when nobody says otherwise: Debian 12's. */
  static final String VERSION = "5.12.0";

  private static final String MISSING =
      "needs the program link-parser, which is not on the path; this brings it: apt-get install"
          + " link-grammar link-grammar-dictionaries-en";

  private static final String LIMIT = "!limit=20";
  private static final String LIMITED = "limit set to 20";
  private static final Pattern COST =
      Pattern.compile("(?:Linkage 1|Unique linkage), cost vector = \\(UNUSED=(\\d+) DIS= *(\\S+) ");
  private static final Pattern LIBRARY = Pattern.compile("Version: link-grammar-(\\S+)");

  /** The parser gives up after these seconds, it is given up after more. */
  private static final int PATIENCE = 60;

  private final String program;
  private Process process;
  private Writer in;
  private BufferedReader out;

  /**
   * Starts it.
   *
   * @throws ProgramFailure if it is not there, or of another version
   */
  LinkParser(String program, String version) {
    this.program = program;
    String found = version();
    if (!found.equals(version)) {
      throw new ProgramFailure(
          PROGRAM, "it is version " + found + "; the study has version: " + version);
    }
    try {
      start();
    } catch (IOException e) {
      throw new ProgramFailure(PROGRAM, "it does not start: " + IoReasons.explain(e));
    }
  }

  /** What is missing for it. */
  static Optional<String> lack() {
    boolean there =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, PROGRAM)));
    return there ? Optional.empty() : Optional.of(MISSING);
  }

  private String version() {
    try {
      Process asked = builder("--version").redirectErrorStream(true).start();
      asked.getOutputStream().close();
      String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Matcher version = LIBRARY.matcher(said);
      return version.find() ? version.group(1) : "unknown";
    } catch (IOException e) {
      throw new ProgramFailure(PROGRAM, "it cannot be started; acceptability " + MISSING);
    }
  }

  private ProcessBuilder builder(String argument) {
    ProcessBuilder builder = new ProcessBuilder(program, argument);
    builder.directory(Path.of("").toAbsolutePath().getRoot().toFile());
    Surroundings.restore(builder.environment());
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD);
  }

  private void start() throws IOException {
    process = builder("en").start();
    in = process.outputWriter(StandardCharsets.UTF_8);
    out = process.inputReader(StandardCharsets.UTF_8);
    for (String setting : new String[] {"graphics=0", "panic=0", "timeout=" + PATIENCE}) {
      in.write("!" + setting + "\n");
    }
    ask("a");
  }

  /**
   * What the parser leaves over of a text, and how odd it finds the rest.
   *
   * @param unused words without a link
   * @param disjunct cost of its best linkage
   */
  record Parse(int unused, double disjunct) {}

  /**
   * The parse of a line of text; empty if the parser finds none.
   *
   * @throws ProgramFailure if it ends twice, or takes longer than it should
   */
  Optional<Parse> parse(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    try {
      if (process.isAlive()) {
        return ask(line);
      }
    } catch (IOException e) {
      close(); // it may have ended for reasons of its own: once more
    }
    try {
      start();
      return ask(line);
    } catch (IOException e) {
      close();
      throw new ProgramFailure(
          PROGRAM, "it ended, and again when started anew, before it answered '" + line + "'");
    }
  }

  /** The score of {@link Acceptability}. */
  @Override
  public double score(String text) {
    int words = Words.of(text).size();
    return words == 0
        ? -1
        : parse(text).map(p -> -(p.unused + 0.1 * p.disjunct) / words).orElse(-1.0);
  }

  private Optional<Parse> ask(String line) throws IOException {
    Process asked = process;
    Executor later = CompletableFuture.delayedExecutor(2 * PATIENCE, TimeUnit.SECONDS);
    CompletableFuture<Void> alarm = CompletableFuture.runAsync(asked::destroyForcibly, later);
    try {
      in.write(" " + line + "\n" + LIMIT + "\n a\n");
      in.flush();
      Optional<Parse> parse = Optional.empty();
      for (String said = next(); !said.startsWith(LIMITED); said = next()) {
        parse = parse.isPresent() ? parse : cost(said);
      }
      while (cost(next()).isEmpty()) {
        // what the parser says of the sentence "a" is of no interest
      }
      return parse;
    } finally {
      alarm.cancel(false);
    }
  }

  private String next() throws IOException {
    String said = out.readLine();
    if (said == null) {
      throw new IOException("the end");
    }
    if (said.startsWith("Timer is expired")) {
      throw new ProgramFailure(PROGRAM, "it gave a text up after " + PATIENCE + " s");
    }
    return said;
  }

  private static Optional<Parse> cost(String said) {
    Matcher cost = COST.matcher(said);
    return cost.find()
        ? Optional.of(new Parse(Integer.parseInt(cost.group(1)), Double.parseDouble(cost.group(2))))
        : Optional.empty();
  }

  /** Ends it; the end of its input tells it to. */
  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      // it has ended
    }
    process.destroy();
  }
}
