package io.github.tiltbench.engine.published.language;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/**
 * A zip file inside of another, read in passing: neither is unpacked.
 *
 * @param outer a file
 * @param inner the entry of it that is a zip file
 */
record NestedZip(Path outer, String inner) {
  /**
   * Opens an entry of the inner file; whoever reads it to its end has its checksum checked.
   *
   * @throws IOException naming what is missing
   */
  InputStream open(String entry) throws IOException {
    ZipFile zip = new ZipFile(outer.toFile());
    try {
      ZipEntry whole = zip.getEntry(inner);
      if (whole == null) {
        throw new NoSuchFileException(outer + ": it has no entry " + inner);
      }
      ZipInputStream in = new ZipInputStream(zip.getInputStream(whole));
      for (ZipEntry each = in.getNextEntry(); each != null; each = in.getNextEntry()) {
        if (each.getName().equals(entry)) {
          return new FilterInputStream(in) {
            @Override
            public void close() throws IOException {
              zip.close();
            }
          };
        }
      }
      throw new NoSuchFileException(outer + ": its entry " + inner + " has no " + entry);
    } catch (IOException e) {
      zip.close();
      throw e;
    }
  }

  /** The content of a small entry of the inner file. */
  byte[] read(String entry) throws IOException {
    try (InputStream in = open(entry)) {
      return in.readAllBytes();
    }
  }

  /** The content of a small entry of the outer file. */
  byte[] beside(String entry) throws IOException {
    try (ZipFile zip = new ZipFile(outer.toFile())) {
      ZipEntry found = zip.getEntry(entry);
      if (found == null) {
        throw new NoSuchFileException(outer + ": it has no entry " + entry);
      }
      return zip.getInputStream(found).readAllBytes();
    }
  }
}
