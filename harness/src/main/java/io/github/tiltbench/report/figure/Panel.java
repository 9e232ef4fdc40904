package io.github.tiltbench.report.figure;

import java.util.List;

/**
 * A pair of axes and what is drawn on them.
 *
 * @param title above it; may be empty
 * @param across the horizontal axis
 * @param up the vertical axis
 * @param layers from back to front
 */
public record Panel(String title, Axis across, Axis up, List<Layer> layers) {
  /**
   * Copies the layers.
   *
   * @throws Axis.Unplottable if its numbers cannot be drawn
   */
  public Panel {
    layers = List.copyOf(layers);
    Extent.across(across, layers);
    Extent.up(up, layers);
  }
}
