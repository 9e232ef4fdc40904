package io.github.tiltbench.model.training;

import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.network.Network;
import io.github.tiltbench.engine.network.UNet;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Trains what a card describes and writes the results beside it. */
public final class Training {
  private Training() {}

  /** Trains or resumes; false if stopped before the end. */
  public static boolean run(Path file, PrintStream progress, AtomicBoolean stop)
      throws IOException {
    Card card = Card.read(file);
    Card training = card.map("training");
    Torch.threads(training.integer("threads"));
    UNet unet = unet(card.map("architecture"));
    Network network = unet.network();
    Images images = Images.read(card.map("data"), "train");
    double[] bars = bars(card);
    long seed = training.integer("seed");
    int batch = training.integer("batch");
    Draws draws = new Draws(seed, images.count(), batch);
    Objective objective =
        new VelocityObjective(
            images, draws, bars, unet.classes(), training.number("class_dropout"));
    Trainer.Plan plan =
        new Trainer.Plan(seed, training.integer("steps"), batch, digest(card), checkpoint(card));
    Trainer trainer = new Trainer(network, objective, settings(training), plan);
    int from = trainer.resume();
    progress.printf(
        Locale.ROOT,
        "%s: %,d parameters, step %d of %d, %s%n",
        file,
        network.size(),
        from,
        plan.steps(),
        Torch.describe());
    if (!trainer.run(progress, stop::get)) {
      progress.println("stopped at step " + trainer.steps() + "; run again to go on");
      return false;
    }
    finish(card, network, trainer, bars, unet, images.side());
    return true;
  }

  /** Draws a grid of samples from the checkpoint of an unfinished run. */
  public static void preview(Path file, Path png, double guidance) throws IOException {
    Card card = Card.read(file);
    UNet unet = unet(card.map("architecture"));
    Network network = unet.network();
    Trainer trainer =
        new Trainer(
            network,
            step -> {
              throw new IllegalStateException();
            },
            settings(card.map("training")),
            new Trainer.Plan(0, 0, 1, digest(card), checkpoint(card)));
    int step = trainer.resume();
    try (TorchModule module = TorchModule.load(network.archive(trainer.average()))) {
      new Preview(bars(card), 28, unet.classes(), guidance).grid(module, 10, 50, 7, png);
    }
    System.out.println("step " + step + " losses " + trainer.losses());
  }

  private static void finish(
      Card card, Network network, Trainer trainer, double[] bars, UNet unet, int side)
      throws IOException {
    Safetensors weights =
        new Safetensors(trainer.average(), Map.of("format", "pt", "architecture", unet.toString()));
    weights.write(card.folder().resolve("weights.safetensors"));
    StringBuilder csv = new StringBuilder("step,loss\n");
    List<Float> losses = trainer.losses();
    for (int i = 0; i < losses.size(); i++) {
      csv.append((i + 1) * Trainer.INTERVAL).append(',').append(losses.get(i)).append('\n');
    }
    Files.writeString(card.folder().resolve("loss.csv"), csv);
    try (TorchModule module = TorchModule.load(network.archive(weights))) {
      new Preview(bars, side, unet.classes(), 2)
          .grid(module, 10, 50, 7, card.folder().resolve("samples.png"));
    }
    String report =
        String.format(
            Locale.ROOT,
            "weights_sha256: %s%nparameters: %d%nsteps: %d%nfinal_loss: %s%nwall_seconds: %.0f%n"
                + "cpu_seconds: %.0f%nthreads: %d%nlibraries: %s%n",
            Images.sha256(weights.bytes()),
            network.size(),
            trainer.steps(),
            losses.isEmpty() ? "null" : losses.get(losses.size() - 1),
            trainer.wallSeconds(),
            trainer.cpuSeconds(),
            Torch.threads(),
            Torch.describe());
    Files.writeString(card.folder().resolve("training.yaml"), report);
  }

  private static UNet unet(Card architecture) {
    return new UNet(
        architecture.integer("patch"),
        architecture.integers("widths"),
        architecture.integers("blocks"),
        architecture.integer("embedding"),
        architecture.integer("heads"),
        architecture.integer("classes"));
  }

  private static double[] bars(Card card) {
    return NoiseSchedule.alphaBars(card.map("scheduler").integer("num_train_timesteps"));
  }

  private static Adam.Settings settings(Card training) {
    return new Adam.Settings(
        training.number("learning_rate"),
        training.integer("warmup"),
        0.9,
        0.99,
        training.number("clip"),
        training.number("ema"),
        0);
  }

  private static Path checkpoint(Card card) {
    return card.folder().resolve("checkpoints").resolve("state.safetensors");
  }

  private static String digest(Card card) {
    String identity =
        card.map("architecture").values()
            + " "
            + card.map("training").values()
            + " "
            + card.map("scheduler").values();
    return Images.sha256(identity.getBytes(StandardCharsets.UTF_8));
  }

  /** Launches a training, a preview or a timing from the shell. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path card = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "train" -> {
        AtomicBoolean stop = new AtomicBoolean();
        Thread main = Thread.currentThread();
        Thread hook =
            new Thread(
                () -> {
                  stop.set(true);
                  try {
                    main.join(60_000);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
        Runtime.getRuntime().addShutdownHook(hook);
        run(card, System.out, stop);
      }
      case "preview" -> preview(card, Path.of(arguments[2]), Double.parseDouble(arguments[3]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }
}
