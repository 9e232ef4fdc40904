package io.github.tiltbench.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DeviceTest {
  private static List<Device> chosen(String choice, int gpus) {
    return Device.chosen(choice, gpus, Torch.reason(gpus, true));
  }

  private static String refusal(String choice, int gpus) {
    return assertThrows(IllegalArgumentException.class, () -> chosen(choice, gpus)).getMessage();
  }

  @Test
  void autoTakesAllGpusAndTheCpuWhereThereIsNone() {
    assertEquals(List.of(Device.CPU), chosen("auto", 0));
    assertEquals(List.of(Device.gpu(0), Device.gpu(1)), chosen("auto", 2));
  }

  @Test
  void aChoiceIsTakenAsGiven() {
    assertEquals(List.of(Device.CPU), chosen("cpu", 2));
    assertEquals(List.of(Device.gpu(0), Device.gpu(1)), chosen("gpu", 2));
    assertEquals(List.of(Device.gpu(1)), chosen("gpu:1", 2));
    assertEquals("gpu:1", Device.gpu(1).toString());
    assertEquals("cpu", Device.CPU.toString());
  }

  @Test
  void whatIsNotThereIsRefusedWithTheReason() {
    assertEquals(
        "--device gpu: there is no such GPU; built for a GPU, but the engine sees none; nvidia-smi"
            + " shows what the driver sees",
        refusal("gpu", 0));
    assertEquals(
        "--device gpu:2: there is no such GPU; the engine sees 2 GPUs", refusal("gpu:2", 2));
    assertEquals(
        "--device gpu:1: there is no such GPU; the engine sees one GPU", refusal("gpu:1", 1));
    assertEquals("--device is cpu, gpu, gpu:N or auto, not 'gpu1'", refusal("gpu1", 2));
    assertThrows(IllegalArgumentException.class, () -> Device.check("cuda"));
  }

  @Test
  void theReasonSaysHowToGetAGpu() {
    assertEquals(
        "built for the CPU; TILTBENCH_PROFILE=gpu builds with the CUDA libraries",
        Torch.reason(0, false));
  }

  /** Trials have threads of their own, which their worker starts. */
  @Test
  void aThreadInheritsTheDeviceOfWhoStartsIt() throws InterruptedException {
    AtomicReference<Device> seen = new AtomicReference<>();
    Thread worker =
        new Thread(
            () -> {
              Torch.use(Device.gpu(3));
              Thread trial = new Thread(() -> seen.set(Torch.device()));
              trial.start();
              try {
                trial.join();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    worker.start();
    worker.join();
    assertEquals(Device.gpu(3), seen.get());
    assertEquals(Device.CPU, Torch.device());
  }
}
