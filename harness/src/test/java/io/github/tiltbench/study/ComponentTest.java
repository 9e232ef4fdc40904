package io.github.tiltbench.study;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.Mark;
import io.github.tiltbench.config.Pinned;
import io.github.tiltbench.engine.program.ProgramFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComponentTest {
  private record Folder(Map<String, String> digests) implements Pinned {}

  private record Part(Object of) {}

  private static boolean hasWeights(Object of) {
    return new Component<>("p", "part", new Part(of), Map.of(), Mark.of("study.yaml")).hasWeights();
  }

  /** Published models name a folder and no files; verifiers hold others. */
  @Test
  void weightsAreFoundWhereverTheyAreNamed() {
    Folder folder = new Folder(Map.of());
    assertTrue(hasWeights(folder));
    assertTrue(hasWeights(Optional.of(new Part(List.of(folder)))));
    assertFalse(hasWeights(Optional.empty()));
    assertFalse(hasWeights(List.of(1.5, "text", Path.of("a"))));
    assertFalse(hasWeights(new ProgramFile(Path.of("reward.py"), Map.of())));
  }
}
