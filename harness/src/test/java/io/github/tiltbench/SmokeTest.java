package io.github.tiltbench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SmokeTest {
  @Test
  void packageHasItsName() {
    assertEquals("io.github.tiltbench", SmokeTest.class.getPackageName());
  }
}
