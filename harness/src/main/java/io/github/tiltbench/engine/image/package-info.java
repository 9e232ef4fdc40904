/**
 * Images as published networks want them: resized, cropped and normalised as the libraries do that
 * they were trained and are scored with, to the bit where those compute in bytes.
 *
 * <p>Resizing is linear and goes by one axis after the other. An axis of {@code in} pixels becomes
 * one of {@code out}, with {@code scale = in / out}; output i lies at {@code c = (i + 1/2) scale}
 * and is a weighted sum of the inputs near it. With antialiasing (Pillow, torch) the kernel k is
 * stretched by {@code f = max(scale, 1)} and the weight of input j is {@code k((j - c + 1/2) / f)},
 * divided by the sum of all; without (torch) it is {@code k(j - c + 1/2)}, and inputs beyond the
 * ends are those at the ends.
 */
package io.github.tiltbench.engine.image;
