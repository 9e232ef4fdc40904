/** Cohorts computed by Spark: an optional part of the program. */
package io.github.tiltbench.spark;
