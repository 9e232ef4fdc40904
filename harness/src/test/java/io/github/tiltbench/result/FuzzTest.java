package io.github.tiltbench.result;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.SchedulerFile;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.network.Architecture;
import io.github.tiltbench.engine.network.Mixer;
import io.github.tiltbench.engine.network.UNet;
import io.github.tiltbench.model.training.Card;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.study.Toys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every reader against inputs that are almost right: each is read, or refused in one line of the
 * program's own.
 */
class FuzzTest {
  private static final String SCHEDULER =
      """
      {"_class_name": "PNDMScheduler", "beta_end": 0.012, "beta_schedule": "scaled_linear",
       "beta_start": 0.00085, "num_train_timesteps": 1000, "set_alpha_to_one": false,
       "skip_prk_steps": true, "steps_offset": 1, "trained_betas": null, "clip_sample": false}
      """;

  private interface Reader {
    void read(byte[] input) throws IOException;
  }

  private record Target(byte[] whole, Reader reader) {}

  @TempDir Path folder;
  private Path results;
  private final Map<String, Target> targets = new LinkedHashMap<>();

  @BeforeEach
  void prepare() throws IOException {
    results = folder.resolve("out");
    Batch.Tokens tokens = new Batch.Tokens(new int[] {1, 2, 3, 4, 5, 6}, 3);
    try (Store store = Shelf.open(results, Shard.ALL, "w")) {
      store.append(Shelf.trial(Shelf.id(0), 0.25));
      store.append(Shelf.large(Shelf.id(1)));
      store.append(Shelf.trial(Shelf.id(2), 1).with(new Stored.Inline(tokens)));
      store.append(new Failure(Shelf.id(3), "verifier", "NaN"));
    }
    Path cell = results.resolve("cells").resolve(Shelf.id(0).cell());
    text("study", Toys.STUDY, FuzzTest::study);
    file("plan", results.resolve("plan.json"), () -> PlanFile.read(results));
    file("cell", cell.resolve("cell.json"), () -> Results.read(results));
    file(
        "provenance",
        results.resolve("provenance.jsonl"),
        () -> {
          Results.read(results);
          Provenance.cohort(results);
        });
    file("trials", cell.resolve("trials-w.jsonl"), () -> Results.read(results));
    file("failures", cell.resolve("failures-w.jsonl"), () -> Results.read(results));
    forged(cell.resolve("trials-w.jsonl"));
    Batch.Reals image = new Batch.Reals(new double[] {0.5, -1, 0.25, 2}, new int[] {1, 2});
    targets.put("npy", new Target(Npy.write(image), Npy::read));
    for (String model : List.of("fashion-ddpm", "fashion-judge")) {
      card(model);
    }
    safetensors();
    text("scheduler", SCHEDULER, json -> new Ddim(20, 1, SchedulerFile.of("s.json", json)));
    for (Architecture family :
        List.of(
            new Mixer(8, 4, 8, 2, 8, 16, 3),
            new UNet(2, List.of(8, 16), List.of(1, 1), 16, 2, 3))) {
      text(
          "architecture " + family.getClass().getSimpleName(),
          family.json(),
          json -> Architecture.of("weights (architecture)", json));
    }
  }

  private interface Text {
    void read(String input);
  }

  private interface Action {
    void run() throws IOException;
  }

  private void text(String name, String whole, Text reader) {
    targets.put(
        name,
        new Target(
            whole.getBytes(StandardCharsets.UTF_8),
            input -> reader.read(new String(input, StandardCharsets.UTF_8))));
  }

  /** A file that is changed, read and put back. */
  private void file(String name, Path file, Action reader) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    targets.put(
        name,
        new Target(
            whole,
            input -> {
              Files.write(file, input);
              try {
                reader.run();
              } finally {
                Files.write(file, whole);
              }
            }));
  }

  private static void study(String yaml) {
    Path place = Path.of("s.yaml").toAbsolutePath();
    byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
    Study study = Study.read("s.yaml", bytes, PathResolver.of(place), Toys.CATALOGUES);
    Plan.of(study, Toys.CATALOGUES);
  }

  /** Lines whose checksums are right although nothing else is. */
  private void forged(Path file) throws IOException {
    List<Line> lines = Line.parse(Files.readAllBytes(file)).lines();
    for (int i = 0; i < lines.size(); i++) {
      text(
          "forged line " + i,
          lines.get(i).body(),
          json ->
              Line.parse(Line.seal(json.endsWith("}") ? json : json + "}"))
                  .lines()
                  .forEach(line -> TrialJson.trial(file, line)));
    }
  }

  private void card(String model) throws IOException {
    Path card = folder.resolve(model + ".yaml");
    String text = Files.readString(Path.of("../datasets/models", model, "card.yaml"));
    Files.writeString(
        card, text.replaceAll("path: .*", "path: .").replaceAll("judges: .*", "judges: [.]"));
    file("card " + model, card, () -> Card.read(card));
  }

  private void safetensors() throws IOException {
    Path file = folder.resolve("weights.safetensors");
    TreeMap<String, Tensor.Floats> tensors = new TreeMap<>();
    tensors.put("a", new Tensor.Floats(new float[] {1, 2, 3, 4}, 2, 2));
    tensors.put("b", new Tensor.Floats(new float[] {5}, 1));
    new Safetensors(tensors, Map.of("item", "1,8,8")).write(file);
    file("safetensors", file, () -> Safetensors.read(file));
  }

  /** Every reader meets this many inputs. */
  private void fuzz(int each, long seed) {
    targets.forEach(
        (name, target) -> {
          Mutator mutator = new Mutator(seed + name.hashCode());
          for (int i = 0; i < each; i++) {
            byte[] input = mutator.mutated(target.whole());
            String where = name + " " + i + " of seed " + seed;
            try {
              target.reader().read(input);
            } catch (ConfigException | StoreException e) {
              assertOneLine(where, e);
            } catch (IOException e) {
              assertTrue(name.equals("safetensors"), where);
              assertOneLine(where, e);
            } catch (IllegalArgumentException e) {
              boolean own = e.getClass() == IllegalArgumentException.class;
              assertTrue(own && Stream.of("npy", "scheduler").anyMatch(name::equals), where + e);
              assertOneLine(where, e);
            } catch (RuntimeException | Error e) {
              fail(where + ": " + new String(input, StandardCharsets.UTF_8), e);
            }
          }
        });
  }

  private static void assertOneLine(String where, Exception e) {
    String message = String.valueOf(e.getMessage());
    String foreign = "(?s).*(Exception|java\\.lang|com\\.google|snakeyaml|https?:|\\n).*";
    boolean plain = !message.equals("null") && !message.matches(foreign);
    assertTrue(plain && message.length() < 2500, where + ": " + message);
  }

  @Test
  void aFewChangedInputsAreReadOrRefused() {
    fuzz(60, 1);
  }

  @Test
  @Tag("slow")
  void manyChangedInputsAreReadOrRefused() {
    IntStream.range(2, 7).forEach(seed -> fuzz(300, seed));
  }

  @Test
  void everyReaderIsHere() {
    assertTrue(targets.size() * 5 * 300 >= 10_000, targets.keySet().toString());
  }
}
