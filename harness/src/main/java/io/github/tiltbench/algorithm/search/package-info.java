/** Methods that draw several candidates and keep the best, and the model as it is beside them. */
package io.github.tiltbench.algorithm.search;
