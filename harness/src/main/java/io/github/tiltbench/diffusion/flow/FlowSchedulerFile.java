package io.github.tiltbench.diffusion.flow;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Records;
import io.github.tiltbench.diffusion.Scheduler;
import io.github.tiltbench.diffusion.SchedulerFile;

/** Reads the scheduler of a network that may be one of flow matching. */
public final class FlowSchedulerFile {
  private static final CatalogueEntry<FlowSchedulerConfig> ENTRY =
      CatalogueEntry.of("scheduler", FlowSchedulerConfig.DEFAULT);
  private static final String CLASS = "_class_name";
  private static final String FLOW = "FlowMatchEulerDiscreteScheduler";

  private FlowSchedulerFile() {}

  /**
   * A {@link FlowSchedulerConfig} if the class name says so, else a scheduler of betas.
   *
   * @throws io.github.tiltbench.config.ConfigException at the key at fault
   */
  public static Scheduler of(Node node) {
    boolean flow =
        node instanceof Node.Mapping keys
            && keys.get(CLASS)
                .filter(e -> e.value() instanceof Node.Scalar s && s.text().equals(FLOW))
                .isPresent();
    return flow ? Records.STORED.published(node, ENTRY) : SchedulerFile.of(node);
  }
}
