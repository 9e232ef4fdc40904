/**
 * Published numbers that a study sets beside its own: files of them, and which of them it means.
 */
package io.github.tiltbench.study.published;
