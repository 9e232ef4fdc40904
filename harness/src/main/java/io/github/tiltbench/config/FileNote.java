package io.github.tiltbench.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a published file must say of itself, where it says anything, to be read as the record that
 * this stands at.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface FileNote {
  /** The key of the note; it begins with an underscore, as keys do that are no parameters. */
  String key();

  /** The values that mean this record. */
  String[] known();
}
