package io.github.tiltbench.verifier.jpeg;

/** Transforms, quantises and codes the blocks of one component, in the order of the scan. */
final class ComponentCoder {
  private static final int END_OF_BLOCK = 0x00;
  private static final int SIXTEEN_ZEROS = 0xF0;

  private final Plane plane;
  private final int[] half;
  private final long[] reciprocal;
  private final HuffmanCode dc;
  private final HuffmanCode ac;
  private final BitStream out;
  private final int[] block = new int[64];
  private int lastMean;

  ComponentCoder(Plane plane, int[] steps, boolean luma, BitStream out) {
    this.plane = plane;
    this.half = new int[64];
    this.reciprocal = new long[64];
    for (int k = 0; k < 64; k++) {
      int divisor = steps[Quantisation.ZIGZAG[k]] * 8;
      half[k] = divisor / 2;
      reciprocal[k] = ((1L << 32) + divisor - 1) / divisor;
    }
    this.dc = luma ? HuffmanCode.LUMA_DC : HuffmanCode.CHROMA_DC;
    this.ac = luma ? HuffmanCode.LUMA_AC : HuffmanCode.CHROMA_AC;
    this.out = out;
  }

  /** Begins another image. */
  void take(int[] samples) {
    plane.fill(samples);
    lastMean = 0;
  }

  Plane plane() {
    return plane;
  }

  /** Writes one block; outside the plane an empty one with the mean of the block before. */
  void block(int row, int column) {
    if (row >= plane.rows() || column >= plane.columns()) {
      symbol(dc, 0, 0, 0);
      symbol(ac, END_OF_BLOCK, 0, 0);
      return;
    }
    plane.block(row, column, block);
    ForwardDct.transform(block);
    int mean = quantised(0);
    value(dc, 0, mean - lastMean);
    lastMean = mean;
    coefficients();
  }

  private void coefficients() {
    int zeros = 0;
    for (int k = 1; k < 64; k++) {
      int value = quantised(k);
      if (value == 0) {
        zeros++;
        continue;
      }
      for (; zeros >= 16; zeros -= 16) {
        symbol(ac, SIXTEEN_ZEROS, 0, 0);
      }
      value(ac, zeros, value);
      zeros = 0;
    }
    if (zeros > 0) {
      symbol(ac, END_OF_BLOCK, 0, 0);
    }
  }

  /**
   * The k-th coefficient in coded order in quantisation steps, halves away from 0.
   *
   * <p>Multiplying by the reciprocal, rounded up, divides exactly as long as dividend times divisor
   * stays below 2^32; both are below 2^16.
   */
  private int quantised(int k) {
    int value = block[Quantisation.ZIGZAG[k]];
    return value < 0
        ? -(int) (((half[k] - value) * reciprocal[k]) >>> 32)
        : (int) (((half[k] + value) * reciprocal[k]) >>> 32);
  }

  /** A run of zeros and a value: its size as a symbol, then its bits, less 1 if negative. */
  private void value(HuffmanCode table, int zeros, int value) {
    int size = 32 - Integer.numberOfLeadingZeros(Math.abs(value));
    symbol(table, zeros << 4 | size, value < 0 ? value - 1 : value, size);
  }

  private void symbol(HuffmanCode table, int symbol, int extra, int size) {
    out.bits(table.code(symbol) << size | (extra & ((1 << size) - 1)), table.length(symbol) + size);
  }
}
