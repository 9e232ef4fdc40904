package io.github.tiltbench.algorithm.search;

import io.github.tiltbench.diffusion.Batch;
import java.util.Arrays;

/**
 * Which candidates of a step are one sequence, so that each is asked about once.
 *
 * @param asked rows of the candidates that are asked about
 * @param source of each candidate: the family whose parent it equals, or the number of families and
 *     on from there the place among {@code asked}
 * @param families parents
 */
record Repeats(int[] asked, int[] source, int families) {

  /**
   * Candidates of families of consecutive rows.
   *
   * @param parents one a family
   * @param known whether what equals its parent need not be asked about
   */
  static Repeats of(Batch.Tokens candidates, Batch.Tokens parents, boolean known) {
    int families = parents.size();
    int width = candidates.size() / families;
    int[] asked = new int[candidates.size()];
    int[] source = new int[candidates.size()];
    int count = 0;
    for (int family = 0; family < families; family++) {
      int first = count;
      for (int row = family * width; row < (family + 1) * width; row++) {
        if (known && same(candidates, row, parents, family)) {
          source[row] = family;
          continue;
        }
        int place = first;
        while (place < count && !same(candidates, row, candidates, asked[place])) {
          place++;
        }
        if (place == count) {
          asked[count++] = row;
        }
        source[row] = families + place;
      }
    }
    return new Repeats(Arrays.copyOf(asked, count), source, families);
  }

  private static boolean same(Batch.Tokens a, int i, Batch.Tokens b, int j) {
    int n = a.length();
    return Arrays.equals(a.data(), i * n, (i + 1) * n, b.data(), j * n, (j + 1) * n);
  }

  /** One number a candidate, of those of the parents and of those asked about. */
  double[] spread(double[] parents, double[] answers) {
    return Arrays.stream(source)
        .mapToDouble(s -> s < families ? parents[s] : answers[s - families])
        .toArray();
  }
}
