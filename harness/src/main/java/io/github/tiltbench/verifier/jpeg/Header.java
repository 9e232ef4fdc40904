package io.github.tiltbench.verifier.jpeg;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** The segments before and after the coded data, in libjpeg's order. */
final class Header {
  /** End of image. */
  static final byte[] END = {(byte) 0xFF, (byte) 0xD9};

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(640);

  private Header() {}

  static byte[] of(int quality, int height, int width, int channels) {
    boolean colour = channels == 3;
    Header header = new Header();
    header.marker(0xD8);
    header.segment(0xE0, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0);
    header.quantisation(0, Quantisation.luma(quality));
    if (colour) {
      header.quantisation(1, Quantisation.chroma(quality));
    }
    int[] size = {8, height >> 8, height & 0xFF, width >> 8, width & 0xFF};
    header.segment(
        0xC0,
        colour ? join(size, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1) : join(size, 1, 1, 0x11, 0));
    header.code(HuffmanCode.LUMA_DC);
    header.code(HuffmanCode.LUMA_AC);
    if (colour) {
      header.code(HuffmanCode.CHROMA_DC);
      header.code(HuffmanCode.CHROMA_AC);
    }
    int[] scan = colour ? new int[] {3, 1, 0, 2, 0x11, 3, 0x11} : new int[] {1, 1, 0};
    header.segment(0xDA, join(scan, 0, 63, 0));
    return header.bytes.toByteArray();
  }

  private void marker(int code) {
    bytes.write(0xFF);
    bytes.write(code);
  }

  private void segment(int code, int... body) {
    marker(code);
    bytes.write((body.length + 2) >> 8);
    bytes.write(body.length + 2);
    for (int value : body) {
      bytes.write(value);
    }
  }

  private void quantisation(int id, int[] table) {
    int[] body = new int[65];
    body[0] = id;
    for (int k = 0; k < 64; k++) {
      body[k + 1] = table[Quantisation.ZIGZAG[k]];
    }
    segment(0xDB, body);
  }

  private void code(HuffmanCode table) {
    byte[] segment = table.segment();
    int[] body = new int[segment.length];
    for (int i = 0; i < body.length; i++) {
      body[i] = segment[i];
    }
    segment(0xC4, body);
  }

  private static int[] join(int[] head, int... tail) {
    int[] all = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, all, head.length, tail.length);
    return all;
  }
}
