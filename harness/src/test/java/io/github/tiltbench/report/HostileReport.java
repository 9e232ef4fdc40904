package io.github.tiltbench.report;

import io.github.tiltbench.report.summary.Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A report whose every name is hostile, made once for all tests that look at it. */
public final class HostileReport {
  private static Path folder;

  private HostileReport() {}

  /** The result folder; whoever adds files to it names them as no other test does. */
  public static synchronized Path folder() throws IOException {
    if (folder == null) {
      Path made = Files.createDirectories(Path.of("target", "hostile-report").toAbsolutePath());
      Files.writeString(made.resolve("study.yaml"), "study: x " + Fixture.HOSTILE + "\n");
      Report.write(Fixture.hostile(made, Fixture.Kind.IMAGES, 8));
      folder = made;
    }
    return folder;
  }
}
