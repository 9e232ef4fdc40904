package io.github.tiltbench.engine;

import io.github.tiltbench.config.Digests;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HexFormat;

/** The bytes of a safetensors file from the first to the last, and the digest of just these. */
final class SafetensorsInput implements Closeable {
  static final int LENGTH_BYTES = 8;
  private static final int ZIP = 'P' | 'K' << 8;
  private static final long MAX_HEADER = 100_000_000; // the format's own limit

  private final Path file;
  private final long size;
  private final DigestInputStream in;
  private long position;

  /** Opens a file. */
  SafetensorsInput(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(file + ": not a regular file");
    }
    this.file = file;
    this.size = Files.size(file);
    this.in = new DigestInputStream(Files.newInputStream(file), Digests.digest());
  }

  /** The header, with which the file begins; the data of the tensors follow. */
  SafetensorsHeader header() throws IOException {
    try {
      if (size < LENGTH_BYTES) {
        throw new IllegalArgumentException("not a safetensors file: shorter than its length field");
      }
      long length = next(LENGTH_BYTES).getLong();
      if (length < 2 || length > Math.min(MAX_HEADER, size - LENGTH_BYTES)) {
        throw new IllegalArgumentException(
            "not a safetensors file: header length "
                + length
                + " in "
                + size
                + " bytes"
                + ((length & 0xffff) == ZIP ? "; it begins as a pickle of torch.save does" : ""));
      }
      byte[] header = next((int) length).array();
      return SafetensorsHeader.parse(header, size - LENGTH_BYTES - length);
    } catch (IllegalArgumentException e) {
      throw fault(e);
    }
  }

  /** The number of bytes in the file. */
  long size() {
    return size;
  }

  /** The number of bytes read. */
  long position() {
    return position;
  }

  /** That many bytes more. */
  ByteBuffer next(int bytes) throws IOException {
    byte[] next = in.readNBytes(bytes);
    if (next.length < bytes) {
      throw new IOException(file + ": it was cut short while it was read");
    }
    position += bytes;
    return ByteBuffer.wrap(next).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** SHA-256 of the whole file, in lower-case hexadecimal; reads what is left of it. */
  String sha256() throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
    return HexFormat.of().formatHex(in.getMessageDigest().digest());
  }

  /** The same fault, with the file it lies in. */
  IOException fault(IllegalArgumentException e) {
    return new IOException(file + ": " + e.getMessage(), e);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
