package io.github.tiltbench.inspect;

import io.github.tiltbench.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a folder or a file is found to be.
 *
 * @param what in one line
 * @param parts of it
 * @param faults of the whole, beside those of its parts
 * @param notes what else is to be known
 * @param memory what parts are predicted to take, by name
 * @param blocks what a study says to name it
 * @param model what runs, if it is one and is whole
 */
public record Inspection(
    String what,
    List<Part> parts,
    List<String> faults,
    List<String> notes,
    Map<String, Memory> memory,
    List<StudyExcerpt> blocks,
    Optional<ModelSpec> model) {
  /** Keeps what was found. */
  public Inspection {
    parts = List.copyOf(parts);
    faults = List.copyOf(faults);
    notes = List.copyOf(notes);
    blocks = List.copyOf(blocks);
  }

  /** Every fault, a line each, that of a part after its name. */
  public List<String> wrong() {
    List<String> all = new ArrayList<>();
    parts.stream()
        .filter(part -> !part.faults().isEmpty())
        .forEach(part -> all.add(part.name() + ": " + part.faults()));
    all.addAll(faults);
    return all;
  }

  /** Whether nothing is missing, wrong or left over. */
  public boolean whole() {
    return wrong().isEmpty();
  }
}
