package io.github.tiltbench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProbeTest {
  private final List<Integer> tried = new ArrayList<>();

  @Test
  void callsGrowUntilOneDoesNotFit() {
    Map<Integer, Double> known =
        Probe.grown(
            1000,
            particles -> {
              tried.add(particles);
              if (particles > 5) {
                throw new EngineException("CUDA error: out of memory");
              }
              return 0.5;
            });
    assertEquals(List.of(1, 2, 4, 8), tried);
    assertEquals(Map.of(1, 0.5, 2, 0.25, 4, 0.125), known);
  }

  @Test
  void callsGrowUntilOneTakesLong() {
    Probe.grown(
        1000,
        particles -> {
          tried.add(particles);
          return particles;
        });
    assertEquals(List.of(1, 2, 4), tried);
  }

  @Test
  void whatIsNotForWantOfMemoryIsAFailure() {
    assertThrows(
        EngineException.class,
        () ->
            Probe.grown(
                8,
                particles -> {
                  throw new EngineException("CUDA error: device-side assert triggered");
                }));
  }

  @Test
  void moreParticlesMustBeFaster() {
    Map<Integer, Double> known =
        new TreeMap<>(Map.of(1, 9.0, 2, 9.0, 4, 8.9, 8, 8.8, 16, 5.0, 32, 4.9, 64, 4.0));
    assertEquals(64, Probe.fastest(known, 4));
    known.put(64, 4.8);
    assertEquals(16, Probe.fastest(known, 4));
    known.keySet().removeIf(particles -> particles > 8);
    assertEquals(4, Probe.fastest(known, 4), "so many in any case");
    assertEquals(1, Probe.fastest(Map.of(), 4));
  }
}
