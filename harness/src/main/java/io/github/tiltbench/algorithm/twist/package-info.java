/**
 * Learned twists: TRI-TSMC, and the families among which it learns.
 *
 * <p>A family has three files: {@code ...Family}, its keys in a study; {@code ...Twist}, a member;
 * {@code ...Fit}, how a member is learned.
 */
package io.github.tiltbench.algorithm.twist;
