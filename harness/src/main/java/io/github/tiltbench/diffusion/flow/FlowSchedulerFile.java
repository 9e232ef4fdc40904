package io.github.tiltbench.diffusion.flow;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.FileNote;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Records;
import io.github.tiltbench.diffusion.Scheduler;
import io.github.tiltbench.diffusion.SchedulerFile;
import java.util.List;

/** Reads the scheduler of a network that may be one of flow matching. */
public final class FlowSchedulerFile {
  private static final CatalogueEntry<FlowSchedulerConfig> ENTRY =
      CatalogueEntry.of("scheduler", FlowSchedulerConfig.DEFAULT);
  private static final FileNote NOTE = FlowSchedulerConfig.class.getAnnotation(FileNote.class);

  private FlowSchedulerFile() {}

  /**
   * A {@link FlowSchedulerConfig} if the file's note says so, else a scheduler of betas.
   *
   * @throws io.github.tiltbench.config.ConfigException at the key at fault
   */
  public static Scheduler of(Node node) {
    boolean flow =
        node instanceof Node.Mapping keys
            && keys.get(NOTE.key())
                .filter(e -> e.value() instanceof Node.Scalar s && isOne(s.text()))
                .isPresent();
    return flow ? Records.STORED.published(node, ENTRY) : SchedulerFile.of(node);
  }

  private static boolean isOne(String name) {
    return List.of(NOTE.known()).contains(name);
  }
}
