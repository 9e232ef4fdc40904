package io.github.tiltbench.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CosineTest {
  @Test
  void cosinesAreThosePublished() {
    double[][] a = OracleGolden.rows("cos_a");
    double[][] b = OracleGolden.rows("cos_b");
    double[] cosine = OracleGolden.row("cos");
    assertEquals(4, cosine.length);
    for (int i = 0; i < cosine.length; i++) {
      assertEquals(cosine[i], XSimilarity.cosine(a[i], b[i]), 1e-12);
    }
    assertEquals(0, XSimilarity.cosine(a[0], new double[a[0].length]));
  }
}
