/**
 * What a folder or a file that somebody brings is: its parts, what it lacks, the memory it will
 * take, how fast it is here, and what a study says to name it.
 *
 * <p>A fault never ends an inspection: it is a line of the part it was found in. What is said to be
 * pasted into a study has been read as a study would read it.
 */
package io.github.tiltbench.inspect;
