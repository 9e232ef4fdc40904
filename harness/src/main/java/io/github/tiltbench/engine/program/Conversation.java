package io.github.tiltbench.engine.program;

import io.github.tiltbench.config.IoReasons;
import io.github.tiltbench.config.Nearest;
import io.github.tiltbench.engine.Frame;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One process of a program, from its start to its end: a question, an answer, and so on. */
final class Conversation implements AutoCloseable {
  private static final int LENGTH = Long.BYTES;
  private static final int SIGNALLED = 128;
  private static final long GRACE_SECONDS = 10;
  private static final int QUOTED = 40;

  private static final ScheduledThreadPoolExecutor ALARMS = alarms();
  private static final Set<Conversation> OPEN = ConcurrentHashMap.newKeySet();
  private static boolean over;

  private final Program program;
  private final ErrorLog log;
  private final Process process;
  private final Thread following;
  private volatile boolean late;
  private boolean ended;

  private Conversation(Program program, ErrorLog log, Process process, String heading) {
    this.program = program;
    this.log = log;
    this.process = process;
    this.following = log.follow(process.getErrorStream(), heading);
  }

  private static ScheduledThreadPoolExecutor alarms() {
    ScheduledThreadPoolExecutor alarms =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "program-alarm");
              thread.setDaemon(true);
              return thread;
            });
    alarms.setRemoveOnCancelPolicy(true);
    return alarms;
  }

  /** Starts the copies of a program in a folder. */
  static Conversation start(Program program, Path folder, ErrorLog log, String time) {
    List<String> command = program.within(folder);
    synchronized (OPEN) {
      if (over) {
        throw new ProgramFailure(program, "nothing is started any more");
      }
      try {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        Surroundings.restore(builder.environment());
        Process process = builder.start();
        String heading = program + ", process " + process.pid() + ", " + time;
        Conversation started = new Conversation(program, log, process, heading);
        OPEN.add(started);
        return started;
      } catch (IOException e) {
        throw new ProgramFailure(program, unstartable(command.get(0), e));
      }
    }
  }

  private static String unstartable(String name, IOException e) {
    boolean plain = !name.contains(File.separator);
    boolean missing = String.valueOf(e.getMessage()).contains("error=2,");
    return plain && missing
        ? "there is no program '" + name + "' on the path" + near(name)
        : "it cannot be started: " + IoReasons.explain(e);
  }

  private static String near(String name) {
    List<String> names = new ArrayList<>();
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        files.map(file -> file.getFileName().toString()).forEach(names::add);
      } catch (IOException | RuntimeException e) {
        // a path may name what is not there
      }
    }
    return Nearest.to(name, names).map(near -> "; did you mean '" + near + "'?").orElse("");
  }

  /** Whether there will be no more answers. */
  boolean ended() {
    return ended;
  }

  /**
   * Asks and waits for the answer.
   *
   * @param what the question in words
   * @param seconds after which the process is ended
   * @throws ProgramFailure if no answer comes, or an error
   */
  Frame ask(Frame question, String what, double seconds) {
    byte[] content = question.bytes();
    byte[] answer;
    ScheduledFuture<?> alarm =
        ALARMS.schedule(this::tooLate, (long) (seconds * 1e9), TimeUnit.NANOSECONDS);
    try {
      write(content);
      answer = read();
    } catch (IOException e) {
      throw failure(what, seconds);
    } catch (IllegalArgumentException e) {
      end();
      throw late ? failure(what, seconds) : said(e.getMessage() + lastWords());
    } finally {
      alarm.cancel(false);
    }
    return checked(answer, question, what);
  }

  private void tooLate() {
    late = true;
    kill();
  }

  private void write(byte[] content) throws IOException {
    OutputStream out = process.getOutputStream();
    out.write(
        ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN).putLong(content.length).array());
    out.write(content);
    out.flush();
  }

  private byte[] read() throws IOException {
    InputStream in = process.getInputStream();
    byte[] head = in.readNBytes(LENGTH);
    if (head.length < LENGTH) {
      if (head.length > 0) {
        throw new IllegalArgumentException(rubbish(head));
      }
      throw new IOException("the end");
    }
    long length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < LENGTH || length > Frame.MOST) {
      byte[] more = new byte[Math.min(QUOTED, in.available())];
      int got = Math.max(0, in.read(more));
      byte[] all = Arrays.copyOf(head, LENGTH + got);
      System.arraycopy(more, 0, all, LENGTH, got);
      throw new IllegalArgumentException(rubbish(all));
    }
    byte[] content = in.readNBytes((int) length);
    if (content.length < length) {
      throw new IOException("the end");
    }
    return content;
  }

  private static String rubbish(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8).strip();
    return "it wrote '"
        + text.replaceAll("[^\\x20-\\x7e]", "?")
        + "' where the length of an answer was due; what it prints must go to standard error";
  }

  private Frame checked(byte[] content, Frame question, String what) {
    Frame answer;
    try {
      answer = Frame.parse(content);
    } catch (IllegalArgumentException e) {
      end();
      throw said("its answer to " + what + " is no safetensors: " + e.getMessage());
    }
    String kind = answer.fields().getOrDefault("kind", "");
    if (kind.equals("error")) {
      String message = answer.fields().getOrDefault("message", "nothing");
      throw said("it could not answer " + what + ": " + message);
    }
    for (String field : List.of("kind", "id")) {
      String wanted = question.fields().get(field);
      String found = answer.fields().get(field);
      if (!wanted.equals(found)) {
        end();
        throw said(
            "its answer to " + what + " has " + field + " '" + found + "', not '" + wanted + "'");
      }
    }
    return answer;
  }

  /** Why nothing comes any more. */
  private ProgramFailure failure(String what, double seconds) {
    boolean byItself = !late && awaitEnd(GRACE_SECONDS);
    end();
    if (late) {
      String key = what.equals("hello") ? "start" : "call";
      return said(
          "it gave no answer to "
              + what
              + " in "
              + number(seconds)
              + " s and was ended; to wait longer, write timeouts: {"
              + key
              + ": "
              + number(2 * seconds)
              + "}"
              + lastWords());
    }
    if (!byItself) {
      return said("it closed its standard output before it answered " + what + lastWords());
    }
    int code = process.exitValue();
    String how =
        code > SIGNALLED
            ? "it was killed by signal " + (code - SIGNALLED)
            : "it ended with code " + code;
    return said(how + " before it answered " + what + lastWords());
  }

  private static String number(double seconds) {
    return seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
  }

  private String lastWords() {
    String line = log.lastLine();
    return line.isEmpty() ? "" : "; its last words: " + line;
  }

  private ProgramFailure said(String problem) {
    return new ProgramFailure(program, problem);
  }

  /** Ends it as it is, with all that it started. */
  void end() {
    ended = true;
    kill();
    awaitEnd(GRACE_SECONDS);
    OPEN.remove(this);
    try {
      following.join(TimeUnit.SECONDS.toMillis(GRACE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void kill() {
    List<ProcessHandle> children = process.descendants().toList();
    process.toHandle().destroyForcibly(); // by the process itself it would close what is unread
    children.forEach(ProcessHandle::destroyForcibly);
  }

  private boolean awaitEnd(long seconds) {
    try {
      return process.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Lets it end by itself, as the end of its standard input tells it to; if it does not, ends it.
   */
  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // it has ended
    }
    awaitEnd(GRACE_SECONDS);
    end();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  static void endAll() {
    List<Conversation> open;
    synchronized (OPEN) {
      over = true;
      open = List.copyOf(OPEN);
    }
    open.forEach(Conversation::kill);
    open.forEach(one -> one.awaitEnd(GRACE_SECONDS));
  }
}
