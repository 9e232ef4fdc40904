/**
 * What a device does with a large network: forwards of a U-Net with random weights, with the memory
 * they take and how busy the device is.
 */
package io.github.tiltbench.benchmarks.device;
