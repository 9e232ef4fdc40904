package io.github.tiltbench.engine;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.Pinned;
import io.github.tiltbench.config.PublishedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The weights of a published network by key, in one safetensors file or several, with the content
 * that the files had when they were named.
 *
 * <p>Naming reads each file once, for its digest and for values that are not finite, which are
 * refused; nothing but the headers is kept. Weights are mapped when they are bound to a network
 * ({@link TorchModule#load(byte[], List, Precision)}) and only from files of unchanged size and
 * date.
 *
 * @param named what was named: a file, or the folder that the files are in
 * @param parts the files
 * @param tensors real ones by key
 * @param integers keys of whole-numbered ones, which are no weights
 */
public record Checkpoint(
    Path named,
    List<Part> parts,
    SortedMap<String, StoredTensor> tensors,
    SortedSet<String> integers)
    implements Pinned {
  private static final String SUFFIX = ".safetensors";

  /** Ends of names of files that hold weights as programs. */
  private static final List<String> PICKLES = List.of(".bin", ".ckpt", ".pt", ".pth", ".pkl");

  /**
   * One file as it was when it was named.
   *
   * @param sha256 digest of its content, in lower-case hexadecimal
   * @param bytes its size
   * @param modified when it was last written
   */
  public record Part(Path file, String sha256, long bytes, FileTime modified) {
    /** Whether the file still has its size and date. */
    boolean isUnchanged() {
      try {
        return Files.exists(file)
            && Files.size(file) == bytes
            && Files.getLastModifiedTime(file).equals(modified);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Whether a file holds weights as a program, by the end of its name. */
  public static boolean isPickle(Path file) {
    String name = file.getFileName().toString();
    return PICKLES.stream().anyMatch(name::endsWith);
  }

  /** Names one file. */
  public static Checkpoint of(Path file) {
    if (isPickle(file)) {
      throw new IllegalArgumentException(pickle(file));
    }
    return of(file, List.of(file));
  }

  /**
   * Names the weights of one part of a published model: {@code STEM.safetensors}, or the shards
   * that {@code STEM.safetensors.index.json} lists.
   *
   * @param stem such as {@code diffusion_pytorch_model} or {@code model}
   * @param variant such as {@code fp16}, which stands before the last dot
   * @throws IllegalArgumentException if there are none, or only pickles
   */
  public static Checkpoint of(PublishedFolder folder, String stem, Optional<String> variant) {
    String name = stem + variant.map(v -> "." + v).orElse("") + SUFFIX;
    String index = stem + SUFFIX + ".index" + variant.map(v -> "." + v).orElse("") + ".json";
    Optional<Path> single = folder.find(name);
    if (single.isPresent()) {
      return of(folder.folder(), List.of(single.get()));
    }
    if (folder.find(index).isPresent()) {
      return sharded(folder, index);
    }
    throw new IllegalArgumentException(nothing(folder, stem, name));
  }

  private static String nothing(PublishedFolder folder, String stem, String name) {
    if (!folder.exists()) {
      return folder.folder() + ": no such folder";
    }
    List<String> names = folder.names();
    List<String> others =
        names.stream().filter(n -> n.startsWith(stem) && n.contains(SUFFIX)).toList();
    if (!others.isEmpty()) {
      String other = others.get(0).substring(stem.length(), others.get(0).indexOf(SUFFIX));
      return folder.folder()
          + " has no "
          + name
          + " but "
          + String.join(", ", others)
          + (other.length() > 1 ? "; write variant: " + other.substring(1) : "");
    }
    return names.stream()
        .filter(n -> PICKLES.stream().anyMatch(n::endsWith))
        .findFirst()
        .map(n -> pickle(folder.folder().resolve(n)))
        .orElse(folder.folder() + " has no " + name);
  }

  /** What is said of a pickle, with the line that makes tensors of it without running it. */
  public static String pickle(Path file) {
    String target = file.toString().replaceFirst("\\.[a-z]+$", SUFFIX);
    return file
        + " is a pickle, which is a program and is never opened; take the published safetensors"
        + " file, or convert it: python3 -c \"import torch; from safetensors.torch import"
        + " save_file; w = torch.load('"
        + file
        + "', map_location='cpu', weights_only=True); w = next((w[k] for k in ('ema', 'state_dict', 'model') if k in"
        + " w), w); save_file({k: v.clone().contiguous() for k, v in w.items()}, '"
        + target
        + "')\"";
  }

  private static Checkpoint sharded(PublishedFolder folder, String index) {
    Map<String, String> places = weightMap(folder.json(index));
    Map<String, Path> files = new LinkedHashMap<>();
    new TreeSet<>(places.values()).forEach(shard -> files.put(shard, folder.file(shard)));
    Checkpoint all = of(folder.folder(), List.copyOf(files.values()));
    Path at = folder.folder().resolve(index);
    for (Map.Entry<String, String> place : places.entrySet()) {
      StoredTensor tensor = all.tensors.get(place.getKey());
      Path file = files.get(place.getValue());
      if (tensor == null ? !all.integers.contains(place.getKey()) : !tensor.file().equals(file)) {
        throw new IllegalArgumentException(
            at + ": " + place.getKey() + " is not in " + place.getValue());
      }
    }
    SortedSet<String> unlisted = new TreeSet<>(all.tensors.keySet());
    unlisted.removeAll(places.keySet());
    if (!unlisted.isEmpty()) {
      throw new IllegalArgumentException(at + " does not list " + String.join(", ", unlisted));
    }
    return all;
  }

  private static Map<String, String> weightMap(Node index) {
    Map<String, String> places = new LinkedHashMap<>();
    if (index instanceof Node.Mapping keys
        && keys.get("weight_map").map(Node.Entry::value).orElse(index)
            instanceof Node.Mapping map) {
      for (Node.Entry entry : map.entries()) {
        if (!(entry.value() instanceof Node.Scalar file) || file.plain()) {
          throw new ConfigException(entry.value().at(), entry.key() + " is not in a file's name");
        }
        places.put(entry.key(), file.text());
      }
    }
    if (places.isEmpty()) {
      throw new ConfigException(index.at(), "no weight_map of tensors to files");
    }
    return places;
  }

  private static Checkpoint of(Path named, List<Path> files) {
    List<Part> parts = new ArrayList<>();
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    SortedSet<String> integers = new TreeSet<>();
    for (Path file : files) {
      Content content = Content.of(file);
      parts.add(content.part);
      integers.addAll(content.integers);
      for (Map.Entry<String, StoredTensor> each : content.tensors.entrySet()) {
        StoredTensor before = tensors.putIfAbsent(each.getKey(), each.getValue());
        if (before != null) {
          throw new UncheckedIOException(
              new IOException(file + ": tensor " + each.getKey() + " is also in " + before.file()));
        }
      }
    }
    return new Checkpoint(
        named,
        List.copyOf(parts),
        Collections.unmodifiableSortedMap(tensors),
        Collections.unmodifiableSortedSet(integers));
  }

  /** What a file holds, read once as long as it keeps its size and date. */
  private record Content(
      Part part, SortedMap<String, StoredTensor> tensors, SortedSet<String> integers) {
    private static final Map<Path, Content> READ = new ConcurrentHashMap<>();

    static Content of(Path file) {
      Content known = READ.get(file.toAbsolutePath());
      if (known != null && known.part.isUnchanged() && known.part.file.equals(file)) {
        return known;
      }
      Content content = read(file);
      READ.put(file.toAbsolutePath(), content);
      return content;
    }

    private static Content read(Path file) {
      SortedMap<String, StoredTensor> tensors = new TreeMap<>();
      SortedSet<String> integers = new TreeSet<>();
      try (SafetensorsInput in = new SafetensorsInput(file)) {
        FileTime modified = Files.getLastModifiedTime(file);
        SafetensorsHeader header = in.header();
        long data = in.position();
        for (Map.Entry<String, SafetensorsHeader.Entry> each : header.inOrder()) {
          SafetensorsHeader.Entry entry = each.getValue();
          if (entry.type().real()) {
            tensors.put(
                each.getKey(),
                new StoredTensor(file, entry.type(), entry.shape(), data + entry.from()));
          } else {
            integers.add(each.getKey());
          }
        }
        Safetensors.check(in, header);
        return new Content(new Part(file, in.sha256(), in.size(), modified), tensors, integers);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Checks that the files still are what was named, by size and date.
   *
   * @throws UncheckedIOException naming the file that is not
   */
  public void requireUnchanged() {
    for (Part part : parts) {
      if (!Files.exists(part.file)) {
        throw new UncheckedIOException(
            new IOException(
                part.file + ": it is gone", new NoSuchFileException(part.file.toString())));
      }
      if (!part.isUnchanged()) {
        throw new UncheckedIOException(
            new IOException(part.file + ": it has changed since it was named"));
      }
    }
  }

  @Override
  public Map<String, String> digests() {
    Map<String, String> digests = new TreeMap<>();
    parts.forEach(part -> digests.put(named.relativize(part.file).toString(), part.sha256));
    return digests;
  }
}
