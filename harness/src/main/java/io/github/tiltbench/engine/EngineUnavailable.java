package io.github.tiltbench.engine;

/** The engine does not start; the message is one line with the cause and the cure. */
public final class EngineUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EngineUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
