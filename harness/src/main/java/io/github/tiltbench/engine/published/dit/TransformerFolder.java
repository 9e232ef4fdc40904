package io.github.tiltbench.engine.published.dit;

import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Pinned;
import io.github.tiltbench.config.PublishedFolder;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.TorchModule;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The folder of a class-conditional DiT or SiT: {@value #CONFIG}, {@value #STEM}{@code
 * .safetensors}, and {@value #SCHEDULER}, which says what the network was trained on and which way
 * its time runs.
 *
 * @param network what the configuration describes
 * @param scheduler the scheduler file's content
 * @param weights of the network
 * @param configs digests of the two other files
 */
public record TransformerFolder(
    DiffusionTransformer network,
    Node scheduler,
    Checkpoint weights,
    SortedMap<String, String> configs)
    implements Pinned {
  static final String CONFIG = "config.json";
  static final String STEM = "model";
  static final String SCHEDULER = "scheduler_config.json";

  /**
   * The model in a folder.
   *
   * @throws io.github.tiltbench.config.ConfigException at a key for which nothing is built here
   * @throws IllegalArgumentException if the weights are not those of the configuration
   */
  public static TransformerFolder of(Path path) {
    PublishedFolder folder = PublishedFolder.of(path);
    SortedMap<String, String> configs = new TreeMap<>();
    DiffusionTransformer network = DiffusionTransformer.of(folder.json(CONFIG, configs));
    Node scheduler = folder.json(SCHEDULER, configs);
    Checkpoint weights = Checkpoint.of(folder, STEM, Optional.empty());
    network.network().weights(weights);
    return new TransformerFolder(network, scheduler, weights, configs);
  }

  /** Loads the network; the caller closes it. */
  public TorchModule load(Precision precision) {
    return network.network().load(weights, precision);
  }

  @Override
  public SortedMap<String, String> digests() {
    SortedMap<String, String> all = new TreeMap<>(configs);
    all.putAll(weights.digests());
    return all;
  }
}
