package %room%;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.study.Extension;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.List;

/** The names that this jar brings. */
public final class Names implements Extension {
  @Override
  public List<CatalogueEntry<VerifierSpec>> verifiers() {
    return List.of(CatalogueEntry.bare("%name%", "nearness to a number", %type%.class));
  }
}
