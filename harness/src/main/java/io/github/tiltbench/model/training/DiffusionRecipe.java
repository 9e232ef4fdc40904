package io.github.tiltbench.model.training;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.github.tiltbench.diffusion.BetaSchedule;
import io.github.tiltbench.diffusion.Ddpm;
import io.github.tiltbench.diffusion.PredictionType;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.diffusion.SchedulerFile;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.learning.MinibatchOrder;
import io.github.tiltbench.engine.learning.Objective;
import io.github.tiltbench.engine.network.Architecture;
import io.github.tiltbench.engine.network.TrainedNetwork;
import io.github.tiltbench.model.NetworkModel;
import io.github.tiltbench.verifier.Classifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains a velocity network; reports its loss on the test images and how often classifiers see the
 * class that was asked for in its samples.
 */
final class DiffusionRecipe implements Recipe {
  private static final int TEST_BATCH = 64;
  private static final int COLUMNS = 10;
  private static final long SEED = 7;

  private final Card card;
  private final Images train;
  private final Images test;
  private final List<String> labels;
  private final double[] alphaBars;

  DiffusionRecipe(Card card) throws IOException {
    this.card = card;
    this.train = Images.read(card.map("data"), "train");
    this.test = Images.read(card.map("data"), "t10k");
    this.labels = card.texts("labels");
    for (String judge : card.map("evaluation").texts("judges")) {
      TrainedNetwork.describe(card.folder().resolve(judge)); // missing: say so before training
    }
    SchedulerConfig scheduler = SchedulerFile.of(scheduler());
    if (scheduler.predictionType() != PredictionType.V_PREDICTION) {
      throw card.map("scheduler").wrong("prediction_type", "v_prediction");
    }
    if (scheduler.betaSchedule() != BetaSchedule.SQUAREDCOS_CAP_V2) {
      throw card.map("scheduler").wrong("beta_schedule", "squaredcos_cap_v2");
    }
    this.alphaBars = VelocityObjective.cosine(scheduler.numTrainTimesteps());
  }

  private JsonObject scheduler() {
    return new Gson().toJsonTree(card.map("scheduler").values()).getAsJsonObject();
  }

  @Override
  public Architecture architecture() {
    return card.architecture();
  }

  @Override
  public Objective objective() {
    double dropout = card.map("training").number("class_dropout");
    return new VelocityObjective(
        train, Recipe.draws(card, train), alphaBars, labels.size(), dropout);
  }

  @Override
  public Map<String, String> notes() {
    return Map.of(TrainedNetwork.ITEM, test.item(), "scheduler", scheduler().toString());
  }

  @Override
  public Map<String, Object> assess(Path folder) throws IOException {
    Card plan = card.map("evaluation");
    Ddpm process = new Ddpm(plan.integer("steps"), SchedulerFile.of(scheduler()));
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("test_loss", ReportNumbers.round(testLoss(folder)));
    for (double guidance : plan.numbers("guidance")) {
      NetworkModel model = new NetworkModel(folder, process, guidance);
      ClassSamples samples =
          ClassSamples.of(model, labels, plan.integer("samples") / labels.size(), SEED);
      samples.write(COLUMNS, folder.resolve("samples.png")); // that of the last guidance stays
      Map<String, Object> shares = new LinkedHashMap<>();
      for (String judge : plan.texts("judges")) {
        Path path = folder.resolve(judge).normalize();
        Classifier classifier = new Classifier(path, Classifier.Output.ACCURACY);
        shares.put(path.getFileName().toString(), samples.accepted(classifier));
      }
      report.put("samples_of_asked_class_at_guidance_" + guidance, shares);
    }
    return report;
  }

  private double testLoss(Path folder) {
    MinibatchOrder draws = new MinibatchOrder(SEED, test.count(), TEST_BATCH);
    Objective objective = new VelocityObjective(test, draws, alphaBars, labels.size(), 0);
    int batches = test.count() / TEST_BATCH;
    double sum = 0;
    try (TorchModule network = TrainedNetwork.read(folder).load()) {
      for (int step = 0; step < batches; step++) {
        Objective.Minibatch batch = objective.draw(step);
        float[] output = network.forward(batch.inputs()).get(0).data();
        sum += batch.loss().of(output, new float[output.length]);
      }
    }
    return sum / batches;
  }
}
