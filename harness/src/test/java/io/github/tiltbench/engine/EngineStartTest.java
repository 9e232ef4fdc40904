package io.github.tiltbench.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import org.junit.jupiter.api.Test;

class EngineStartTest {
  private static String line(Throwable e) {
    String message = EngineStart.unavailable(e).getMessage();
    assertEquals(1, message.lines().count());
    assertTrue(message.startsWith("the engine does not start: "), message);
    return message.substring("the engine does not start: ".length());
  }

  @Test
  void aMissingLibraryIsNamed() {
    IllegalStateException offline = new IllegalStateException("Offline mode is enabled.");
    String line = line(new EngineException("Failed to load PyTorch native library", offline));
    assertTrue(line.startsWith("no native library of PyTorch for "), line);
    assertTrue(line.endsWith("build again (Offline mode is enabled.)"), line);
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamedWithTheSettingForAnother() {
    String expected = "its libraries need a folder with 1 GB of room, which TILTBENCH_CACHE names";
    assertEquals(
        expected + " (java.nio.file.AccessDeniedException: /root/x)",
        line(new IllegalStateException(new AccessDeniedException("/root/x"))));
    assertEquals(
        expected + " (No space left on device)",
        line(new EngineException("failed", new IOException("No space left on device"))));
  }

  @Test
  void aMissingSystemLibraryIsNamed() {
    String said = "/c/libtorch.so: libgomp.so.1: cannot open shared object file: No such file";
    assertEquals(
        "a library of the system is missing or too old (" + said + ")",
        line(new EngineException("x", new UnsatisfiedLinkError(said))));
  }

  @Test
  void whatIsNotKnownIsSaidInItsOwnWords() {
    assertEquals("odd", line(new ExceptionInInitializerError(new IllegalStateException("odd"))));
    assertEquals("java.lang.ExceptionInInitializerError", line(new ExceptionInInitializerError()));
  }

  @Test
  void theTestsAreNotBuiltForGpus() {
    assertFalse(EngineStart.builtForGpu());
  }
}
