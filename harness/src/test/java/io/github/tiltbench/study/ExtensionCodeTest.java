package io.github.tiltbench.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExtensionCodeTest {
  /** A class whose bytes came from nowhere that has a name. */
  static class InMemory extends ClassLoader {
    Class<?> define(Class<?> like, CodeSource source) throws IOException {
      String file = "/" + like.getName().replace('.', '/') + ".class";
      try (InputStream in = like.getResourceAsStream(file)) {
        byte[] bytes = in.readAllBytes();
        ProtectionDomain domain = new ProtectionDomain(source, null);
        return defineClass(like.getName(), bytes, 0, bytes.length, domain);
      }
    }
  }

  private record Subject() {}

  /** Such as a notebook's. */
  @Test
  void aClassThatLiesNowhereHasNoDigest() throws IOException {
    CodeSource nowhere = new CodeSource((URL) null, (Certificate[]) null);
    Class<?> placeless = new InMemory().define(Subject.class, nowhere);
    assertEquals(Optional.empty(), ExtensionCode.of(placeless));
    assertEquals(Optional.empty(), ExtensionCode.of(new InMemory().define(Subject.class, null)));
    assertEquals(Optional.empty(), ExtensionCode.of(ExtensionCode.class), "this program");
    assertTrue(ExtensionCode.of(ExtensionCodeTest.class).isPresent(), "another folder of classes");
  }
}
