/**
 * Variables that TensorFlow saved, read without TensorFlow: an index of names, shapes and places,
 * and a file of their values.
 *
 * <p>The index is a table of LevelDB whose values are protocol buffers. Whatever carries a checksum
 * is held to it.
 */
package io.github.tiltbench.engine.bundle;
