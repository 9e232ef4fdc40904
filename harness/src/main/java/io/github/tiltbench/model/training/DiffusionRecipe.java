package io.github.tiltbench.model.training;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.diffusion.BetaSchedule;
import io.github.tiltbench.diffusion.Ddpm;
import io.github.tiltbench.diffusion.PredictionType;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.Scheduler;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.diffusion.flow.Flow;
import io.github.tiltbench.diffusion.flow.FlowSchedulerConfig;
import io.github.tiltbench.diffusion.flow.FlowSchedulerFile;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.learning.MinibatchOrder;
import io.github.tiltbench.engine.learning.Objective;
import io.github.tiltbench.engine.network.Architecture;
import io.github.tiltbench.engine.network.NetworkWeights;
import io.github.tiltbench.engine.network.TrainedNetwork;
import io.github.tiltbench.model.NetworkModel;
import io.github.tiltbench.verifier.Classifier;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Trains a velocity network, of diffusion or of flow matching; reports its loss on the test images
 * and how often classifiers see the class that was asked for in its samples.
 */
final class DiffusionRecipe implements Recipe {
  private static final int TEST_BATCH = 64;
  private static final int COLUMNS = 10;
  private static final long SEED = 7;

  /** The largest absolute value of a pixel. */
  private static final double PIXEL = 1;

  private final ImageContent card;
  private final Images train;
  private final Images test;
  private final List<String> labels;
  private final ImageContent.Evaluation evaluation;
  private final Node.Mapping keys;
  private final List<NetworkWeights> judges;
  private final TrainingPath path;
  private final ProcessSpec.Gaussian process;

  DiffusionRecipe(ImageContent card) throws IOException {
    this.card = card;
    this.train = Images.read(card.data(), "train");
    this.test = Images.read(card.data(), "t10k");
    this.labels = card.labels();
    this.evaluation = card.evaluation().orElseThrow();
    this.judges = evaluation.judges().stream().map(NetworkWeights::of).toList();
    this.keys = card.scheduler().orElseThrow();
    Scheduler scheduler = FlowSchedulerFile.of(keys);
    if (card.kind() == CardContent.Subject.FLOW) {
      this.path = new LinearPath(scheduler.numTrainTimesteps());
      this.process = flow(evaluation.steps(), scheduler);
    } else {
      this.path = CosinePath.of(scheduler.numTrainTimesteps());
      this.process = ddpm(evaluation.steps(), scheduler);
    }
  }

  private Flow flow(int steps, Scheduler scheduler) {
    if (!(scheduler instanceof FlowSchedulerConfig config)) {
      throw wrong("_class_name", "FlowMatchEulerDiscreteScheduler");
    }
    if (!config.predictionType().equals(Optional.of(PredictionType.FLOW))) {
      throw wrong("prediction_type", "flow");
    }
    return Flow.euler(steps, OptionalDouble.of(PIXEL), config);
  }

  private Ddpm ddpm(int steps, Scheduler scheduler) {
    if (!(scheduler instanceof SchedulerConfig config)) {
      throw wrong("_class_name", "DDPMScheduler");
    }
    if (config.predictionType() != PredictionType.V_PREDICTION) {
      throw wrong("prediction_type", "v_prediction");
    }
    if (config.betaSchedule() != BetaSchedule.SQUAREDCOS_CAP_V2) {
      throw wrong("beta_schedule", "squaredcos_cap_v2");
    }
    return new Ddpm(steps, config);
  }

  private ConfigException wrong(String key, String only) {
    Mark at = keys.get(key).map(Node.Entry::at).orElse(keys.at());
    String rule = key + " must be " + only + " in a card of this kind: no other is trained here";
    return new ConfigException(at, rule);
  }

  @Override
  public Architecture architecture() {
    return card.architecture();
  }

  @Override
  public List<String> labels() {
    return card.labels();
  }

  @Override
  public Objective objective() {
    double dropout = card.training().classDropout().orElseThrow();
    return new VelocityObjective(
        train, Recipe.draws(card.training(), train.count()), path, labels.size(), dropout);
  }

  @Override
  public Map<String, String> notes() {
    return Map.of(TrainedNetwork.ITEM, test.item(), "scheduler", Json.canonical(keys));
  }

  @Override
  public Map<String, Object> assess(NetworkWeights weights) throws IOException {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("test_loss", ReportNumbers.round(testLoss(weights)));
    for (double guidance : evaluation.guidance()) {
      NetworkModel model = new NetworkModel(weights, process, guidance, Optional.empty());
      ClassSamples samples =
          ClassSamples.of(model, labels, evaluation.samples() / labels.size(), SEED);
      samples.write(
          COLUMNS, weights.folder().resolve(Training.PICTURES)); // that of the last guidance stays
      Map<String, Object> shares = new LinkedHashMap<>();
      for (NetworkWeights judge : judges) {
        Classifier classifier = Classifier.of(judge, Classifier.Output.ACCURACY);
        shares.put(judge.folder().getFileName().toString(), samples.accepted(classifier));
      }
      report.put("samples_of_asked_class_at_guidance_" + guidance, shares);
    }
    return report;
  }

  private double testLoss(NetworkWeights weights) {
    MinibatchOrder draws = new MinibatchOrder(SEED, test.count(), TEST_BATCH);
    Objective objective = new VelocityObjective(test, draws, path, labels.size(), 0);
    int batches = test.count() / TEST_BATCH;
    double sum = 0;
    try (TorchModule network = weights.open().load()) {
      for (int step = 0; step < batches; step++) {
        Objective.Minibatch batch = objective.draw(step);
        float[] output = network.forward(batch.inputs()).get(0).data();
        sum += batch.loss().of(output, new float[output.length]);
      }
    }
    return sum / batches;
  }
}
