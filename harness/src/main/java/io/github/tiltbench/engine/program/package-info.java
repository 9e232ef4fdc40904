/**
 * Programs beside this one that answer for a model or a reward, whatever they are written in.
 *
 * <p>A program is named by a study, started once a worker, asked over its standard input and
 * answers over its standard output. Questions and answers are {@link
 * io.github.tiltbench.engine.Frame}s, each behind its length; {@code harness/PROGRAMS.md} is the
 * protocol. What it writes to standard error is kept in the result folder.
 */
package io.github.tiltbench.engine.program;
