/**
 * Networks as text: each architecture is a record that writes its own TorchScript.
 *
 * <p>The same text serves training, inference and gradients, on any device, and no Python is needed
 * to make or load it. Weights files carry their architecture in their metadata.
 */
package io.github.tiltbench.engine.network;
