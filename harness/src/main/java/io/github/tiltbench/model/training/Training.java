package io.github.tiltbench.model.training;

import io.github.tiltbench.config.OwnFiles;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.engine.network.Network;
import io.github.tiltbench.engine.network.NetworkWeights;
import io.github.tiltbench.engine.network.ReferenceSet;
import io.github.tiltbench.engine.network.TrainedNetwork;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * Trains what a card describes and writes the outcome beside the card: {@code weights.safetensors},
 * {@code loss.csv}, {@code training.yaml} and, for a diffusion model, pictures.
 */
public final class Training {
  /** The picture that shows samples of every class. */
  static final String PICTURES = "samples.png";

  private static final String STATE = "checkpoints/state.safetensors";
  private static final String CURVE = "loss.csv";
  private static final String REPORT = "training.yaml";
  private static final int FINAL_INTERVALS = 10;

  private Training() {}

  /**
   * Trains, or goes on where a stopped run left off.
   *
   * @param progress gets a line every half minute
   * @param stop asked before each step
   * @return false if it was stopped before the end; the state is saved
   */
  public static boolean run(Path file, PrintStream progress, BooleanSupplier stop)
      throws IOException {
    Card card = Card.read(file);
    requireWritable(card.folder());
    CardContent.Learning training = card.content().training();
    Torch.threads(training.threads());
    Recipe recipe = Recipe.of(card);
    Network network = recipe.network();
    Trainer.Plan plan =
        new Trainer.Plan(
            training.seed(),
            training.steps(),
            training.batch(),
            card.digest(),
            card.folder().resolve(STATE));
    Trainer trainer =
        new Trainer(network, recipe.objective(), training.adam(), plan, recipe.watch());
    int from = trainer.resume();
    progress.printf(
        Locale.ROOT,
        "%s: %,d parameters, step %d of %d, %s%n",
        file,
        network.size(),
        from,
        plan.steps(),
        Torch.describe());
    if (!trainer.run(progress, stop)) {
      progress.println("stopped at step " + trainer.steps() + "; run again to go on");
      return false;
    }
    conclude(card, recipe, trainer, file, progress);
    return true;
  }

  /** Refuses before the work what would be refused after it. */
  private static void requireWritable(Path folder) throws IOException {
    for (String name :
        List.of(
            TrainedNetwork.FILE,
            ReferenceSet.FILE,
            CURVE,
            REPORT,
            PICTURES,
            MaskedRecipe.SAMPLES)) {
      OwnFiles.require(folder.resolve(name));
    }
    OwnFiles.folder(folder.resolve(STATE).getParent());
    OwnFiles.require(folder.resolve(STATE));
  }

  private static void conclude(
      Card card, Recipe recipe, Trainer trainer, Path file, PrintStream progress)
      throws IOException {
    TrainedNetwork trained =
        new TrainedNetwork(
            recipe.architecture(), recipe.labels(), recipe.notes(), trainer.average());
    trained.file().write(card.folder().resolve(TrainedNetwork.FILE));
    NetworkWeights written = NetworkWeights.of(card.folder());
    OwnFiles.write(card.folder().resolve(CURVE), curve(card, trainer.losses()));
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("command", "./tiltbench train " + file);
    report.put("settings_sha256", card.digest());
    report.put("weights_sha256", written.file().sha256());
    report.put("parameters", recipe.architecture().network().size());
    report.put("steps", trainer.steps());
    report.put("examples_seen", (long) trainer.steps() * card.content().training().batch());
    report.put("final_loss", finalLoss(trainer.losses()));
    if (!trainer.watched().isEmpty()) {
      report.put("held_out_by_step", trainer.watched());
    }
    report.putAll(recipe.assess(written));
    report.put("engine", Torch.describe());
    report.put("java", Runtime.version().toString());
    Map<String, Object> cost = new LinkedHashMap<>();
    cost.put("wall_seconds", Math.round(trainer.wallSeconds()));
    cost.put("cpu_seconds", Math.round(trainer.cpuSeconds()));
    cost.put("intra_op_threads", Torch.threads());
    report.put("cost", cost);
    String text =
        new Dump(DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build())
            .dumpToString(report);
    OwnFiles.write(card.folder().resolve(REPORT), "# Written by the training run.\n" + text);
    progress.print(text);
  }

  private static String curve(Card card, List<Float> losses) {
    int batch = card.content().training().batch();
    StringBuilder csv = new StringBuilder("step,examples,loss\n");
    for (int i = 0; i < losses.size(); i++) {
      int step = (i + 1) * Trainer.INTERVAL;
      csv.append(String.format(Locale.ROOT, "%d,%d,%.6f%n", step, step * batch, losses.get(i)));
    }
    return csv.toString();
  }

  /** The mean over the last intervals, which averages out the draw of minibatches. */
  private static double finalLoss(List<Float> losses) {
    return ReportNumbers.round(
        losses.stream()
            .skip(Math.max(0, losses.size() - FINAL_INTERVALS))
            .mapToDouble(Float::doubleValue)
            .average()
            .orElse(Double.NaN));
  }
}
