/**
 * The command line: parsing and printing only.
 *
 * <p>Exit codes: 0 done, 1 some trials failed or could not be stored, 2 a bad definition or bad
 * usage. Results go to standard output, progress and errors to standard error.
 */
package io.github.tiltbench.cli;
