package io.github.tiltbench.study;

import io.github.tiltbench.config.IoReasons;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Classes of jars and folders that a user names, read once.
 *
 * <p>What is digested is what runs: a jar that is built anew meanwhile changes neither.
 */
public final class ExtensionLoader extends ClassLoader {
  private static final String SERVICE = "META-INF/services/" + Extension.class.getName();

  /** What a user named on the command line: as the class path, the same for all threads. */
  private static volatile ExtensionLoader current;

  private final List<ExtensionCode> codes;
  private final Map<ExtensionCode, ProtectionDomain> domains;

  private ExtensionLoader(List<ExtensionCode> codes, ClassLoader parent) {
    super("extensions", parent);
    this.codes = codes;
    this.domains =
        codes.stream().collect(Collectors.toMap(code -> code, code -> domain(code.place())));
  }

  private static ExtensionLoader of(List<Path> places) {
    List<ExtensionCode> codes = new ArrayList<>();
    for (Path place : places) {
      if (!Files.exists(place)) {
        throw new IllegalArgumentException("no such extension: " + place);
      }
      try {
        codes.add(ExtensionCode.read(place));
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "extension " + place + " cannot be read: " + IoReasons.explain(e), e);
      }
    }
    if (!codes.isEmpty() && codes.stream().noneMatch(c -> c.files().containsKey(SERVICE))) {
      throw new IllegalArgumentException(
          places.get(0) + " names no extension: it has no file " + SERVICE);
    }
    return new ExtensionLoader(codes, ExtensionLoader.class.getClassLoader());
  }

  /**
   * Puts the names of jars and folders in view of the whole program until it is closed.
   *
   * @throws IllegalArgumentException if one is not there or names no {@link Extension}
   */
  public static View open(List<Path> places) {
    ExtensionLoader before = current;
    current = of(places);
    return () -> current = before;
  }

  /** Ends when closed. */
  public interface View extends AutoCloseable {
    @Override
    void close();
  }

  /** Digests by file of the extensions in view, for the provenance. */
  public static Map<String, String> digests() {
    Map<String, String> digests = new TreeMap<>();
    ExtensionLoader loader = current;
    if (loader != null) {
      loader.codes.forEach(c -> digests.put(c.place().toString(), "sha256 " + c.digest()));
    }
    return digests;
  }

  /** Where extensions are looked for. */
  static ClassLoader inView() {
    ExtensionLoader loader = current;
    return loader == null ? Thread.currentThread().getContextClassLoader() : loader;
  }

  /** The digest of the jar or folder that a class of this loader is in. */
  String digest(Class<?> type) {
    return holding(type.getName().replace('.', '/') + ".class").digest();
  }

  private ExtensionCode holding(String name) {
    return codes.stream().filter(c -> c.files().containsKey(name)).findFirst().orElse(null);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    ExtensionCode code = holding(file);
    if (code == null) {
      throw new ClassNotFoundException(name);
    }
    byte[] bytes = code.files().get(file);
    return defineClass(name, bytes, 0, bytes.length, domains.get(code));
  }

  @Override
  protected URL findResource(String name) {
    ExtensionCode code = holding(name);
    return code == null ? null : url(code, name);
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    return Collections.enumeration(
        codes.stream().filter(c -> c.files().containsKey(name)).map(c -> url(c, name)).toList());
  }

  private static ProtectionDomain domain(Path place) {
    try {
      return new ProtectionDomain(
          new CodeSource(place.toUri().toURL(), (Certificate[]) null), null);
    } catch (MalformedURLException e) {
      throw new IllegalStateException("a file has a URL", e);
    }
  }

  private static URL url(ExtensionCode code, String name) {
    byte[] content = code.files().get(name);
    URLStreamHandler handler =
        new URLStreamHandler() {
          @Override
          protected URLConnection openConnection(URL url) {
            return new InMemory(url, content);
          }
        };
    try {
      return new URL(null, "extension:" + code.place().toUri() + "!/" + name, handler);
    } catch (MalformedURLException e) {
      throw new IllegalStateException("any text is a URL of its own handler", e);
    }
  }

  private static final class InMemory extends URLConnection {
    private final byte[] content;

    InMemory(URL url, byte[] content) {
      super(url);
      this.content = content;
    }

    @Override
    public void connect() {}

    @Override
    public InputStream getInputStream() {
      return new ByteArrayInputStream(content);
    }
  }
}
