/** What verifiers of molecules ask and not every class path should carry. */
package io.github.tiltbench.molecules;
