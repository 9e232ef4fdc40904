package io.github.tiltbench.model.training;

import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.learning.Adam;
import io.github.tiltbench.engine.learning.Descent;
import io.github.tiltbench.engine.learning.Objective;
import io.github.tiltbench.engine.learning.SplitMix;
import io.github.tiltbench.engine.network.Network;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;

/**
 * Trains a network for a number of steps, resumable at any of them.
 *
 * <p>With one intra-op thread a run that was stopped and resumed gives the same bytes as one that
 * was not: minibatches are addressed by step, and a checkpoint holds all other state.
 */
final class Trainer {
  /** Steps between two points of the loss curve. */
  static final int INTERVAL = 100;

  private static final Duration CHECKPOINT_EVERY = Duration.ofMinutes(3);
  private static final Duration PRINT_EVERY = Duration.ofSeconds(30);

  private final Network network;
  private final Objective objective;
  private final Adam adam;
  private final Plan plan;
  private final Optional<Watch> watch;
  private final List<Float> losses = new ArrayList<>();
  private double sum;
  private int step;
  private double wallSeconds;
  private double cpuSeconds;
  private final List<Float> watched = new ArrayList<>();
  private float[] best = {};

  /**
   * What to do.
   *
   * @param digest identifies the card; a checkpoint of another one is refused
   */
  record Plan(long seed, int steps, int batch, String digest, Path checkpoint) {}

  /**
   * A look at examples that are not learned from; the training ends with the average that did best.
   *
   * @param every so many steps
   * @param loss of the average of the weights
   */
  record Watch(int every, ToDoubleFunction<SortedMap<String, Tensor.Floats>> loss) {}

  Trainer(Network network, Objective objective, Adam.Settings settings, Plan plan) {
    this(network, objective, settings, plan, Optional.empty());
  }

  Trainer(
      Network network,
      Objective objective,
      Adam.Settings settings,
      Plan plan,
      Optional<Watch> watch) {
    this.network = network;
    this.objective = objective;
    this.plan = plan;
    this.watch = watch;
    this.adam =
        new Adam(settings, network, network.flat(network.initialise(new SplitMix(plan.seed))));
  }

  /** Takes up the checkpoint if there is one; returns the step to go on from. */
  int resume() throws IOException {
    if (Files.exists(plan.checkpoint)) {
      Safetensors file = Safetensors.read(plan.checkpoint);
      if (!plan.digest.equals(file.metadata().get("card"))) {
        throw new IOException(plan.checkpoint + ": belongs to another card; delete it to restart");
      }
      restore(file, "weights", adam.weights());
      restore(file, "average", adam.average());
      restore(file, "first", adam.first());
      restore(file, "second", adam.second());
      restore(file, "losses", losses);
      restore(file, "watched", watched);
      best = file.tensors().getOrDefault("best", flat(best)).data();
      step = Integer.parseInt(file.metadata().get("step"));
      sum = Double.parseDouble(file.metadata().get("sum"));
      wallSeconds = Double.parseDouble(file.metadata().get("wall_seconds"));
      cpuSeconds = Double.parseDouble(file.metadata().get("cpu_seconds"));
    }
    return step;
  }

  /** Trains until the last step or until asked to stop; true if the last step was reached. */
  boolean run(PrintStream progress, BooleanSupplier stop) throws IOException {
    double wallBefore = wallSeconds;
    double cpuBefore = cpuSeconds;
    int from = step;
    double cpuStart = cpuNow();
    long start = System.nanoTime();
    long saved = start;
    long printed = start;
    try (Descent descent = new Descent(network, adam)) {
      while (step < plan.steps && !stop.getAsBoolean()) {
        double loss = descent.step(objective.draw(step), step, plan.steps);
        step++;
        if (!Double.isFinite(loss)) {
          throw new IOException("loss is " + loss + " at step " + step);
        }
        record(loss);
        look(progress);
        long now = System.nanoTime();
        wallSeconds = wallBefore + (now - start) / 1e9;
        cpuSeconds = cpuBefore + cpuNow() - cpuStart;
        if (now - printed > PRINT_EVERY.toNanos()) {
          printed = now;
          progress.println(line(from, (now - start) / 1e9));
        }
        if (now - saved > CHECKPOINT_EVERY.toNanos()) {
          saved = now;
          checkpoint();
        }
      }
    }
    checkpoint();
    return step >= plan.steps;
  }

  private void look(PrintStream progress) {
    if (watch.isPresent() && (step % watch.get().every == 0 || step == plan.steps)) {
      float loss = (float) watch.get().loss.applyAsDouble(network.named(adam.average()));
      if (watched.stream().allMatch(before -> loss < before)) {
        best = adam.average().clone();
      }
      watched.add(loss);
      progress.printf(Locale.ROOT, "step %d, held out %.4f%n", step, loss);
    }
  }

  private void record(double loss) {
    sum += loss;
    if (step % INTERVAL == 0) {
      losses.add((float) (sum / INTERVAL));
      sum = 0;
    }
  }

  private String line(int from, double seconds) {
    double perSecond = (step - from) / seconds;
    return String.format(
        Locale.ROOT,
        "step %d of %d, loss %s, %.0f examples/s, %.0f min left",
        step,
        plan.steps,
        losses.isEmpty() ? "-" : String.format(Locale.ROOT, "%.5f", lastLoss()),
        perSecond * plan.batch,
        (plan.steps - step) / perSecond / 60);
  }

  private float lastLoss() {
    return losses.get(losses.size() - 1);
  }

  void checkpoint() throws IOException {
    SortedMap<String, Tensor.Floats> tensors = new TreeMap<>();
    tensors.put("weights", flat(adam.weights()));
    tensors.put("average", flat(adam.average()));
    tensors.put("first", flat(adam.first()));
    tensors.put("second", flat(adam.second()));
    tensors.put("losses", flat(losses));
    if (watch.isPresent()) {
      tensors.put("watched", flat(watched));
      tensors.put("best", flat(best));
    }
    Map<String, String> metadata =
        Map.of(
            "card", plan.digest,
            "step", Integer.toString(step),
            "sum", Double.toString(sum),
            "wall_seconds", Double.toString(wallSeconds),
            "cpu_seconds", Double.toString(cpuSeconds));
    new Safetensors(tensors, metadata).write(plan.checkpoint);
  }

  /** The averaged weights by name: the last, or those that did best where that was watched. */
  SortedMap<String, Tensor.Floats> average() {
    return network.named(best.length > 0 ? best : adam.average());
  }

  /** What each look at held-out examples gave, by its step. */
  SortedMap<Integer, Float> watched() {
    SortedMap<Integer, Float> looks = new TreeMap<>();
    for (int i = 0; i < watched.size(); i++) {
      looks.put(Math.min(plan.steps, (i + 1) * watch.orElseThrow().every), watched.get(i));
    }
    return looks;
  }

  /** The mean loss of each {@link #INTERVAL} steps. */
  List<Float> losses() {
    return List.copyOf(losses);
  }

  int steps() {
    return step;
  }

  double wallSeconds() {
    return wallSeconds;
  }

  double cpuSeconds() {
    return cpuSeconds;
  }

  private static Tensor.Floats flat(float[] data) {
    return new Tensor.Floats(data, data.length);
  }

  private static Tensor.Floats flat(List<Float> values) {
    float[] data = new float[values.size()];
    for (int i = 0; i < data.length; i++) {
      data[i] = values.get(i);
    }
    return flat(data);
  }

  private static void restore(Safetensors file, String name, List<Float> target) {
    Tensor.Floats stored = file.tensors().get(name);
    for (int i = 0; stored != null && i < stored.data().length; i++) {
      target.add(stored.data()[i]);
    }
  }

  private static void restore(Safetensors file, String name, float[] target) {
    float[] data = file.tensors().get(name).data();
    if (data.length != target.length) {
      throw new IllegalArgumentException("checkpoint: " + name + " has another size");
    }
    System.arraycopy(data, 0, target, 0, target.length);
  }

  private static double cpuNow() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
  }
}
