package io.github.tiltbench.verifier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.Vocabulary;
import io.github.tiltbench.engine.network.MaskedTransformer;
import io.github.tiltbench.engine.network.NetworkWeights;
import io.github.tiltbench.engine.network.ResNet;
import io.github.tiltbench.engine.network.TrainedNetwork;
import io.github.tiltbench.verifier.Classifier.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierTest {
  private static final int[] ITEM = {1, 8, 8};
  private static final StateSpace SPACE = new StateSpace.Euclidean(ITEM);
  private static final List<String> LABELS = List.of("hat", "sock", "glove");

  @TempDir private Path folder;

  @BeforeEach
  void weights() throws IOException {
    ResNet family = new ResNet(List.of(8, 16), 1, LABELS.size());
    new TrainedNetwork(
            family,
            LABELS,
            Map.of(TrainedNetwork.ITEM, "1,8,8"),
            family.network().initialise(new SplittableRandom(1)))
        .file()
        .write(folder.resolve(TrainedNetwork.FILE));
  }

  private static Batch.Reals images(int rows) {
    SplittableRandom random = new SplittableRandom(rows);
    double[] data = new double[rows * 64];
    Arrays.setAll(data, i -> Math.max(-1, Math.min(1, random.nextGaussian())));
    return new Batch.Reals(data, ITEM);
  }

  private static Condition[] all(int rows, String label) {
    Condition[] condition = new Condition[rows];
    Arrays.fill(condition, new Condition(label));
    return condition;
  }

  /** Published examples, the marginal not even. */
  @Test
  void inceptionScoresAreDivergences() {
    double[][] p = OracleGolden.rows("is_p");
    double[] kl = OracleGolden.row("is_kl");
    double[] q = Arrays.stream(OracleGolden.row("is_q")).map(Math::log).toArray();
    assertEquals(6, kl.length);
    for (int i = 0; i < p.length; i++) {
      double[] log = Arrays.stream(p[i]).map(Math::log).toArray();
      assertEquals(kl[i], InceptionScore.divergence(log, q), 1e-12);
    }
    double[] certain = {0, Double.NEGATIVE_INFINITY};
    assertEquals(
        Math.log(2), InceptionScore.divergence(certain, new double[] {-Math.log(2), -Math.log(2)}));
  }

  /** Of the network's own probabilities, with the slope that they have. */
  @Test
  void anInceptionScoreIsOfTheNetwork() {
    List<Double> marginal = List.of(0.5, 0.2, 0.3);
    Batch.Reals images = images(70);
    double[] expected = new double[70];
    try (Verifier log =
            Classifier.of(NetworkWeights.of(folder), Output.LOG_PROBABILITY).open(SPACE);
        Verifier score =
            new InceptionScore(NetworkWeights.of(folder), Optional.of(marginal)).open(SPACE)) {
      for (int i = 0; i < LABELS.size(); i++) {
        double[] own = log.score(images, all(70, LABELS.get(i)));
        for (int row = 0; row < 70; row++) {
          expected[row] += Math.exp(own[row]) * (own[row] - Math.log(marginal.get(i)));
        }
      }
      Condition[] none = all(70, "nothing it knows");
      assertArrayEquals(expected, score.score(images, none), 1e-6);
      Verifier.Gradient gradient = score.gradient(images, none);
      assertArrayEquals(expected, gradient.score(), 1e-6);
      double[] along = gradient.gradient().data();
      double[] moved = images.data().clone();
      double h = 1e-3;
      for (int i = 0; i < 64; i++) {
        moved[i] += h * along[i];
      }
      double slope = Arrays.stream(along, 0, 64).map(g -> g * g).sum();
      double gained = score.score(new Batch.Reals(moved, ITEM), none)[0] - expected[0];
      assertEquals(slope, gained / h, 0.05 * slope); // single precision and one side
    }
  }

  @Test
  void aMarginalIsALawOfItsClasses() {
    List<Double> less = List.of(0.5, 0.2, 0.2);
    List<Double> other = List.of(0.5, 0.5);
    assertThrows(
        IllegalArgumentException.class,
        () -> new InceptionScore(NetworkWeights.of(folder), Optional.of(less)));
    InceptionScore two = new InceptionScore(NetworkWeights.of(folder), Optional.of(other));
    assertThrows(IllegalArgumentException.class, () -> two.open(SPACE));
  }

  @Test
  void probabilitiesSumToOneAndOneClassWins() {
    int rows = 70; // more than one micro-batch
    Batch.Reals images = images(rows);
    double[] sum = new double[rows];
    double[] wins = new double[rows];
    try (Verifier log =
            Classifier.of(NetworkWeights.of(folder), Output.LOG_PROBABILITY).open(SPACE);
        Verifier accuracy = Classifier.of(NetworkWeights.of(folder), Output.ACCURACY).open(SPACE)) {
      for (String label : LABELS) {
        double[] score = log.score(images, all(rows, label));
        double[] right = accuracy.score(images, all(rows, label));
        for (int row = 0; row < rows; row++) {
          sum[row] += Math.exp(score[row]);
          wins[row] += right[row];
          assertTrue(right[row] == 0 || Math.exp(score[row]) > 1.0 / 3);
        }
      }
    }
    double[] ones = new double[rows];
    Arrays.fill(ones, 1);
    assertArrayEquals(ones, sum, 1e-5);
    assertArrayEquals(ones, wins);
  }

  @Test
  void gradientsAgreeWithFiniteDifferences() {
    Classifier spec = Classifier.of(NetworkWeights.of(folder), Output.LOG_PROBABILITY);
    assertTrue(spec.differentiable());
    int rows = 66;
    Batch.Reals images = images(rows);
    Condition[] condition = all(rows, "sock");
    condition[65] = new Condition("hat");
    try (Verifier verifier = spec.open(SPACE)) {
      Verifier.Gradient gradient = verifier.gradient(images, condition);
      assertArrayEquals(verifier.score(images, condition), gradient.score(), 1e-5);
      double step = 1e-2;
      double[] above = verifier.score(moved(images, gradient.gradient(), step), condition);
      double[] below = verifier.score(moved(images, gradient.gradient(), -step), condition);
      for (int row : new int[] {0, 63, 64, 65}) {
        double[] g = gradient.gradient().row(row);
        double norm = Arrays.stream(g).map(v -> v * v).sum();
        assertEquals(norm, (above[row] - below[row]) / (2 * step), 1e-3 + 0.02 * norm);
      }
    }
  }

  private static Batch.Reals moved(Batch.Reals x, Batch.Reals direction, double step) {
    double[] data = x.data().clone();
    Arrays.setAll(data, i -> data[i] + step * direction.data()[i]);
    return new Batch.Reals(data, ITEM);
  }

  @Test
  void accuracyHasNoGradient() {
    Classifier spec = Classifier.of(NetworkWeights.of(folder), Output.ACCURACY);
    assertFalse(spec.differentiable());
    try (Verifier verifier = spec.open(SPACE)) {
      assertThrows(
          UnsupportedOperationException.class, () -> verifier.gradient(images(1), all(1, "hat")));
    }
  }

  @Test
  void onlyAccuracyIsDeclaredToBeZeroOrOne() {
    assertEquals(
        ScoreRange.ZERO_OR_ONE, Classifier.of(NetworkWeights.of(folder), Output.ACCURACY).range());
    assertEquals(
        ScoreRange.REALS, Classifier.of(NetworkWeights.of(folder), Output.LOG_PROBABILITY).range());
    assertEquals(ScoreRange.REALS, new Linear(new double[] {1}, 0).range());
  }

  /** A class of its own stands in for that of the prompt, also where there is no prompt. */
  @Test
  void aLabelIsAskedForWhateverThePrompt() {
    Batch.Reals images = images(3);
    Optional<String> label = Optional.of(LABELS.get(1));
    try (Verifier prompted =
            Classifier.of(NetworkWeights.of(folder), Output.LOG_PROBABILITY).open(SPACE);
        Verifier labelled =
            new Classifier(NetworkWeights.of(folder), Output.LOG_PROBABILITY, label).open(SPACE)) {
      double[] expected = prompted.score(images, all(3, LABELS.get(1)));
      assertArrayEquals(expected, labelled.score(images, all(3, LABELS.get(0))));
      assertArrayEquals(expected, labelled.score(images, all(3, Condition.NONE.text())));
    }
    assertEquals(
        "label must be one of " + String.join(", ", LABELS) + ", not 'shoe'",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new Classifier(NetworkWeights.of(folder), Output.ACCURACY, Optional.of("shoe")))
            .getMessage());
  }

  @Test
  void mismatchesAreNamed() {
    Classifier spec = Classifier.of(NetworkWeights.of(folder), Output.ACCURACY);
    assertTrue(spec.mismatch(new StateSpace.Euclidean(ITEM)).isEmpty());
    assertTrue(spec.mismatch(new StateSpace.Euclidean(new int[] {2})).isPresent());
    assertTrue(spec.mismatch(new StateSpace.Sequence(4, Vocabulary.ids(3))).isPresent());
    assertEquals(List.of(folder.resolve(TrainedNetwork.FILE)), spec.files());
    try (Verifier verifier = spec.open(SPACE)) {
      assertThrows(IllegalArgumentException.class, () -> verifier.score(images(1), all(1, "shoe")));
    }
  }

  @Test
  void anotherNetworkIsRefused() throws IOException {
    MaskedTransformer text = new MaskedTransformer(3, 4, 8, 1, 2);
    new TrainedNetwork(
            text, List.of(), Map.of(), text.network().initialise(new SplittableRandom(1)))
        .file()
        .write(folder.resolve(TrainedNetwork.FILE));
    NetworkWeights weights = NetworkWeights.of(folder);
    String refusal = "path must be the folder of a classifier";
    assertEquals(
        refusal,
        assertThrows(IllegalArgumentException.class, () -> Classifier.of(weights, Output.ACCURACY))
            .getMessage());
    assertEquals(
        refusal,
        assertThrows(
                IllegalArgumentException.class, () -> new InceptionScore(weights, Optional.empty()))
            .getMessage());
  }
}
