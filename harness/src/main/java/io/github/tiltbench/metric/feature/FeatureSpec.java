package io.github.tiltbench.metric.feature;

import io.github.tiltbench.diffusion.StateSpace;
import java.nio.file.Path;
import java.util.List;

/** An extractor as a study defines it: a record whose components are its YAML parameters. */
public sealed interface FeatureSpec permits NetworkFeatures {
  /** Its name in tables. */
  String name();

  /** Whether it knows samples of this space. */
  boolean sees(StateSpace space);

  /** What makes its features: none of them are held out from a guide of the same family. */
  String family();

  /** An extractor ready to run; opening may load weights. */
  Extractor open();

  /** Files whose content is part of what it is. */
  List<Path> files();
}
