/**
 * Definitions: from a study file to a plan of cells with keys.
 *
 * <p>Reading is in layers. {@link io.github.tiltbench.study.Yaml} gives a tree in which every part
 * knows its place; {@link io.github.tiltbench.study.Records} turns mappings into the records of
 * models, verifiers and algorithms, one for each point of the axes; {@link
 * io.github.tiltbench.study.Study} holds what the file says; {@link io.github.tiltbench.study.Plan}
 * is the matrix of cells, each with a key that changes exactly when something that defines its
 * numbers does. Whatever is wrong is a {@link io.github.tiltbench.study.StudyException}: one line
 * with file, line, column and the nearest right thing.
 */
package io.github.tiltbench.study;
