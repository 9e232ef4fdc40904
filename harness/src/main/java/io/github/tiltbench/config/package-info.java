/**
 * From YAML or JSON to records: the one binder, which knows the place of everything it reads.
 *
 * <p>{@link io.github.tiltbench.config.Yaml} and {@link io.github.tiltbench.config.JsonTree} give a
 * tree of {@link io.github.tiltbench.config.Node}s in which every part knows its line and column,
 * of regular files only, in linear time; {@link io.github.tiltbench.config.Records} turns mappings
 * into records, one for each point of the axes that a list under a parameter spans; {@link
 * io.github.tiltbench.config.Catalogue} is a family of names with a record for each. {@link
 * io.github.tiltbench.config.Json} writes one text for one value and {@link
 * io.github.tiltbench.config.Digests} names files by content. Whatever is wrong is a {@link
 * io.github.tiltbench.config.ConfigException}: one line with file, line, column and the nearest
 * right thing.
 */
package io.github.tiltbench.config;
