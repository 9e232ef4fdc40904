package io.github.tiltbench.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.PredictionType;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.SchedulerFile;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.flow.Flow;
import io.github.tiltbench.diffusion.flow.FlowSampler;
import io.github.tiltbench.diffusion.flow.FlowSchedulerConfig;
import io.github.tiltbench.diffusion.flow.FlowSchedulerFile;
import io.github.tiltbench.diffusion.flow.Interpolant;
import io.github.tiltbench.engine.Archive;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TensorFile;
import io.github.tiltbench.engine.TrustedArchive;
import io.github.tiltbench.verifier.Decoded;
import io.github.tiltbench.verifier.TorchScriptReward;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that a user brings, here ones of a line each. */
class TorchScriptTest {
  private static final Condition CAT = new Condition("cat");

  @TempDir Path folder;
  private Path embeddings;

  @BeforeEach
  void embeddings() throws IOException {
    embeddings = folder.resolve("embeddings.safetensors");
    Map<String, Tensor.Floats> tensors =
        Map.of(
            "-", new Tensor.Floats(new float[] {0.5f, 0}, 2),
            "cat", new Tensor.Floats(new float[] {1, 2}, 2));
    Files.write(embeddings, new Safetensors(new TreeMap<>(tensors), Map.of()).bytes());
  }

  private TrustedArchive archive(String name, String arguments, String body) throws IOException {
    byte[] bytes =
        new Archive("Tiny").method("forward", arguments, "Tensor", "    " + body + "\n").bytes();
    Path file = Files.write(folder.resolve(name), bytes);
    return new TrustedArchive(file, Digests.sha256(bytes));
  }

  /** Its noise is half of the state, more by the embedding, and less by a thousandth of t. */
  private TorchScriptModel model(double guidance) throws IOException {
    return model(Ddim.DEFAULT, guidance);
  }

  private TorchScriptModel model(ProcessSpec.Gaussian process, double guidance) throws IOException {
    TrustedArchive denoiser =
        archive(
            "unet.pt",
            "x: Tensor, t: Tensor, c: Tensor",
            "return torch.sub(torch.add(torch.mul(x, 0.5), c),"
                + " torch.mul(torch.unsqueeze(t, 1), 0.001))");
    return new TorchScriptModel(
        denoiser, TensorFile.of(embeddings), new int[] {2}, process, guidance);
  }

  @Test
  void theCleanMeanIsThatOfTheGuidedNoise() throws IOException {
    double w = 3;
    TorchScriptModel model = model(w);
    GaussianProcess process = model.reverse();
    int rows = 70; // more than a micro-batch
    double[] x = new double[2 * rows];
    Arrays.setAll(x, i -> Math.sin(i));
    int[] level = new int[rows];
    Arrays.setAll(level, i -> 1 + i % process.steps());
    Condition[] condition = new Condition[rows];
    Arrays.fill(condition, CAT);
    Arrays.fill(condition, 0, 5, Condition.NONE);
    try (Denoiser denoiser = model.open()) {
      Prediction.Mean mean =
          (Prediction.Mean) denoiser.denoise(new Batch.Reals(x, new int[] {2}), level, condition);
      for (int i = 0; i < rows; i++) {
        double alphaBar = process.alphaBar(level[i]);
        for (int k = 0; k < 2; k++) {
          double free = k == 0 ? 0.5 : 0;
          double asked = i < 5 ? free : 1 + k;
          double noise =
              0.5 * x[2 * i + k] + free + w * (asked - free) - 0.001 * process.time(level[i]);
          double clean = (x[2 * i + k] - Math.sqrt(1 - alphaBar) * noise) / Math.sqrt(alphaBar);
          assertEquals(
              clean, mean.clean().data()[2 * i + k], 2e-5 * (1 + Math.abs(clean)), "row " + i);
        }
      }
      assertEquals(Cost.of(rows, 2L * rows, 0), denoiser.odometer());
      assertEquals(2, model.rowsPerParticle());
    }
  }

  @Test
  void theGradientIsThatOfTheCleanMean() throws IOException {
    TorchScriptModel model = model(1);
    double alphaBar = model.reverse().alphaBar(3);
    try (Denoiser denoiser = model.open();
        Denoiser.Linearised line =
            denoiser.linearise(
                new Batch.Reals(new double[] {1, 2}, new int[] {2}),
                new int[] {3},
                new Condition[] {CAT})) {
      double slope = (1 - 0.5 * Math.sqrt(1 - alphaBar)) / Math.sqrt(alphaBar);
      assertArrayEquals(
          new double[] {slope, -2 * slope},
          line.pullback(new Batch.Reals(new double[] {1, -2}, new int[] {2})).data(),
          1e-5 * slope);
    }
  }

  private static FlowSchedulerConfig flow(String predictionType) {
    String json =
        "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"prediction_type\": \"%s\"}";
    Node node = JsonTree.parse("scheduler", 1, json.formatted(predictionType));
    return (FlowSchedulerConfig) FlowSchedulerFile.of(node);
  }

  private static Flow flow(FlowSampler sampler, Interpolant path, FlowSchedulerConfig scheduler) {
    return new Flow(
        25,
        sampler,
        Optional.empty(),
        Flow.Last.MEAN,
        path,
        Flow.Conversion.BOTH,
        path == Interpolant.LINEAR ? Flow.Schedule.TRAINED : Flow.Schedule.UNIFORM,
        OptionalInt.empty(),
        OptionalDouble.empty(),
        scheduler);
  }

  /** Which way its time points is never guessed. */
  @Test
  void aFlowNetworkIsDeclared() {
    Exception refused =
        assertThrows(IllegalArgumentException.class, () -> model(Flow.DEFAULT, 3).open());
    assertTrue(refused.getMessage().contains("prediction_type: flow "), refused.getMessage());
  }

  /** A step from pure noise of a network that says the truth ends at the mean of the data. */
  @ParameterizedTest
  @ValueSource(strings = {"flow", "flow_to_data"})
  void aStepMovesTowardsTheDataMean(String predictionType) {
    Flow spec = flow(FlowSampler.EULER, Interpolant.LINEAR, flow(predictionType));
    GaussianProcess chain = spec.over(new StateSpace.Euclidean(new int[] {1}));
    int from = chain.steps();
    assertEquals(predictionType.equals("flow") ? 1000 : 0, chain.time(from), 1e-9);
    double noise = -1.5;
    double mean = 3;
    double velocity = predictionType.equals("flow") ? noise - mean : mean - noise;
    double[] clean = new double[1];
    spec.predictionType()
        .clean(chain.alphaBar(from), new double[] {noise}, 0, 1, i -> velocity, clean);
    Batch.Reals x = new Batch.Reals(new double[] {noise}, new int[] {1});
    Prediction mu = new Prediction.Mean(new Batch.Reals(clean, new int[] {1}));
    double next = chain.law(x, from, mu).mean().data()[0] * scale(chain, from - 1);
    double step = (1 - 0.001) / 24; // of a grid of floats from 1 to 0.001, and 0
    assertEquals(noise + (mean - noise) * step, next, 1e-6);
  }

  private static double scale(GaussianProcess chain, int level) {
    return 1 / (chain.signal(level) + chain.noise(level));
  }

  /** A flow network on its own chain and, converted, on one of DDIM; the velocity is the output. */
  @Test
  void aFlowNetworkSeesThePathThatItWasTrainedOn() throws IOException {
    FlowSchedulerConfig flow = flow("flow");
    FlowSchedulerConfig toData = flow("flow_to_data");
    for (ProcessSpec.Gaussian spec :
        List.of(
            flow(FlowSampler.EULER, Interpolant.LINEAR, flow),
            flow(FlowSampler.ANCESTRAL, Interpolant.VP, flow),
            flow(FlowSampler.EULER, Interpolant.LINEAR, toData),
            flow(FlowSampler.ANCESTRAL, Interpolant.VP, toData),
            new Ddim(25, 1, SchedulerFile.of("scheduler", "{\"prediction_type\": \"flow\"}")))) {
      double sign = spec.predictionType() == PredictionType.FLOW ? 1 : -1;
      TorchScriptModel model = model(spec, 3);
      GaussianProcess process = model.reverse();
      for (int level : new int[] {1, 13, 25}) {
        double signal = process.signal(level);
        double noise = process.noise(level);
        double t = noise / (signal + noise);
        Batch.Reals x = new Batch.Reals(new double[] {0.7, -1.2}, new int[] {2});
        try (Denoiser denoiser = model.open();
            Denoiser.Linearised line =
                denoiser.linearise(x, new int[] {level}, new Condition[] {CAT})) {
          double[] free = {0.5, 0};
          double[] asked = {1, 2};
          double[] expected = new double[2];
          for (int k = 0; k < 2; k++) {
            double onPath = x.data()[k] / (signal + noise);
            double told = sign > 0 ? t : 1 - t;
            double u = 0.5 * onPath + free[k] + 3 * (asked[k] - free[k]) - told;
            expected[k] = onPath - sign * t * u;
          }
          assertArrayEquals(
              expected, ((Prediction.Mean) line.prediction()).clean().data(), 1e-5, spec + "");
          double slope = (1 - sign * 0.5 * t) / (signal + noise);
          assertArrayEquals(
              new double[] {slope, -2 * slope},
              line.pullback(new Batch.Reals(new double[] {1, -2}, new int[] {2})).data(),
              1e-5,
              spec + "");
        }
      }
    }
  }

  @Test
  void onlyTheArchiveThatIsNamedIsLoaded() throws IOException {
    TrustedArchive good = archive("a.pt", "x: Tensor", "return x");
    String other = "0".repeat(64);
    String message =
        assertThrows(IllegalArgumentException.class, () -> new TrustedArchive(good.file(), other))
            .getMessage();
    assertEquals("sha256 of " + good.file() + " is " + good.sha256() + ", not " + other, message);
    assertThrows(
        IllegalArgumentException.class, () -> new TrustedArchive(good.file(), "see website"));
    archive("a.pt", "x: Tensor", "return torch.neg(x)");
    assertTrue(
        assertThrows(IllegalArgumentException.class, good::load)
            .getMessage()
            .startsWith("sha256 of "));
  }

  @Test
  void promptsNeedAnEmbedding() throws IOException {
    TorchScriptModel model = model(2);
    assertEquals(Optional.empty(), model.mismatch("cat"));
    assertEquals(embeddings + " has no embedding of 'dog'", model.mismatch("dog").orElseThrow());
    Files.write(
        embeddings,
        new Safetensors(
                new TreeMap<>(Map.of("cat", new Tensor.Floats(new float[] {1}, 1))), Map.of())
            .bytes());
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> model(2))
            .getMessage()
            .startsWith("conditions must have an embedding of no condition"));
  }

  @Test
  void rewardsAreScoredThroughTheDecoder() throws IOException {
    TorchScriptReward reward =
        new TorchScriptReward(
            archive("reward.pt", "x: Tensor, c: Tensor", "return torch.sum(torch.mul(x, c), [1])"),
            new int[] {2},
            Optional.of(TensorFile.of(embeddings)),
            true);
    Decoded decoded =
        new Decoded(
            archive("decoder.pt", "z: Tensor", "return torch.mul(z, z)"),
            new int[] {2},
            new int[] {2},
            reward);
    int rows = 70;
    double[] z = new double[2 * rows];
    Arrays.setAll(z, i -> i % 5);
    Condition[] condition = new Condition[rows];
    Arrays.fill(condition, CAT);
    Batch.Reals batch = new Batch.Reals(z, new int[] {2});
    try (Verifier verifier = decoded.open(batchSpace(2))) {
      double[] score = verifier.score(batch, condition);
      Verifier.Gradient gradient = verifier.gradient(batch, condition);
      for (int i = 0; i < rows; i++) {
        double a = z[2 * i];
        double b = z[2 * i + 1];
        assertEquals(a * a + 2 * b * b, score[i], 1e-5);
        assertEquals(score[i], gradient.score()[i], 1e-5);
        assertEquals(2 * a, gradient.gradient().data()[2 * i], 1e-5);
        assertEquals(4 * b, gradient.gradient().data()[2 * i + 1], 1e-5);
      }
    }
    assertTrue(decoded.differentiable());
    assertEquals(Optional.empty(), decoded.mismatch(batchSpace(2)));
    assertTrue(decoded.mismatch(batchSpace(3)).orElseThrow().startsWith("the decoder takes"));
    assertEquals(3, decoded.files().size());
  }

  /** Opens on the space that it is given, and says so by its score. */
  private record Width() implements VerifierSpec {
    @Override
    public Verifier open(StateSpace space) {
      double width = ((StateSpace.Euclidean) space).dimension();
      return (clean, condition) -> {
        double[] score = new double[clean.size()];
        Arrays.fill(score, width);
        return score;
      };
    }

    @Override
    public Optional<String> mismatch(StateSpace space) {
      return Optional.empty();
    }
  }

  @Test
  void theVerifierOfADecodedStateIsOpenedOnTheImage() throws IOException {
    Decoded decoded =
        new Decoded(
            archive("pair.pt", "z: Tensor", "return torch.cat([z, z], 1)"),
            new int[] {2},
            new int[] {4},
            new Width());
    try (Verifier verifier = decoded.open(batchSpace(2))) {
      Batch.Reals latent = new Batch.Reals(new double[2], new int[] {2});
      assertEquals(4, verifier.score(latent, new Condition[] {CAT})[0]);
    }
  }

  private static StateSpace batchSpace(int width) {
    return new StateSpace.Euclidean(new int[] {width});
  }

  @Test
  void oneScoreARow() throws IOException {
    TorchScriptReward reward =
        new TorchScriptReward(
            archive("wide.pt", "x: Tensor", "return x"), new int[] {2}, Optional.empty(), false);
    try (Verifier verifier = reward.open(batchSpace(2))) {
      Batch.Reals one = new Batch.Reals(new double[2], new int[] {2});
      assertTrue(
          assertThrows(
                  IllegalArgumentException.class, () -> verifier.score(one, new Condition[] {CAT}))
              .getMessage()
              .contains("one score a row is wanted"));
    }
  }
}
