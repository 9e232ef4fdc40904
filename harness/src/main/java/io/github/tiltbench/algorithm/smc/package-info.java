/**
 * Sequential Monte Carlo: weighted particles that target the tilted law.
 *
 * <p>The methods differ in where particles are valued, what twist a value becomes and where steps
 * are pushed, the answers of a {@link io.github.tiltbench.algorithm.smc.TwistPolicy}; the {@link
 * io.github.tiltbench.algorithm.smc.TwistedChain} that they share weighs whatever they answer.
 */
package io.github.tiltbench.algorithm.smc;
