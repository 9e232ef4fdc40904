package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.engine.Device;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DevicesTest {
  private static String provenance(Device... dealt) {
    return new Devices(List.of(dealt), 1, 1, Map.of()).provenance();
  }

  @Test
  void provenanceNamesDevicesAndAnotherPrecisionThanSingle() {
    assertEquals("cpu", provenance());
    assertEquals("cpu", provenance(Device.CPU));
    assertEquals(
        "gpu:0, gpu:1; published denoisers in float16 where the study names no precision",
        provenance(Device.gpu(0), Device.gpu(1)));
  }
}
