/**
 * What work costs and who pays.
 *
 * <p>Costs are counted in rows, not calls, and charged before the work: a request that the budget
 * does not cover runs nothing. The unit of comparison is the NFE, one denoised particle; classifier
 * -free guidance doubles the network ROWS of an NFE but not the NFE.
 */
package io.github.tiltbench.budget;
