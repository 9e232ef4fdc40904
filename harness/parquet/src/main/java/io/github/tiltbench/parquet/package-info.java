/** Parquet as a format of {@code tiltbench export}, kept apart for its 19 MB of libraries. */
package io.github.tiltbench.parquet;
