package io.github.tiltbench.verifier.jpeg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.plugins.jpeg.JPEGHuffmanTable;
import javax.imageio.plugins.jpeg.JPEGImageWriteParam;
import javax.imageio.plugins.jpeg.JPEGQTable;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class JpegEncoderTest {

  /**
   * Whole files, byte for byte.
   *
   * <p>{@code libjpeg.csv} (pattern, channels, height, width, quality, bytes, SHA-256) was written
   * by {@code cjpeg -baseline -quality Q} of libjpeg-turbo 2.1.5 with {@code -grayscale} or {@code
   * -sample 2x2}; Pillow 9.4.0's {@code save("JPEG", quality=Q)} gave the same bytes in every case.
   */
  @ParameterizedTest
  @CsvFileSource(resources = "libjpeg.csv")
  void filesAreThoseOfLibjpeg(
      String pattern, int channels, int height, int width, int quality, int bytes, String digest)
      throws Exception {
    byte[] samples = new byte[channels * height * width];
    for (int i = 0; i < samples.length; i++) {
      int pixel = i % (height * width);
      samples[i] = sample(pattern, i / (height * width), pixel / width, pixel % width);
    }
    byte[] file = encode(samples, height, width, quality);
    assertEquals(bytes, file.length);
    byte[] sha = MessageDigest.getInstance("SHA-256").digest(file);
    assertEquals(digest, HexFormat.of().formatHex(sha));
  }

  /** Encoded by an encoder that has another image behind it. */
  private static byte[] encode(byte[] samples, int height, int width, int quality) {
    int channels = samples.length / (height * width);
    JpegEncoder encoder = new JpegEncoder(quality, channels, height, width);
    byte[] other = samples.clone();
    new Random(1).nextBytes(other);
    encoder.encode(other);
    assertEquals(encoder.encode(samples), encoder.file().length);
    return encoder.file();
  }

  private static byte sample(String pattern, int channel, int y, int x) {
    return (byte)
        switch (pattern) {
          case "flat" -> 137 + 20 * channel;
          case "gradient" -> 7 * y + 3 * x + 40 * channel;
          case "edges" -> (x / 5 + y / 3 + channel) % 2 * 255;
          default -> noise(7919L * x + 104729L * y + 1299709L * channel + 12345);
        };
  }

  private static int noise(long v) {
    return (int) ((v * v) >> 9) & 0xFF;
  }

  /** The coded data of random images of any size and quality, against the JDK's encoder. */
  @Test
  void codedDataIsThatOfTheJdk() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      int height = 1 + random.nextInt(40);
      int width = 1 + random.nextInt(40);
      int quality = 1 + random.nextInt(100);
      byte[] samples = new byte[(i % 2 == 0 ? 1 : 3) * height * width];
      random.nextBytes(samples);
      byte[] ours = encode(samples, height, width, quality);
      byte[] theirs = jdk(samples, height, width, quality);
      assertArrayEquals(coded(theirs), coded(ours), height + "x" + width + " at " + quality);
    }
  }

  /** Everything from the marker of the scan on. */
  private static byte[] coded(byte[] file) {
    int at = 2;
    while ((file[at + 1] & 0xFF) != 0xDA) {
      at += 2 + ((file[at + 2] & 0xFF) << 8 | (file[at + 3] & 0xFF));
    }
    return Arrays.copyOfRange(file, at, file.length);
  }

  private static byte[] jdk(byte[] samples, int height, int width, int quality) throws IOException {
    int area = height * width;
    int channels = samples.length / area;
    int type = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR;
    BufferedImage image = new BufferedImage(width, height, type);
    byte[] pixels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = samples[(channels - 1 - i % channels) * area + i / channels];
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    JPEGImageWriteParam param = (JPEGImageWriteParam) writer.getDefaultWriteParam();
    param.setCompressionMode(ImageWriteParam.MODE_COPY_FROM_METADATA);
    param.setEncodeTables(
        new JPEGQTable[] {table(Quantisation.luma(quality)), table(Quantisation.chroma(quality))},
        new JPEGHuffmanTable[] {JPEGHuffmanTable.StdDCLuminance, JPEGHuffmanTable.StdDCChrominance},
        new JPEGHuffmanTable[] {
          JPEGHuffmanTable.StdACLuminance, JPEGHuffmanTable.StdACChrominance
        });
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static JPEGQTable table(int[] steps) {
    return new JPEGQTable(steps);
  }

  @Test
  void whatIsNoImageIsRefused() {
    JpegEncoder encoder = new JpegEncoder(95, 1, 2, 2);
    assertThrows(IllegalArgumentException.class, () -> encoder.encode(new byte[8]));
    assertThrows(IllegalArgumentException.class, () -> encoder.encode(new byte[3]));
    assertThrows(IllegalArgumentException.class, () -> new JpegEncoder(95, 2, 2, 2));
    assertThrows(IllegalArgumentException.class, () -> new JpegEncoder(0, 1, 2, 2));
    assertThrows(IllegalArgumentException.class, () -> new JpegEncoder(101, 1, 2, 2));
  }
}
