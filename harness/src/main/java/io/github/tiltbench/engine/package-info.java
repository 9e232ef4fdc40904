/**
 * The tensor engine: devices, native scopes, archives, weights files.
 *
 * <p>The one place that knows how DJL and libtorch behave. Everything outside hands in plain arrays
 * and gets plain arrays back; no native handle leaves a call, except an open {@link
 * io.github.tiltbench.engine.TorchModule.Trace}, which its caller closes.
 */
package io.github.tiltbench.engine;
