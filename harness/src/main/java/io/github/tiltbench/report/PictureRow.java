package io.github.tiltbench.report;

import java.util.List;

/**
 * A row of a grid of samples.
 *
 * @param label the prompt
 * @param pictures from left to right
 */
record PictureRow(String label, List<Picture> pictures) {}
