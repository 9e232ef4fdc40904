package io.github.tiltbench.particle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ArenaTest {
  private static final int LARGE = 1000;

  @Test
  void anArrayComesBackTwoStepsLaterAndNoEarlier() {
    try (Arena.Steps steps = Arena.steps()) {
      double[] first = Arena.doubles(LARGE);
      Arrays.fill(first, 7);
      steps.next();
      double[] second = Arena.doubles(LARGE);
      assertNotSame(first, second);
      assertEquals(7, first[LARGE - 1], "read in the next step");
      steps.next();
      assertTrue(Double.isNaN(first[0]), "read too late");
      assertSame(first, Arena.doubles(LARGE));
      assertNotSame(first, Arena.doubles(LARGE));
    }
  }

  @Test
  void otherLengthsAreNew() {
    try (Arena.Steps steps = Arena.steps()) {
      double[] array = Arena.doubles(LARGE);
      steps.next();
      steps.next();
      assertNotSame(array, Arena.doubles(LARGE + 1));
      assertSame(array, Arena.doubles(LARGE));
    }
  }

  @Test
  void whatALoopReturnsStays() {
    double[] last;
    try (Arena.Steps steps = Arena.steps()) {
      steps.next();
      last = Arena.copy(new double[LARGE]);
    }
    try (Arena.Steps steps = Arena.steps()) {
      for (int i = 0; i < 5; i++) {
        steps.next();
        assertNotSame(last, Arena.doubles(LARGE));
      }
    }
    assertEquals(0, last[0]);
  }

  @Test
  void anInnerLoopLeavesTheOuterOneAlone() {
    try (Arena.Steps outer = Arena.steps()) {
      double[] kept = Arena.copy(new double[LARGE]);
      try (Arena.Steps inner = Arena.steps()) {
        for (int i = 0; i < 5; i++) {
          inner.next();
          assertNotSame(kept, Arena.doubles(LARGE));
        }
      }
      outer.next();
      assertEquals(0, kept[0]);
    }
  }

  @Test
  void withoutALoopNothingIsGivenOutTwice() {
    assertNotSame(Arena.doubles(LARGE), Arena.doubles(LARGE));
    assertEquals(0, Arena.doubles(LARGE)[0]);
  }

  @Test
  void anotherThreadMayWorkOnALentArena() throws InterruptedException {
    Arena here = Arena.here();
    AtomicReference<double[]> taken = new AtomicReference<>();
    try (Arena.Steps steps = Arena.steps()) {
      double[] mine = Arena.doubles(LARGE);
      steps.next();
      steps.next();
      Thread other =
          new Thread(
              () -> {
                taken.set(here.lend(() -> Arena.doubles(LARGE)));
                assertNotSame(here, Arena.here());
              });
      other.start();
      other.join();
      assertSame(mine, taken.get());
    }
  }
}
