package io.github.tiltbench.benchmarks.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.engine.StoredType;
import io.github.tiltbench.report.page.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class UNetForwardsTest {
  @Test
  void speedIsMeasuredByRows() throws IOException {
    Table table = UNetForwards.table(UNetSize.TINY);
    assertEquals("U-Net tiny with random weights, cpu, float32", table.caption());
    assertEquals(3, table.rows().size()); // 1, 2, 4
    for (Table.Row row : table.rows()) {
      double rate = Double.parseDouble(row.cells().get(1).text());
      double millis = Double.parseDouble(row.cells().get(2).text());
      assertEquals(1000, rate * millis, 20);
    }
  }

  @Test
  void theLargeOneHasTheSizeOfStableDiffusion() {
    assertEquals(859_520_964, UNetSize.SD15.model().network().size());
  }

  @Test
  void weightsAreOfEitherSignAndNeitherLargeNorTiny() {
    ByteBuffer single = RandomWeights.values(StoredType.F32, 1000);
    double sum = 0;
    for (int i = 0; i < 1000; i++) {
      float value = single.getFloat();
      assertTrue(Math.abs(value) >= 1 / 64f && Math.abs(value) < 1 / 8f, () -> "is " + value);
      sum += value;
    }
    assertEquals(0, sum, 4 * Math.sqrt(1000) / 8);
    ByteBuffer half = RandomWeights.values(StoredType.F16, 1000);
    for (int i = 0; i < 1000; i++) {
      int exponent = (half.getShort() >> 10 & 0x1f) - 15;
      assertTrue(exponent >= -6 && exponent <= -4, () -> "is " + exponent);
    }
  }

  @Test
  void whatNvidiaSmiSaysIsRead() {
    assertEquals(new Gauge.Reading(1024, 87), Gauge.parse("1024, 87\n"));
    assertEquals(new Gauge.Reading(Double.NaN, Double.NaN), Gauge.parse("No devices found\n"));
    assertEquals(new Gauge.Reading(Double.NaN, Double.NaN), Gauge.parse("[N/A], 3\n"));
  }
}
