package %room%;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.study.Extension;
import java.util.List;

/** The names that this jar brings. */
public final class Names implements Extension {
  @Override
  public List<CatalogueEntry<Algorithm>> algorithms() {
    return List.of(CatalogueEntry.of("%name%", "the best of n chains", %type%.DEFAULT));
  }
}
