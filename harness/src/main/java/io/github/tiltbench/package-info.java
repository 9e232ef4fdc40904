/** Tiltbench: inference-time alignment of diffusion and flow models, compared at equal budgets. */
package io.github.tiltbench;
