package io.github.tiltbench.benchmarks.device;

import io.github.tiltbench.engine.Device;
import io.github.tiltbench.engine.OutOfDeviceMemory;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.report.page.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Forwards of a U-Net with random weights, by rows in a call: from one on, doubled. */
public final class UNetForwards {
  private static final double SECONDS = 3;
  private static final int MOST_CALLS = 20;

  private UNetForwards() {}

  /** Measures on the device of this thread, up to the first call that does not fit its memory. */
  public static Table table(UNetSize size) throws IOException {
    Device device = Torch.device();
    Precision precision = Precision.ofDevice();
    List<Table.Row> rows = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    try (TorchModule module = RandomWeights.load(size.model().network(), precision)) {
      for (int batch = 1; batch <= size.most; batch *= 2) {
        try {
          rows.add(row(module, size, batch, device));
        } catch (OutOfDeviceMemory e) {
          notes.add(batch + " rows: " + e.getMessage());
          Torch.releaseMemory();
          break;
        }
      }
    }
    String caption =
        String.format(
            Locale.ROOT,
            "U-Net %s with random weights, %s, %s",
            size.name().toLowerCase(Locale.ROOT),
            device,
            precision.name().toLowerCase(Locale.ROOT));
    return new Table(
        caption,
        Stream.of("rows", "rows/s", "ms a row", "memory MiB", "busy %")
            .map(header -> new Table.Column(header, true, 0))
            .toList(),
        rows,
        notes);
  }

  private static Table.Row row(TorchModule module, UNetSize size, int batch, Device device) {
    float[] times = new float[batch];
    Arrays.fill(times, 500);
    Tensor x = normal(batch, 4, size.side, size.side);
    Tensor t = new Tensor.Floats(times, batch);
    try (Tensor.Kept context = module.keep(normal(batch, size.tokens, size.context()))) {
      module.forward(values -> {}, x, t, context); // the first one of a size is slow
      int calls = 0;
      long start = System.nanoTime();
      double seconds = 0;
      try (Gauge gauge = new Gauge(device)) {
        while (calls < MOST_CALLS && seconds < SECONDS) {
          module.forward(values -> {}, x, t, context); // waits for the result
          calls++;
          seconds = (System.nanoTime() - start) / 1e9;
        }
        Gauge.Reading used = gauge.summary();
        double rate = batch * calls / seconds;
        return new Table.Row(
            Stream.of(
                    Integer.toString(batch),
                    String.format(Locale.ROOT, "%.3g", rate),
                    String.format(Locale.ROOT, "%.3g", 1000 / rate),
                    number(used.memory()),
                    number(used.busy()))
                .map(Table.Cell::of)
                .toList(),
            false);
      }
    }
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.0f", value);
  }

  private static Tensor normal(long... shape) {
    SplittableRandom random = new SplittableRandom(2);
    float[] data = new float[Tensor.size(shape)];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextGaussian();
    }
    return new Tensor.Floats(data, shape);
  }
}
