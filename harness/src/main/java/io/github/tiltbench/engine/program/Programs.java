package io.github.tiltbench.engine.program;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The programs that one worker has running: each once, whatever it serves; used by one thread at a
 * time.
 */
public final class Programs implements AutoCloseable {
  private final Optional<Path> folder;
  private final String worker;
  private final Map<Program, RunningProgram> running = new HashMap<>();

  private Programs(Optional<Path> folder, String worker) {
    this.folder = folder;
    this.worker = worker;
  }

  /** None yet; of their standard error no more is kept than a failure needs. */
  public static Programs unlogged() {
    return new Programs(Optional.empty(), "");
  }

  /**
   * None yet; their standard error goes to files of a folder, made when the first is started.
   *
   * @param worker part of the names of these files
   */
  public static Programs logged(Path folder, String worker) {
    return new Programs(Optional.of(folder), worker);
  }

  /** The program, started if it does not run yet. */
  public RunningProgram get(Program program) {
    RunningProgram known = running.get(program);
    if (known == null) {
      int number = running.size();
      Optional<Path> log = folder.map(f -> f.resolve(worker + "-" + number + ".log"));
      known = new RunningProgram(program, log);
      running.put(program, known);
    }
    return known;
  }

  /** Ends all of them. */
  @Override
  public void close() {
    running.values().forEach(RunningProgram::close);
    running.clear();
  }

  /** Ends those of all workers at once, for a process about to end: none is started any more. */
  public static void endAll() {
    Conversation.endAll();
    PrivateCopy.closeAll();
  }
}
