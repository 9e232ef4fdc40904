package io.github.tiltbench.result;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.Json;
import io.github.tiltbench.config.OwnFiles;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.learning.LearnedNumbers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was learned of prompts, one file {@code fits/KEY.safetensors} a fit, where KEY is the digest
 * of all that defines it.
 *
 * <p>A double is stored as the whole number of the same 64 bits. The metadata hold the definition,
 * who wrote the file and the digest of all the rest of it. Several processes may write the same
 * fit: readers see one or the other, whole.
 */
public final class Fits {
  private static final String SPENT = "spent";
  private static final String DEFINITION = "definition";
  private static final String DIGEST = "sha256";

  private final Path folder;
  private final String writer;

  Fits(Path results, String writer) {
    this.folder = results.resolve("fits");
    this.writer = writer;
  }

  /**
   * A stored fit.
   *
   * @param numbers what was learned
   * @param spent what learning cost
   */
  public record Fit(LearnedNumbers numbers, Cost spent) {}

  /** The place of a fit. */
  public Path file(String definition) {
    return folder.resolve(
        Digests.sha256(definition.getBytes(StandardCharsets.UTF_8)) + ".safetensors");
  }

  /**
   * The fit of a definition, if it is there.
   *
   * @param definition canonical JSON
   * @throws IOException if the file is damaged or a link; its message is one line
   */
  public Optional<Fit> read(String definition) throws IOException {
    Path file = file(definition);
    OwnFiles.refuseLink(folder);
    OwnFiles.refuseLink(file);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    Safetensors content = Safetensors.read(file);
    Map<String, String> metadata = new TreeMap<>(content.metadata());
    String digest = metadata.remove(DIGEST);
    byte[] rest = new Safetensors(content.tensors(), content.integers(), metadata).bytes();
    if (!Digests.sha256(rest).equals(digest)) {
      throw new IOException(file + ": its content is not that of its digest");
    }
    if (!definition.equals(metadata.get(DEFINITION))) {
      throw new IOException(file + ": it is the fit of something else");
    }
    SortedMap<String, double[]> numbers = new TreeMap<>();
    content.integers().forEach((name, bits) -> numbers.put(name, doubles(bits.data())));
    double[] spent = numbers.remove(SPENT);
    if (spent == null || spent.length != 5) {
      throw new IOException(file + ": it does not say what it cost");
    }
    return Optional.of(
        new Fit(
            new LearnedNumbers(numbers),
            new Cost(
                (long) spent[0],
                (long) spent[1],
                (long) spent[2],
                (long) spent[3],
                (long) spent[4])));
  }

  /**
   * Writes a fit beside its place and renames it.
   *
   * @throws StoreException if the disk refuses or a link stands in the way
   */
  public synchronized void write(String definition, Fit fit) {
    Cost cost = fit.spent;
    LearnedNumbers all =
        fit.numbers.with(
            SPENT,
            (double) cost.nfe(),
            (double) cost.rows(),
            (double) cost.backward(),
            (double) cost.reward(),
            (double) cost.decode());
    SortedMap<String, Tensor.Longs> integers = new TreeMap<>();
    all.byName()
        .forEach(
            (name, values) -> integers.put(name, new Tensor.Longs(bits(values), values.length)));
    Map<String, String> metadata = new TreeMap<>();
    metadata.put(DEFINITION, definition);
    metadata.put("cost", Json.canonical(cost));
    metadata.put("values", "each whole number is the bits of a double");
    metadata.put("version", Release.here().version());
    metadata.put("writer", writer);
    Safetensors content = new Safetensors(new TreeMap<>(), integers, metadata);
    metadata.put(DIGEST, Digests.sha256(content.bytes()));
    Path file = file(definition);
    try {
      OwnFiles.folder(folder);
      Disk.replace(file, content.bytes(), writer);
    } catch (IOException e) {
      throw StoreException.of(file, "what was learned cannot be stored", e);
    }
  }

  private static long[] bits(double[] values) {
    return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
  }

  private static double[] doubles(long[] bits) {
    return Arrays.stream(bits).mapToDouble(Double::longBitsToDouble).toArray();
  }
}
