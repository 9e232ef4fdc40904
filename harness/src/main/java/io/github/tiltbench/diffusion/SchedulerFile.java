package io.github.tiltbench.diffusion;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Records;
import io.github.tiltbench.config.Yaml;
import java.nio.file.Path;

/** Reads a diffusers {@code scheduler_config.json}, refusing every key it does not know. */
public final class SchedulerFile {
  private static final CatalogueEntry<SchedulerConfig> ENTRY =
      CatalogueEntry.of("scheduler", SchedulerConfig.DEFAULT);

  private SchedulerFile() {}

  /**
   * The configuration in a file; what the file leaves out is diffusers' default.
   *
   * @throws io.github.tiltbench.config.ConfigException at the key at fault
   */
  public static SchedulerConfig read(Path file) {
    return of(Yaml.read(file));
  }

  /** The same for a JSON object at hand; {@code name} stands in for the file in messages. */
  public static SchedulerConfig of(String name, String json) {
    return of(JsonTree.parse(name, 1, json));
  }

  /** The same for a mapping that was read before. */
  public static SchedulerConfig of(Node node) {
    return Records.STORED.published(node, ENTRY);
  }
}
