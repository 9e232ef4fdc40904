package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.Embeddings;
import io.github.tiltbench.engine.TensorFile;
import io.github.tiltbench.engine.TrustedArchive;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code kind: torchscript}: a reward network that the user brings, such as an aesthetic predictor.
 *
 * @param network {@code forward(x)} or, with conditions, {@code forward(x, c)} with states {@code
 *     [n, item...]} and embeddings {@code [n, ...]}, giving {@code [n]} scores, larger is better
 * @param item shape of a state
 * @param conditions an embedding a prompt, for a reward that depends on it
 * @param gradient whether the network can be differentiated in x
 */
public record TorchScriptReward(
    TrustedArchive network, int[] item, Optional<TensorFile> conditions, boolean gradient)
    implements VerifierSpec {
  /** What a user has to bring, by key. */
  public static final Map<String, String> BRINGS =
      Map.of(
          "network",
          "a TorchScript archive, forward(x) or forward(x, c) of states and embeddings, one score"
              + " a row",
          "conditions",
          "a safetensors file with a float32 embedding a prompt");

  /** Refuses a shape that is none. */
  public TorchScriptReward {
    if (item.length == 0 || Arrays.stream(item).anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException("item must be a shape of positive extents");
    }
    item = item.clone();
  }

  @Override
  public Verifier open(StateSpace space) {
    return new TorchScriptVerifier(network.load(), conditions.map(Embeddings::of), gradient);
  }

  @Override
  public Optional<String> mismatch(StateSpace space) {
    StateSpace known = new StateSpace.Euclidean(item);
    return known.equals(space)
        ? Optional.empty()
        : Optional.of("the reward sees " + known + ", not " + space);
  }

  @Override
  public String family() {
    return network.toString();
  }

  @Override
  public List<Path> files() {
    return conditions
        .map(c -> List.of(network.file(), c.file()))
        .orElseGet(() -> List.of(network.file()));
  }

  @Override
  public boolean differentiable() {
    return gradient;
  }

  /** The texts of conditions. */
  static List<String> texts(Condition[] condition, int from, int count) {
    return Arrays.stream(condition, from, from + count).map(Condition::text).toList();
  }
}
