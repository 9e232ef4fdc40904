package io.github.tiltbench.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An optional parameter that a record learned after results of it were stored: where it is not
 * given, keys leave it out, so that those results keep theirs.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface OmittedWhenAbsent {}
