package io.github.tiltbench.engine.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MaskedTransformerTest {
  private static final MaskedTransformer NETWORK = new MaskedTransformer(5, 6, 8, 2, 2);
  private static final long[] STATES = {5, 0, 5, 2, 4, 5, 1, 5, 5, 5, 5, 3};
  private static final long[] MASKS = {0, 2, 5, 7, 8, 9, 10};

  /** Larger than fresh ones, and none of them zero, so that every part has a say. */
  private static Map<String, Tensor.Floats> weights() {
    SplittableRandom random = new SplittableRandom(3);
    Map<String, Tensor.Floats> weights = NETWORK.network().initialise(random);
    for (Tensor.Floats tensor : weights.values()) {
      for (int i = 0; i < tensor.data().length; i++) {
        tensor.data()[i] += (float) (0.3 * random.nextGaussian());
      }
    }
    return weights;
  }

  private static Tensor longs(long... data) {
    return new Tensor.Longs(data, data.length);
  }

  private static float[] logits(long[] states, long... at) {
    try (TorchModule module = TorchModule.load(NETWORK.network().archive(weights()))) {
      return logits(module, states, at);
    }
  }

  private static float[] logits(TorchModule module, long[] states, long... at) {
    Tensor x = new Tensor.Longs(states, states.length / 6, 6);
    return module.forward(x, longs(at)).get(0).data();
  }

  @Test
  void freshNetworksKnowNothing() {
    Network network = NETWORK.surprisal();
    byte[] archive = network.archive(network.initialise(new SplittableRandom(1)));
    try (TorchModule module = TorchModule.load(archive)) {
      Tensor x = new Tensor.Longs(STATES, 2, 6);
      float[] nats = module.forward(x, longs(MASKS), longs(0, 1, 2, 3, 4, 0, 1)).get(0).data();
      for (float n : nats) {
        assertEquals(Math.log(5), n, 1e-6);
      }
    }
  }

  @Test
  void logitsAreThoseOfThePlainComputation() {
    float[] network = logits(STATES, MASKS);
    for (int i = 0; i < MASKS.length; i++) {
      int row = (int) MASKS[i] / 6;
      int[] state = Arrays.stream(STATES, row * 6, row * 6 + 6).mapToInt(t -> (int) t).toArray();
      double[] plain = new PlainTransformer(NETWORK, weights()).logits(state, (int) MASKS[i] % 6);
      for (int v = 0; v < 5; v++) {
        assertEquals(plain[v], network[i * 5 + v], 2e-5, "mask " + i + ", token " + v);
      }
    }
  }

  @Test
  void aCallRepeatsToTheBitAndRowsAreIndependent() {
    try (TorchModule module = TorchModule.load(NETWORK.network().archive(weights()))) {
      float[] both = logits(module, STATES, MASKS);
      assertArrayEquals(both, logits(module, STATES, MASKS));
      float[] second = logits(module, Arrays.copyOfRange(STATES, 6, 12), 1, 2, 3, 4);
      assertArrayEquals(Arrays.copyOfRange(both, 15, 35), second, 1e-5f);
      float[] one = logits(module, STATES, 7);
      assertArrayEquals(Arrays.copyOfRange(both, 15, 20), one, 1e-5f);
    }
  }

  @Test
  void surprisalIsMinusTheLogProbabilityAndDropoutOfNothingChangesNothing() {
    float[] logits = logits(STATES, MASKS);
    long[] targets = {0, 1, 2, 3, 4, 0, 1};
    Tensor x = new Tensor.Longs(STATES, 2, 6);
    float[] ones = new float[NETWORK.dropouts() * 2 * 6 * 8];
    Arrays.fill(ones, 1);
    Tensor keep = new Tensor.Floats(ones, NETWORK.dropouts(), 2, 6, 8);
    try (TorchModule plain = TorchModule.load(NETWORK.surprisal().archive(weights()));
        TorchModule kept = TorchModule.load(NETWORK.regularised().archive(weights()))) {
      float[] nats = plain.forward(x, longs(MASKS), longs(targets)).get(0).data();
      for (int i = 0; i < nats.length; i++) {
        double sum = 0;
        for (int v = 0; v < 5; v++) {
          sum += Math.exp(logits[i * 5 + v]);
        }
        assertEquals(Math.log(sum) - logits[i * 5 + (int) targets[i]], nats[i], 1e-5);
      }
      float[] same = kept.forward(x, longs(MASKS), longs(targets), keep).get(0).data();
      assertArrayEquals(nats, same, 1e-6f);
      Arrays.fill(ones, ones.length - 2 * 6 * 8, ones.length, 0); // the last perceptron
      float[] other = kept.forward(x, longs(MASKS), longs(targets), keep).get(0).data();
      assertEquals(1, Math.signum(Math.abs(other[0] - nats[0]) - 1e-4));
    }
  }

  @Test
  void anArchitectureIsReadAsItIsWritten() {
    assertEquals(NETWORK, Architecture.of("weights", NETWORK.json()));
  }
}
