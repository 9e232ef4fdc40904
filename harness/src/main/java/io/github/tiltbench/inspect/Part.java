package io.github.tiltbench.inspect;

import io.github.tiltbench.config.PublishedFolder;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.StoredTensor;
import io.github.tiltbench.engine.published.PublishedNetwork;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One part of what is inspected, whole or not.
 *
 * @param name such as {@code unet}
 * @param what its class, or what it is
 * @param parameters values of its weights; 0 if it has none
 * @param types how they are stored, such as {@code F32}
 * @param bytes of its weights in their files
 * @param variants of its weights: the plain ones are called {@code plain}
 * @param faults what is missing, wrong or left over, all of it in one line; empty if nothing
 */
public record Part(
    String name,
    String what,
    long parameters,
    String types,
    long bytes,
    List<String> variants,
    String faults) {
  /** What weights without a variant are called. */
  public static final String PLAIN = "plain";

  /** What a part without weights is: what {@code read} says. */
  static Part plain(String name, Supplier<String> read) {
    try {
      return new Part(name, read.get(), 0, "", 0, List.of(), "");
    } catch (RuntimeException e) {
      return new Part(name, "", 0, "", 0, List.of(), line(e));
    }
  }

  /**
   * What the weights of a part must be.
   *
   * @param networks that they serve
   * @param elsewhere keys that are for others
   */
  record Needs(String what, List<PublishedNetwork> networks, Predicate<String> elsewhere) {
    Needs(String what, PublishedNetwork network) {
      this(what, List.of(network), key -> false);
    }
  }

  /** A part with weights, held to its configuration. */
  static Part of(String name, PublishedFolder folder, String stem, Supplier<Needs> configured) {
    List<String> faults = new ArrayList<>();
    Optional<Needs> needs = attempt(configured, faults);
    List<String> variants = variants(folder, stem);
    Optional<Checkpoint> weights =
        attempt(() -> Checkpoint.of(folder, stem, chosen(variants)), faults);
    if (needs.isPresent() && weights.isPresent()) {
      for (PublishedNetwork network : needs.get().networks) {
        attempt(() -> network.weights(weights.get(), needs.get().elsewhere), faults);
      }
    }
    List<StoredTensor> own =
        weights.map(Checkpoint::tensors).map(Map::entrySet).stream()
            .flatMap(Set::stream)
            .filter(e -> needs.isEmpty() || !needs.get().elsewhere.test(e.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    return of(name, needs.map(Needs::what).orElse(""), own, variants, String.join("; ", faults));
  }

  /** A part that is all of a file. */
  static Part of(String name, String what, Path file) {
    return of(name, what, Checkpoint.of(file).tensors().values(), List.of(), "");
  }

  private static Part of(
      String name,
      String what,
      Collection<StoredTensor> tensors,
      List<String> variants,
      String faults) {
    return new Part(
        name,
        what,
        tensors.stream().mapToLong(StoredTensor::size).sum(),
        tensors.stream()
            .map(tensor -> tensor.type().name())
            .distinct()
            .sorted()
            .collect(Collectors.joining(", ")),
        tensors.stream().mapToLong(StoredTensor::bytes).sum(),
        variants,
        faults);
  }

  /** The variant that is looked at: none if there are plain weights, else the first. */
  static Optional<String> chosen(List<String> variants) {
    return variants.isEmpty() || variants.contains(PLAIN)
        ? Optional.empty()
        : Optional.of(variants.get(0));
  }

  /** The variants of the weights in a folder by the names of its files. */
  static List<String> variants(PublishedFolder folder, String stem) {
    if (!folder.exists()) {
      return List.of();
    }
    String start = Pattern.quote(stem);
    Pattern name =
        Pattern.compile(
            start
                + "(?:\\.(\\w+))?\\.safetensors|"
                + start
                + "\\.safetensors\\.index(?:\\.(\\w+))?\\.json");
    return folder.names().stream()
        .map(name::matcher)
        .filter(Matcher::matches)
        .map(m -> m.group(1) != null ? m.group(1) : m.group(2) != null ? m.group(2) : PLAIN)
        .distinct()
        .sorted()
        .toList();
  }

  private static <T> Optional<T> attempt(Supplier<T> work, List<String> faults) {
    try {
      return Optional.of(work.get());
    } catch (RuntimeException e) {
      faults.add(line(e));
      return Optional.empty();
    }
  }

  /** What a refusal says, in one line. */
  static String line(RuntimeException e) {
    Throwable said = e instanceof UncheckedIOException io ? io.getCause() : e;
    String text = said.getMessage() == null ? said.toString() : said.getMessage();
    boolean gone = said instanceof NoSuchFileException;
    return (gone ? "no such file: " : "")
        + text.lines().map(String::strip).collect(Collectors.joining("; "));
  }
}
