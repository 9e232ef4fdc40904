package io.github.tiltbench.verifier.jpeg;

/**
 * The 8x8 forward cosine transform in 13-bit fixed point; results are scaled up by 8.
 *
 * <p>Source: Loeffler, Ligtenberg, Moschytz, ICASSP 1989, with the constants and roundings of
 * libjpeg's jfdctint.
 */
final class ForwardDct {
  private static final int CONST_BITS = 13;
  private static final int PASS1_BITS = 2;

  private static final int F_0_298631336 = 2446;
  private static final int F_0_390180644 = 3196;
  private static final int F_0_541196100 = 4433;
  private static final int F_0_765366865 = 6270;
  private static final int F_0_899976223 = 7373;
  private static final int F_1_175875602 = 9633;
  private static final int F_1_501321110 = 12299;
  private static final int F_1_847759065 = 15137;
  private static final int F_1_961570560 = 16069;
  private static final int F_2_053119869 = 16819;
  private static final int F_2_562915447 = 20995;
  private static final int F_3_072711026 = 25172;

  private ForwardDct() {}

  /** Transforms 64 samples, centred on 0, in place; the first of each row is the mean. */
  static void transform(int[] block) {
    for (int row = 0; row < 64; row += 8) {
      line(block, row, 1, CONST_BITS - PASS1_BITS, -PASS1_BITS);
    }
    for (int column = 0; column < 8; column++) {
      line(block, column, 8, CONST_BITS + PASS1_BITS, PASS1_BITS);
    }
  }

  /**
   * One line of eight.
   *
   * @param shift bits that products lose
   * @param evenShift bits that the two plain sums lose, or gain if negative
   */
  private static void line(int[] d, int at, int stride, int shift, int evenShift) {
    int i1 = at + stride;
    int i2 = i1 + stride;
    int i3 = i2 + stride;
    int i4 = i3 + stride;
    int i5 = i4 + stride;
    int i6 = i5 + stride;
    int i7 = i6 + stride;
    int s0 = d[at] + d[i7];
    int s1 = d[i1] + d[i6];
    int s2 = d[i2] + d[i5];
    int s3 = d[i3] + d[i4];
    int d0 = d[at] - d[i7];
    int d1 = d[i1] - d[i6];
    int d2 = d[i2] - d[i5];
    int d3 = d[i3] - d[i4];

    int e0 = s0 + s3;
    int e1 = s1 + s2;
    int e2 = s1 - s2;
    int e3 = s0 - s3;
    d[at] = plain(e0 + e1, evenShift);
    d[i4] = plain(e0 - e1, evenShift);
    int even = (e2 + e3) * F_0_541196100;
    d[i2] = descale(even + e3 * F_0_765366865, shift);
    d[i6] = descale(even - e2 * F_1_847759065, shift);

    int z1 = (d3 + d0) * -F_0_899976223;
    int z2 = (d2 + d1) * -F_2_562915447;
    int z5 = (d3 + d1 + d2 + d0) * F_1_175875602;
    int z3 = (d3 + d1) * -F_1_961570560 + z5;
    int z4 = (d2 + d0) * -F_0_390180644 + z5;
    d[i7] = descale(d3 * F_0_298631336 + z1 + z3, shift);
    d[i5] = descale(d2 * F_2_053119869 + z2 + z4, shift);
    d[i3] = descale(d1 * F_3_072711026 + z2 + z3, shift);
    d[i1] = descale(d0 * F_1_501321110 + z1 + z4, shift);
  }

  private static int plain(int value, int shift) {
    return shift < 0 ? value << -shift : descale(value, shift);
  }

  private static int descale(int value, int bits) {
    return (value + (1 << (bits - 1))) >> bits;
  }
}
