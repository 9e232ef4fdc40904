package io.github.tiltbench.model.training;

import io.github.tiltbench.config.Digests;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.zip.GZIPInputStream;

/**
 * Labelled one-channel images of one size.
 *
 * @param pixels row-major bytes, image after image
 * @param labels one class an image
 */
record Images(int count, int side, byte[] pixels, byte[] labels) {
  private static final int IMAGE_MAGIC = 0x803;
  private static final int LABEL_MAGIC = 0x801;

  /** Reads a pair of gzipped IDX files whose digests the card gives. */
  static Images read(ImageContent.Data data, String split) throws IOException {
    byte[] images = verified(data, split + "-images-idx3-ubyte.gz");
    byte[] labels = verified(data, split + "-labels-idx1-ubyte.gz");
    try (DataInputStream in = unzip(images);
        DataInputStream classes = unzip(labels)) {
      if (in.readInt() != IMAGE_MAGIC || classes.readInt() != LABEL_MAGIC) {
        throw new IOException(data.path() + ": not IDX files of images and labels");
      }
      int count = in.readInt();
      int side = in.readInt();
      if (in.readInt() != side || classes.readInt() != count) {
        throw new IOException(data.path() + ": images are not square or labels are missing");
      }
      return new Images(count, side, in.readNBytes(count * side * side), classes.readNBytes(count));
    }
  }

  /** The number of pixels of an image. */
  int area() {
    return side * side;
  }

  /** The shape of an image as a note of the weights. */
  String item() {
    return "1," + side + "," + side;
  }

  /** Writes an image scaled to [-1, 1] into a batch. */
  void copy(int index, float[] target, int row) {
    int area = area();
    for (int i = 0; i < area; i++) {
      target[row * area + i] = (pixels[index * area + i] & 0xff) / 127.5f - 1f;
    }
  }

  private static DataInputStream unzip(byte[] content) throws IOException {
    return new DataInputStream(new GZIPInputStream(new ByteArrayInputStream(content)));
  }

  private static byte[] verified(ImageContent.Data data, String name) throws IOException {
    byte[] content = Files.readAllBytes(data.path().resolve(name));
    String digest = Digests.sha256(content);
    if (!digest.equals(data.sha256().get(name))) {
      throw new IOException(name + ": sha256 is " + digest + ", the card says otherwise");
    }
    return content;
  }
}
