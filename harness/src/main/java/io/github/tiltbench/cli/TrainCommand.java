package io.github.tiltbench.cli;

import io.github.tiltbench.model.training.ReferenceImages;
import io.github.tiltbench.model.training.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tiltbench train}. */
@Command(
    name = "train",
    description = {
      "Train the network that a card describes and write its weights beside the card.",
      "The state is saved every few minutes: stop with Ctrl-C, run the same command to go on."
    })
final class TrainCommand implements Callable<Integer> {
  @Parameters(paramLabel = "CARD", description = "The card, a YAML file.")
  Path card;

  @Option(
      names = "--reference",
      description = "Only make the reference set of a trained classifier anew.")
  boolean reference;

  @Override
  public Integer call() throws IOException {
    if (!Files.isRegularFile(card)) {
      throw new IllegalArgumentException("no such card: " + card);
    }
    if (reference) {
      ReferenceImages.write(card).forEach((key, value) -> System.out.println(key + ": " + value));
      return Main.DONE;
    }
    AtomicBoolean stop = new AtomicBoolean();
    CountDownLatch saved = new CountDownLatch(1);
    Ending.onSignal(
        new Ending.Stop(
            () -> {
              stop.set(true);
              await(saved);
            },
            "stopped"));
    try {
      Training.run(card, System.out, stop::get);
      return Main.DONE;
    } finally {
      saved.countDown();
    }
  }

  private static void await(CountDownLatch saved) {
    try {
      saved.await(2, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
