/**
 * Transformers over words: a token network predicts what stands behind each mask of a sequence.
 *
 * <p>Their inputs are the sequences and the places of the masks in the batch; logits are computed
 * there alone, since a head of 30,000 to 50,000 tokens costs more than a block.
 */
package io.github.tiltbench.engine.published.language;
