package io.github.tiltbench.study;

import io.github.tiltbench.config.Digests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The content of a jar or a folder of classes that an extension comes from.
 *
 * <p>Its digest is that of names and bytes in order, without what a build writes about itself, so a
 * jar and the folder it was made of have the same, as have two builds of the same sources.
 *
 * @param place the jar or folder
 * @param files content by name
 * @param digest SHA-256
 */
record ExtensionCode(Path place, SortedMap<String, byte[]> files, String digest) {
  private static final Map<Path, String> KNOWN = new ConcurrentHashMap<>();

  /**
   * Reads it.
   *
   * @throws IOException if it is neither a jar nor a folder, or cannot be read
   */
  static ExtensionCode read(Path place) throws IOException {
    SortedMap<String, byte[]> files = Files.isDirectory(place) ? folder(place) : jar(place);
    StringBuilder listed = new StringBuilder();
    files.forEach(
        (name, content) ->
            listed.append(Digests.sha256(content)).append(' ').append(name).append('\n'));
    String digest = Digests.sha256(listed.toString().getBytes(StandardCharsets.UTF_8));
    return new ExtensionCode(place, files, digest);
  }

  /** The digest of what a class was loaded from; empty if that is this program. */
  static Optional<String> of(Class<?> type) {
    if (type.getClassLoader() instanceof ExtensionLoader loader) {
      return Optional.of(loader.digest(type));
    }
    Optional<Path> place = place(type);
    return place.equals(place(ExtensionCode.class))
        ? Optional.empty()
        : place.map(p -> KNOWN.computeIfAbsent(p, ExtensionCode::digest));
  }

  private static String digest(Path place) {
    try {
      return read(place).digest();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where a class lies; empty for one that is in memory only, such as a notebook's. */
  private static Optional<Path> place(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL place = source == null ? null : source.getLocation();
    try {
      return place != null && "file".equals(place.getProtocol())
          ? Optional.of(Path.of(place.toURI()))
          : Optional.empty();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a class path entry is a URI", e);
    }
  }

  private static SortedMap<String, byte[]> folder(Path folder) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) walk.filter(Files::isRegularFile)::iterator) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        if (counts(name)) {
          files.put(name, Files.readAllBytes(file));
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return files;
  }

  private static SortedMap<String, byte[]> jar(Path jar) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (!entry.isDirectory() && counts(entry.getName())) {
          files.put(entry.getName(), in.readAllBytes());
        }
      }
    }
    if (files.isEmpty()) {
      throw new IOException("it is not a jar");
    }
    return files;
  }

  private static boolean counts(String name) {
    return !name.equals("META-INF/MANIFEST.MF") && !name.startsWith("META-INF/maven/");
  }
}
