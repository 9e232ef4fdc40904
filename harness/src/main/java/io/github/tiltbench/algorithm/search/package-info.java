/**
 * Methods that draw several candidates and keep the best, and the model as it is beside them.
 *
 * <p>Where a cost formula has T or S, a number of steps, a chain of second order has the number of
 * predictions that these steps are made of ({@link
 * io.github.tiltbench.diffusion.ReverseProcess#evaluations()}): 2 T - 1 for a whole one.
 */
package io.github.tiltbench.algorithm.search;
