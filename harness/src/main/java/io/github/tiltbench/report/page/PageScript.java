package io.github.tiltbench.report.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * A script or a style that is part of the program, as it stands inside a page.
 *
 * @param text without anything that would end a script element or begin a comment in it
 */
record PageScript(String text) {
  /** The plotting library that is shipped with the program. */
  static PageScript plotly() {
    return of("plotly/plotly-cartesian.min.js");
  }

  /** What turns the figures of a page into interactive ones. */
  static PageScript report() {
    return of("report.js");
  }

  /** The style sheet of the page. */
  static String style() {
    return resource("report.css");
  }

  private static PageScript of(String name) {
    return new PageScript(
        resource(name).replaceAll("(?i)</(script)", "<\\\\/$1").replace("<!--", "<\\!--"));
  }

  /** The digest by which the policy of the page knows the script. */
  String digest() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every runtime has it
    }
  }

  private static String resource(String name) {
    try (InputStream in = PageScript.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            "the program is incomplete: " + name + " is not on its class path; build it again");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e); // part of the program
    }
  }
}
