/**
 * Several result folders compared with each other.
 *
 * <p>Folders meet where the definitions of their cells agree, whatever a study calls them: a model
 * and a verifier that several folders have are a meeting, and two of its cells are the same trials,
 * trials on shared noise, trials on other noise, or not comparable. {@link
 * io.github.tiltbench.report.folder.SideBySide} writes it down; the folders are only read.
 */
package io.github.tiltbench.report.folder;
