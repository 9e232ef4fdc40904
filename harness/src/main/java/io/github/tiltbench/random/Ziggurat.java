package io.github.tiltbench.random;

/**
 * Standard normals by the ziggurat: the density is covered by 256 layers of equal area, and a word
 * picks a layer, a sign and a place in it.
 *
 * <p>Source: Marsaglia and Tsang, J. Stat. Software 5(8), 2000, with the layer index and the
 * mantissa taken from disjoint bits (Doornik 2005). Tables and borders use {@link StrictMath} only,
 * so the values do not depend on the runtime.
 */
final class Ziggurat {
  private static final int LAYERS = 256;

  /** Start of the tail. */
  private static final double TAIL = 3.654152885361009;

  /** Area of a layer. */
  private static final double AREA = 0.004928673233974655;

  /** Right ends of the layers, {@code EDGE[0] > EDGE[1] = TAIL > ... > EDGE[256] = 0}. */
  private static final double[] EDGE = new double[LAYERS + 1];

  /** exp(-x^2/2) at the edges. */
  private static final double[] HEIGHT = new double[LAYERS + 1];

  /** What a word's unit of place is worth in a layer: a 2^53rd of its right end. */
  private static final double[] WIDTH = new double[LAYERS];

  static {
    EDGE[0] = AREA / density(TAIL);
    EDGE[1] = TAIL;
    for (int i = 2; i < LAYERS; i++) {
      EDGE[i] = StrictMath.sqrt(-2 * StrictMath.log(AREA / EDGE[i - 1] + density(EDGE[i - 1])));
    }
    for (int i = 0; i <= LAYERS; i++) {
      HEIGHT[i] = density(EDGE[i]);
    }
    for (int i = 0; i < LAYERS; i++) {
      WIDTH[i] = EDGE[i] * 0x1.0p-53;
    }
  }

  private Ziggurat() {}

  private static double density(double x) {
    return StrictMath.exp(-0.5 * x * x);
  }

  /** Where in its layer a word lies; a normal, but for its sign, if that is inside its box. */
  static double place(long word) {
    return (word >>> 11) * WIDTH[(int) word & (LAYERS - 1)];
  }

  /** Whether the place of a word is inside its layer's box (about 99 in 100 are). */
  static boolean inside(long word, double place) {
    return place < EDGE[((int) word & (LAYERS - 1)) + 1];
  }

  /** A place with the sign that its word has for it. */
  static double signed(long word, double place) {
    return Double.longBitsToDouble(Double.doubleToRawLongBits(place) ^ (word & LAYERS) << 55);
  }

  static boolean inTail(long word) {
    return ((int) word & (LAYERS - 1)) == 0;
  }

  /** The normal of a word outside its box by two uniforms, or NaN if they refuse it. */
  static double border(long word, double u, double v) {
    int layer = (int) word & (LAYERS - 1);
    if (layer == 0) {
      double beyond = -StrictMath.log(u) / TAIL;
      return -2 * StrictMath.log(v) > beyond * beyond ? signed(word, TAIL + beyond) : Double.NaN;
    }
    double x = place(word);
    double y = HEIGHT[layer] + u * (HEIGHT[layer + 1] - HEIGHT[layer]);
    return y < density(x) ? signed(word, x) : Double.NaN;
  }
}
