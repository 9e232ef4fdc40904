package io.github.tiltbench.model.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs a training from the shell; an interrupt saves the state first. */
public final class TrainMain {
  private static final long PATIENCE_MILLIS = 60_000;

  private TrainMain() {}

  /** Trains the card that the only argument names. */
  public static void main(String[] arguments) throws IOException {
    AtomicBoolean stop = new AtomicBoolean();
    Thread main = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stop.set(true);
                  try {
                    main.join(PATIENCE_MILLIS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
    Training.run(Path.of(arguments[0]), System.out, stop::get);
  }
}
