package %room%;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.study.Extension;
import java.util.List;

/** The names that this jar brings. */
public final class Names implements Extension {
  @Override
  public List<CatalogueEntry<ProcessSpec.Gaussian>> gaussianProcesses() {
    return List.of(CatalogueEntry.bare("%name%", "DDIM with its noise in thousandths", %type%.class));
  }
}
