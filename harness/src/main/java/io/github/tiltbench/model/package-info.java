/**
 * Models: denoisers whose law is known exactly, and networks.
 *
 * <p>The analytic models give the exact posterior mean E[x0 | xt] (or the exact token
 * conditionals), so that the law of a whole chain, and of its tilted version, can be computed and
 * every algorithm can be held against it.
 */
package io.github.tiltbench.model;
