package io.github.tiltbench.engine.published;

import io.github.tiltbench.engine.Archive;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.StoredTensor;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A published network as text: the TorchScript of its forward pass and the weights that it takes
 * from a checkpoint. {@link PublishedScript} writes it.
 *
 * @param name of the class it is an instance of
 * @param arguments of {@code forward}, such as {@code x: Tensor, t: Tensor}
 * @param result type of what {@code forward} returns
 * @param body of {@code forward}
 * @param weights in the order in which they are bound
 * @param buffers constants that follow from the configuration
 */
public record PublishedNetwork(
    String name,
    String arguments,
    String result,
    String body,
    List<Weight> weights,
    List<Network.Buffer> buffers) {

  /** The number of values of all weights. */
  public long size() {
    return weights.stream().mapToLong(Weight::size).sum();
  }

  /**
   * Its weights in a checkpoint that holds nothing else, in the order of {@link #weights}.
   *
   * @throws IllegalArgumentException in one line that names every key that is missing, of another
   *     shape or left over
   */
  public List<StoredTensor> weights(Checkpoint checkpoint) {
    return weights(checkpoint, key -> false);
  }

  /**
   * Its weights in a checkpoint, in the order of {@link #weights}.
   *
   * @param elsewhere keys of the checkpoint that belong to other networks
   * @throws IllegalArgumentException in one line that names every key that is missing, of another
   *     shape or left over
   */
  public List<StoredTensor> weights(Checkpoint checkpoint, Predicate<String> elsewhere) {
    List<StoredTensor> found = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    SortedSet<String> left = new TreeSet<>(checkpoint.tensors().keySet());
    for (Weight weight : weights) {
      boolean former = !checkpoint.tensors().containsKey(weight.key());
      String key = former ? weight.formerly() : weight.key();
      StoredTensor tensor = checkpoint.tensors().get(key);
      left.remove(key);
      if (tensor == null) {
        boolean whole = checkpoint.integers().contains(weight.key());
        missing.add(weight.key() + (whole ? " (there as whole numbers)" : ""));
      } else if (!Arrays.equals(tensor.shape(), weight.shape())) {
        misshapen.add(
            key
                + " "
                + Arrays.toString(tensor.shape())
                + " not "
                + Arrays.toString(weight.shape()));
      } else {
        found.add(tensor);
      }
    }
    left.removeIf(elsewhere);
    List<String> faults = new ArrayList<>();
    report(faults, "missing: ", missing);
    report(faults, "of another shape: ", misshapen);
    report(faults, "left over: ", left);
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          checkpoint.named()
              + " is no "
              + name
              + " of this configuration: "
              + String.join("; ", faults));
    }
    return found;
  }

  private static void report(List<String> faults, String what, Collection<String> keys) {
    if (!keys.isEmpty()) {
      faults.add(what + String.join(", ", keys));
    }
  }

  /**
   * Loads it with the weights of a checkpoint that holds nothing else; the caller closes it.
   *
   * @throws IllegalArgumentException if they are not its weights
   */
  public TorchModule load(Checkpoint checkpoint, Precision precision) {
    return load(checkpoint, key -> false, precision);
  }

  /**
   * Loads it with the weights of a checkpoint; the caller closes it.
   *
   * @param elsewhere keys of the checkpoint that belong to other networks
   * @throws IllegalArgumentException if they are not its weights
   * @throws java.io.UncheckedIOException if the files have changed since they were named
   */
  public TorchModule load(Checkpoint checkpoint, Predicate<String> elsewhere, Precision precision) {
    List<StoredTensor> tensors = weights(checkpoint, elsewhere);
    checkpoint.requireUnchanged();
    return TorchModule.load(archive(precision), tensors, precision);
  }

  /** The loadable archive: text and constants, no weights. */
  byte[] archive(Precision precision) {
    Archive archive = new Archive(name);
    StringBuilder bind = new StringBuilder();
    for (int i = 0; i < weights.size(); i++) {
      archive.slot(PublishedScript.slot(i));
      String slot = PublishedScript.slot(i);
      bind.append("    self.%s = torch.to(w[%d], %d)\n".formatted(slot, i, precision.number()));
    }
    bind.append("    return w[0]\n");
    buffers.forEach(b -> archive.buffer(b.name(), new Tensor.Floats(b.data(), b.shape())));
    return archive
        .method(TorchModule.BIND, "w: List[Tensor]", "Tensor", bind.toString())
        .method("forward", arguments, result, body)
        .bytes();
  }
}
