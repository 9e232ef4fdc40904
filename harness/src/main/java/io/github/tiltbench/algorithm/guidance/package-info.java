/** Methods that push each step along a gradient and weigh nothing. */
package io.github.tiltbench.algorithm.guidance;
