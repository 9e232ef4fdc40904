package io.github.tiltbench.engine.program;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.IoReasons;
import io.github.tiltbench.config.Nearest;
import io.github.tiltbench.config.Records;
import io.github.tiltbench.engine.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A program that runs and is asked; used by one thread at a time.
 *
 * <p>Whatever goes wrong is a {@link ProgramFailure} for the question at hand. A program that
 * ended, hung or broke the protocol is started anew with the next question, and must then say the
 * same hello; after {@value #MOST_FAILED_STARTS} starts in a row that failed it is given up.
 */
public final class RunningProgram implements AutoCloseable {
  private static final int MOST_FAILED_STARTS = 3;

  private final Program program;
  private final PrivateCopy copy;
  private final ErrorLog log;
  private final Hello hello;
  private Conversation conversation;
  private int failedStarts;
  private long asked;

  /**
   * Starts it and hears its hello.
   *
   * @param log where its standard error is kept
   * @throws ProgramFailure if it does not start, or is not what the study says
   */
  RunningProgram(Program program, Optional<Path> log) {
    this.program = program;
    this.log = new ErrorLog(log);
    try {
      this.copy = PrivateCopy.of(program);
    } catch (IOException e) {
      throw new ProgramFailure(program, "its files cannot be copied: " + IoReasons.explain(e));
    } catch (UncheckedIOException e) {
      throw new ProgramFailure(
          program, "its files cannot be read: " + IoReasons.explain(e.getCause()));
    } catch (IllegalArgumentException e) {
      throw new ProgramFailure(program, e.getMessage());
    }
    try {
      this.hello = start();
    } catch (ProgramFailure e) {
      copy.close();
      throw e;
    }
  }

  /** Starts it; what it says of itself. */
  private Hello start() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Conversation started = Conversation.start(program, copy.folder(), log, now.toString());
    try {
      Frame answer =
          started.ask(
              new Frame(Map.of("kind", "hello", "id", "0", "protocol", Hello.PROTOCOL), Map.of()),
              "hello",
              program.patience().startSeconds());
      Hello said = Hello.of(answer);
      if (!said.version().equals(program.version())) {
        throw new IllegalArgumentException(
            "it says that it is version "
                + said.version()
                + "; the study has version: "
                + program.version());
      }
      conversation = started;
      return said;
    } catch (IllegalArgumentException e) {
      started.end();
      throw new ProgramFailure(program, e.getMessage());
    }
  }

  /**
   * What it says of one of its parts.
   *
   * @param part {@code denoiser} or {@code reward}
   * @param kind the record that the JSON object of that name becomes
   */
  public <T> T says(String part, CatalogueEntry<T> kind) {
    try {
      return Records.STORED.read(hello.part(part), kind);
    } catch (ConfigException | IllegalArgumentException e) {
      throw new ProgramFailure(program, e.getMessage());
    }
  }

  /** The failure of a program that is not what the study says. */
  public ProgramFailure refused(String problem) {
    return new ProgramFailure(program, problem);
  }

  /** Whether states are sent to it in single precision. */
  public boolean single() {
    return hello.single();
  }

  /**
   * Asks a question about some rows.
   *
   * @param kind of question
   * @param fields more texts
   * @param tensors arrays by name
   * @param rows how many, for messages
   * @param wanted the shape of each array that the answer must have
   * @return the arrays that were wanted
   */
  public Map<String, double[]> ask(
      String kind,
      Map<String, String> fields,
      Map<String, Frame.Values> tensors,
      int rows,
      Map<String, long[]> wanted) {
    restart();
    Map<String, String> all = new TreeMap<>(fields);
    all.put("kind", kind);
    all.put("id", Long.toString(++asked));
    String what = kind + " of " + rows + (rows == 1 ? " row" : " rows");
    Frame answer;
    try {
      answer = conversation.ask(new Frame(all, tensors), what, program.patience().callSeconds());
    } finally {
      if (conversation.ended()) {
        conversation = null;
      }
    }
    Map<String, double[]> values = new TreeMap<>();
    wanted.forEach((name, shape) -> values.put(name, values(answer, name, shape, what)));
    return values;
  }

  private double[] values(Frame answer, String name, long[] shape, String what) {
    Frame.Values found = answer.tensors().get(name);
    if (found == null) {
      throw new ProgramFailure(
          program,
          "its answer to "
              + what
              + " has no tensor '"
              + name
              + "'"
              + Nearest.hint(name, answer.tensors().keySet()));
    }
    if (!Arrays.equals(found.shape(), shape)) {
      throw new ProgramFailure(
          program,
          "it answered "
              + what
              + " with "
              + name
              + " of shape "
              + Arrays.toString(found.shape())
              + ", not "
              + Arrays.toString(shape));
    }
    return found.data();
  }

  private void restart() {
    if (conversation != null) {
      return;
    }
    if (failedStarts == MOST_FAILED_STARTS) {
      throw new ProgramFailure(
          program, "it is not started any more, after " + failedStarts + " starts that failed");
    }
    failedStarts++;
    Hello again = start();
    if (!again.equals(hello)) {
      conversation.end();
      conversation = null;
      throw new ProgramFailure(program, "started anew, it says another hello than before");
    }
    failedStarts = 0;
  }

  @Override
  public void close() {
    if (conversation != null) {
      conversation.close();
      conversation = null;
    }
    copy.close();
  }
}
