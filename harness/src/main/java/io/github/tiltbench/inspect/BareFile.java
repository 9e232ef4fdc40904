package io.github.tiltbench.inspect;

import io.github.tiltbench.config.Digests;
import io.github.tiltbench.engine.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** A file by itself; one that is a program is never loaded, only its digest is said. */
final class BareFile {
  private static final int KEYS = 8;

  private BareFile() {}

  static String what(Inspector found) {
    Path file = found.path;
    if (file.toString().endsWith(".safetensors")) {
      return tensors(found, file);
    }
    List<String> entries = entries(file);
    if (entries.stream().anyMatch(name -> name.contains("/code/"))) {
      return archive(found, file);
    }
    if (Checkpoint.isPickle(file) || entries.stream().anyMatch(e -> e.endsWith("/data.pkl"))) {
      found.faults.add(Checkpoint.pickle(file));
      return "a pickle";
    }
    throw new IllegalArgumentException(
        file + " is nothing that is known here: no safetensors, TorchScript archive or pickle");
  }

  /** The names in a zip file; none of another. */
  private static List<String> entries(Path file) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return zip.stream().map(entry -> "/" + entry.getName()).toList();
    } catch (ZipException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String archive(Inspector found, Path file) {
    try {
      MessageDigest digest = Digests.digest();
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      String sha256 = HexFormat.of().formatHex(digest.digest());
      found.parts.add(
          new Part(
              "archive",
              "TorchScript, a program: not loaded",
              0,
              "",
              Files.size(file),
              List.of(),
              ""));
      found.notes.add("a study names it, as a denoiser, decoder or reward, by");
      found.notes.add("  file: " + found.place());
      found.notes.add("  sha256: " + sha256);
      return "a TorchScript archive";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tensors(Inspector found, Path file) {
    try {
      Checkpoint weights = Checkpoint.of(file);
      found.parts.add(Part.of("tensors", "%,d of them".formatted(weights.tensors().size()), file));
      SortedSet<String> keys = new TreeSet<>(weights.tensors().keySet());
      found.notes.add(
          "keys: "
              + String.join(", ", keys.stream().limit(KEYS).toList())
              + (keys.size() > KEYS ? " and %,d more".formatted(keys.size() - KEYS) : ""));
      boolean head = keys.contains("weight") || keys.contains("layers.0.weight");
      if (head) {
        found.notes.add("it may be a head: kind: aesthetic and kind: dino take it as head");
      } else {
        found.notes.add("weights alone say no network: inspect the folder with its config.json");
      }
    } catch (RuntimeException e) {
      found.faults.add(Part.line(e));
    }
    return "a safetensors file by itself";
  }
}
