/** What the notebooks use beside the harness, and what executes them outside Jupyter. */
package io.github.tiltbench.notebooks;
