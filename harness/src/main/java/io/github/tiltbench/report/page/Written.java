package io.github.tiltbench.report.page;

import java.nio.file.Path;
import java.util.List;

/**
 * What was written.
 *
 * @param page in HTML
 * @param terminal the answer and its tables in lines of at most 100 characters
 * @param faults of the program, one line a number that was left out for it
 */
public record Written(Path page, String terminal, List<String> faults) {}
