package io.github.tiltbench.engine.program;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SurroundingsTest {
  @Test
  void aProgramGetsWhatTheUserHad() {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "LD_PRELOAD", "/lib/libtcmalloc.so:/lib/own.so",
                "TILTBENCH_GIVEN_LD_PRELOAD", "/lib/own.so",
                "GLIBC_TUNABLES", "glibc.malloc.hugetlb=1",
                "TILTBENCH_GIVEN_GLIBC_TUNABLES", "",
                "PATH", "/bin"));
    Surroundings.restore(environment);
    assertEquals(Map.of("LD_PRELOAD", "/lib/own.so", "PATH", "/bin"), environment);
  }
}
