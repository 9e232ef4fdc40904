package io.github.tiltbench.report.page;

import java.nio.file.Path;

/**
 * What was written.
 *
 * @param page in HTML
 * @param terminal the answer and its tables in lines of at most 100 characters
 */
public record Written(Path page, String terminal) {}
