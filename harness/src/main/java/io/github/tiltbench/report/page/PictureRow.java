package io.github.tiltbench.report.page;

import java.util.List;

/**
 * A row of a grid of samples.
 *
 * @param label the prompt
 * @param pictures from left to right
 */
public record PictureRow(String label, List<Picture> pictures) {}
