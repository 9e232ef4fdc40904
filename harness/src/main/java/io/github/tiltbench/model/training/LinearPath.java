package io.github.tiltbench.model.training;

/**
 * Flow matching on the linear path {@code (1-t) image + t noise}, whose velocity is {@code noise -
 * image} (Lipman et al., arXiv:2210.02747; Liu et al., arXiv:2209.03003); t is uniform.
 *
 * @param scale the time that a network is told where t is 1
 */
record LinearPath(int scale) implements TrainingPath {
  @Override
  public Point at(double share) {
    return new Point((float) share * scale, (float) (1 - share), (float) share, 1, -1);
  }
}
