package io.github.tiltbench.model.training;

import com.google.gson.Gson;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.network.Architecture;
import io.github.tiltbench.engine.network.TrainedNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Trains a velocity network; reports its loss on the test images and how often classifiers see the
 * class that was asked for in its samples.
 */
final class DiffusionRecipe implements Recipe {
  private static final int TEST_BATCH = 64;
  private static final int PER_CLASS = 10;
  private static final long SEED = 7;

  private final Card card;
  private final Images train;
  private final Images test;
  private final double[] alphaBars;
  private final int classes;

  DiffusionRecipe(Card card) throws IOException {
    this.card = card;
    this.train = Images.read(card.map("data"), "train");
    this.test = Images.read(card.map("data"), "t10k");
    this.alphaBars = NoiseSchedule.of(card.map("scheduler"));
    this.classes = card.texts("labels").size();
  }

  @Override
  public Architecture architecture() {
    return card.architecture();
  }

  @Override
  public Objective objective() {
    double dropout = card.map("training").number("class_dropout");
    return new VelocityObjective(train, Recipe.draws(card, train), alphaBars, classes, dropout);
  }

  @Override
  public Map<String, String> notes() {
    return Map.of(
        TrainedNetwork.ITEM,
        test.item(),
        "scheduler",
        new Gson().toJson(card.map("scheduler").values()));
  }

  @Override
  public Map<String, Object> assess(TorchModule trained, Path folder) throws IOException {
    Card plan = card.map("evaluation");
    int steps = plan.integer("steps");
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("test_loss", Share.round(testLoss(trained)));
    for (double guidance : plan.numbers("guidance")) {
      Preview preview = new Preview(alphaBars, test.side(), classes, guidance);
      float[] samples = preview.balanced(trained, plan.integer("samples") / classes, steps, SEED);
      Map<String, Object> shares = new LinkedHashMap<>();
      for (String judge : plan.texts("judges")) {
        shares.put(judge, agreement(folder.resolve(judge).normalize(), samples).report());
      }
      report.put("asked_class_at_guidance_" + guidance, shares);
      Preview.write(samples, test.side(), classes, PER_CLASS, folder.resolve(picture(guidance)));
    }
    return report;
  }

  private static String picture(double guidance) {
    return guidance == 1 ? "samples-unguided.png" : "samples.png";
  }

  private double testLoss(TorchModule trained) {
    Objective objective =
        new VelocityObjective(
            test, new Draws(SEED, test.count(), TEST_BATCH), alphaBars, classes, 0);
    int batches = test.count() / TEST_BATCH;
    double sum = 0;
    for (int step = 0; step < batches; step++) {
      Objective.Minibatch batch = objective.draw(step);
      float[] output = trained.forward(batch.inputs()).get(0).data();
      sum += batch.loss().of(output, new float[output.length]);
    }
    return sum / batches;
  }

  /** How many samples, ordered by the class asked for, a classifier sees as that class. */
  private Share agreement(Path judge, float[] samples) {
    int area = test.area();
    int count = samples.length / area;
    int hits = 0;
    try (TorchModule module = TrainedNetwork.read(judge).load()) {
      float[] log =
          module
              .forward(new Tensor.Floats(samples, count, 1, test.side(), test.side()))
              .get(0)
              .data();
      for (int row = 0; row < count; row++) {
        int asked = (int) ((long) row * classes / count);
        hits += ClassifierRecipe.best(log, row * classes, classes) == asked ? 1 : 0;
      }
    }
    return new Share(hits, count);
  }
}
