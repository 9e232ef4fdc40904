package io.github.tiltbench.study;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.model.BertModel;
import io.github.tiltbench.model.MdlmModel;
import io.github.tiltbench.model.ModelSpec;

/** Published models of texts. */
final class TextModels {
  static final CatalogueEntry<ModelSpec> BERT =
      CatalogueEntry.<ModelSpec>bare(
              "bert",
              "texts by a BERT that fills in masked words; it was not trained as a diffusion model",
              BertModel.class,
              BertModel.DEFAULTS)
          .bringing(BertModel.BRINGS);

  static final CatalogueEntry<ModelSpec> MDLM =
      CatalogueEntry.<ModelSpec>bare(
              "mdlm",
              "texts by a published masked diffusion model, MDLM, in its own folder",
              MdlmModel.class,
              MdlmModel.DEFAULTS)
          .bringing(MdlmModel.BRINGS);

  private TextModels() {}
}
