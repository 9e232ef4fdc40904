/** What verifiers of text ask and not every class path should carry. */
package io.github.tiltbench.text;
