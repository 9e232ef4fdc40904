package io.github.tiltbench.model.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.learning.Adam;
import io.github.tiltbench.engine.learning.MinibatchOrder;
import io.github.tiltbench.engine.learning.Objective;
import io.github.tiltbench.engine.network.MaskedTransformer;
import io.github.tiltbench.model.EnumeratedLaw;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Learning to unmask, on a law of four positions and three tokens whose entropy is known. */
class MaskedLearningTest {
  private static final int LENGTH = 4;
  private static final int TOKENS = 3;
  private static final EnumeratedLaw LAW = law();
  private static final double ENTROPY = 3.861569;
  private static final PrintStream SILENT =
      new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);

  @TempDir private Path folder;

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  /** A Markov chain, sequences with equal ends counted twice. */
  private static EnumeratedLaw law() {
    double[] initial = {0.5, 0.3, 0.2};
    double[][] next = {{0.6, 0.3, 0.1}, {0.2, 0.5, 0.3}, {0.3, 0.3, 0.4}};
    double[] weights = new double[81];
    for (int i = 0; i < weights.length; i++) {
      int[] x = {i / 27, i / 9 % 3, i / 3 % 3, i % 3};
      weights[i] =
          initial[x[0]]
              * next[x[0]][x[1]]
              * next[x[1]][x[2]]
              * next[x[2]][x[3]]
              * (x[0] == x[3] ? 2 : 1);
    }
    return new EnumeratedLaw(LENGTH, TOKENS, weights);
  }

  /** Sequences in proportion to their probability. */
  private static int[][] sequences(int count) {
    double total = Arrays.stream(LAW.weights()).sum();
    List<int[]> all = new ArrayList<>();
    for (int i = 0; i < 81; i++) {
      for (long n = Math.round(count * LAW.weights()[i] / total); n > 0; n--) {
        all.add(LAW.sequence(i));
      }
    }
    return all.toArray(int[][]::new);
  }

  /**
   * The sum over masks of minus the log-probability of what stands under them, in the mean over
   * sequences of the law and over sets of masks of each size.
   */
  private static double[] surprisals(Function<int[], double[][]> conditionals) {
    double total = Arrays.stream(LAW.weights()).sum();
    double[] bySize = new double[LENGTH + 1];
    for (int set = 1; set < 1 << LENGTH; set++) {
      int size = Integer.bitCount(set);
      for (int i = 0; i < 81; i++) {
        int[] x = LAW.sequence(i);
        int[] state = x.clone();
        for (int at = 0; at < LENGTH; at++) {
          state[at] = (set >> at & 1) == 1 ? TOKENS : x[at];
        }
        double[][] p = conditionals.apply(state);
        for (int at = 0; at < LENGTH; at++) {
          double nats = state[at] == TOKENS ? -Math.log(p[at][x[at]]) : 0;
          bySize[size] += LAW.weights()[i] / total * nats / CHOOSE[size];
        }
      }
    }
    return bySize;
  }

  private static final double[] CHOOSE = {1, 4, 6, 4, 1};

  /** The bound by numbers of masks. */
  private static double bound(double[] surprisals) {
    double sum = 0;
    for (int n = 1; n <= LENGTH; n++) {
      sum += surprisals[n] / n;
    }
    return sum;
  }

  /** The mean of the surprisal over sets of masks at a time. */
  private static double at(double[] surprisals, double t) {
    double sum = 0;
    for (int n = 1; n <= LENGTH; n++) {
      sum += CHOOSE[n] * Math.pow(t, n) * Math.pow(1 - t, LENGTH - n) * surprisals[n];
    }
    return sum;
  }

  @Test
  void boundsOfTheExactConditionalsAreTheEntropy() {
    double[] surprisals = surprisals(LAW::conditionals);
    assertEquals(ENTROPY, bound(surprisals), 1e-6);
    double integral = 0; // a cubic over t: Simpson's rule is exact
    int parts = 2;
    for (int i = 0; i < parts; i++) {
      double a = (double) i / parts;
      double m = a + 0.5 / parts;
      double b = a + 1.0 / parts;
      double first = i == 0 ? LENGTH * surprisals[1] : at(surprisals, a) / a;
      integral += (first + 4 * at(surprisals, m) / m + at(surprisals, b) / b) / 6 / parts;
    }
    assertEquals(ENTROPY, integral, 1e-6);
  }

  @Test
  void boundsOfFewStepsAreThoseOfTheSpecification() {
    double[] surprisals = surprisals(LAW::conditionals);
    int[] steps = {1, 2, 4, 8, 16, 64, 256};
    double[] bounds = {4.211629, 4.030144, 3.944243, 3.902502, 3.881935, 3.866641, 3.862836};
    for (int i = 0; i < steps.length; i++) {
      double sum = 0;
      for (int k = 1; k <= steps[i]; k++) {
        sum += at(surprisals, (double) k / steps[i]) / k;
      }
      assertEquals(bounds[i], sum, 1e-6, steps[i] + " steps");
    }
  }

  @Test
  void heldOutBoundsAreUnbiased() {
    int[][] sequences = sequences(2000);
    HeldOut.Surprisal exact =
        masks -> {
          float[] nats = new float[masks.at().data().length];
          for (int i = 0; i < nats.length; i++) {
            int row = masks.row(i);
            long[] states = masks.states().data();
            int[] state =
                Arrays.stream(states, row * LENGTH, (row + 1) * LENGTH)
                    .mapToInt(t -> (int) t)
                    .toArray();
            int at = (int) (masks.at().data()[i] % LENGTH);
            nats[i] =
                (float) -Math.log(LAW.conditionals(state)[at][(int) masks.targets().data()[i]]);
          }
          return nats;
        };
    double[] bounds = new HeldOut(sequences, TOKENS, LENGTH, 5).bounds(exact);
    double[] errors = new double[bounds.length];
    double total = Arrays.stream(LAW.weights()).sum();
    for (int i = 0; i < bounds.length; i++) {
      int[] x = sequences[i];
      int index = ((x[0] * 3 + x[1]) * 3 + x[2]) * 3 + x[3];
      errors[i] = bounds[i] + Math.log(LAW.weights()[index] / total);
    }
    // Of each sequence the mean over masks is minus its log-probability.
    double mean = Arrays.stream(errors).average().orElseThrow();
    double square = Arrays.stream(errors).map(e -> (e - mean) * (e - mean)).average().orElseThrow();
    assertEquals(0, mean, 4 * Math.sqrt(square / errors.length));
    assertTrue(square < 1, "the masks of a sequence must be drawn anew: " + square);
  }

  private static final MaskedTransformer NETWORK = new MaskedTransformer(TOKENS, LENGTH, 32, 1, 2);

  private static Objective objective(double dropout, int batch) {
    int[][] sequences = sequences(20_000);
    return new MaskedObjective(
        sequences, new MinibatchOrder(3, sequences.length, batch), NETWORK, dropout);
  }

  @Test
  void minibatchesMaskEveryNumberOfPositionsAlikeAndWeighThemByIt() {
    Objective.Minibatch batch = objective(0, 32).draw(7);
    long[] states = ((Tensor.Longs) batch.inputs()[0]).data();
    long[] at = ((Tensor.Longs) batch.inputs()[1]).data();
    long[] targets = ((Tensor.Longs) batch.inputs()[2]).data();
    int[] counts = new int[LENGTH + 1];
    int[] masked = new int[32];
    for (int row = 0; row < 32; row++) {
      for (int i = 0; i < LENGTH; i++) {
        masked[row] += states[row * LENGTH + i] == TOKENS ? 1 : 0;
      }
      counts[masked[row]]++;
    }
    assertArrayEquals(new int[] {0, 8, 8, 8, 8}, counts);
    float[] nats = new float[at.length];
    Arrays.fill(nats, 2);
    float[] gradient = new float[at.length];
    assertEquals(2, batch.loss().of(nats, gradient), 1e-9); // nats a position
    for (int i = 0; i < at.length; i++) {
      assertEquals(TOKENS, states[(int) at[i]]);
      assertTrue(targets[i] < TOKENS);
      assertEquals(1.0 / 32 / masked[(int) at[i] / LENGTH], gradient[i], 1e-9);
    }
  }

  @Test
  void dropoutDropsItsShareAndKeepsTheMean() {
    Tensor[] inputs = objective(0.25, 64).draw(1).inputs();
    float[] keep = ((Tensor.Floats) inputs[3]).data();
    int dropped = 0;
    for (float factor : keep) {
      assertTrue(factor == 0 || factor == 4f / 3, "" + factor);
      dropped += factor == 0 ? 1 : 0;
    }
    double error = Math.sqrt(0.25 * 0.75 / keep.length);
    assertEquals(0.25, (double) dropped / keep.length, 4 * error);
  }

  private Trainer trainer(String name, int steps, double dropout, Optional<Trainer.Watch> watch) {
    Adam.Settings adam =
        new Adam.Settings(1e-2, 50, 0.1, 0.9, 0.98, 1, 0.995, new Adam.Decay(0.01, true));
    Trainer.Plan plan = new Trainer.Plan(3, steps, 64, "card", folder.resolve(name));
    return new Trainer(NETWORK.regularised(), objective(dropout, 64), adam, plan, watch);
  }

  @Test
  void aSmallNetworkLearnsTheLaw() throws IOException {
    Trainer trainer = trainer("learns", 1000, 0, Optional.empty());
    assertTrue(trainer.run(SILENT, () -> false));
    try (TorchModule module = TorchModule.load(NETWORK.network().archive(trainer.average()))) {
      double bound = bound(surprisals(state -> conditionals(module, state)));
      assertTrue(bound > ENTROPY && bound < 3.885, "bound " + bound);
    }
  }

  private static double[][] conditionals(TorchModule module, int[] state) {
    long[] x = Arrays.stream(state).asLongStream().toArray();
    long[] at = {0, 1, 2, 3};
    float[] logits =
        module.forward(new Tensor.Longs(x, 1, LENGTH), new Tensor.Longs(at, LENGTH)).get(0).data();
    double[][] p = new double[LENGTH][TOKENS];
    for (int i = 0; i < LENGTH; i++) {
      double sum = 0;
      for (int v = 0; v < TOKENS; v++) {
        p[i][v] = Math.exp(logits[i * TOKENS + v]);
        sum += p[i][v];
      }
      for (int v = 0; v < TOKENS; v++) {
        p[i][v] /= sum;
      }
    }
    return p;
  }

  @Test
  void aResumedRunEndsAtTheSameBytesAndTheSameLooks() throws IOException {
    int[][] sequences = sequences(100);
    Trainer.Watch watch =
        new Trainer.Watch(
            7,
            weights -> {
              try (TorchModule module = TorchModule.load(NETWORK.surprisal().archive(weights))) {
                return new HeldOut(sequences, TOKENS, 4, 5).mean(HeldOut.Surprisal.by(module));
              }
            });
    assertTrue(trainer("whole", 40, 0.1, Optional.of(watch)).run(SILENT, () -> false));
    AtomicInteger asked = new AtomicInteger();
    Trainer part = trainer("parts", 40, 0.1, Optional.of(watch));
    part.run(SILENT, () -> asked.incrementAndGet() > 17);
    Trainer rest = trainer("parts", 40, 0.1, Optional.of(watch));
    assertEquals(17, rest.resume());
    assertTrue(rest.run(SILENT, () -> false));
    Safetensors one = Safetensors.read(folder.resolve("whole"));
    Safetensors two = Safetensors.read(folder.resolve("parts"));
    assertTrue(one.tensors().containsKey("best"));
    for (String name : one.tensors().keySet()) {
      assertArrayEquals(one.tensors().get(name).data(), two.tensors().get(name).data(), name);
    }
    assertEquals(List.of(7, 14, 21, 28, 35, 40), List.copyOf(rest.watched().keySet()));
  }

  @Test
  void aTrainingEndsWithTheAverageThatDidBestAlsoIfItWasStoppedSince() throws IOException {
    List<SortedMap<String, Tensor.Floats>> seen = new ArrayList<>();
    double[] losses = {3, 1, 2, 1};
    Optional<Trainer.Watch> watch =
        Optional.of(
            new Trainer.Watch(
                5,
                weights -> {
                  seen.add(weights);
                  return losses[seen.size() - 1];
                }));
    AtomicInteger asked = new AtomicInteger();
    assertFalse(trainer("best", 20, 0, watch).run(SILENT, () -> asked.incrementAndGet() > 12));
    Trainer rest = trainer("best", 20, 0, watch);
    assertEquals(12, rest.resume());
    assertTrue(rest.run(SILENT, () -> false));
    float[] best = seen.get(1).get("embed").data();
    assertArrayEquals(best, rest.average().get("embed").data());
    assertFalse(Arrays.equals(best, seen.get(3).get("embed").data()));
    assertEquals("{5=3.0, 10=1.0, 15=2.0, 20=1.0}", rest.watched().toString());
  }
}
