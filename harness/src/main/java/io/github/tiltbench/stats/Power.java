package io.github.tiltbench.stats;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * How many rounds an answer takes, by the rounds of a pilot.
 *
 * <p>A run is imitated by rounds drawn from the pilot's with replacement. Before each run the
 * pilot's own rounds are resampled, so what comes of many runs varies by the chance in a run and by
 * what the pilot leaves open.
 *
 * @param low what 5 % of runs do with
 * @param median what half of them do with
 * @param high what 95 % of them do with
 * @param unmet share of runs that no look ended; they count as ending at the last one
 */
public record Power(int low, int median, int high, double unmet) {
  /** Fewest rounds of a pilot. */
  public static final int FEWEST = 10;

  private static final NormalDistribution GAUSS = new NormalDistribution(null, 0, 1);

  /** The rounds that all of some cells have from the first on. */
  public static int rounds(List<TrialNumbers> cells) {
    return cells.stream().mapToInt(cell -> Rounds.of(cell).count()).min().orElse(0);
  }

  /**
   * The rounds at which a rule is met.
   *
   * @param cells at least one, with {@link #FEWEST} rounds
   * @param looks ascending; a rule that is met stays met, or nearly, so that they are bisected
   * @param met whether the rule is met by rounds
   */
  public static Power of(
      List<TrialNumbers> cells,
      List<Integer> looks,
      Predicate<List<TrialNumbers>> met,
      Confidence c) {
    List<Rounds> pilot = cells.stream().map(Rounds::of).toList();
    int rounds = rounds(cells);
    int last = looks.get(looks.size() - 1);
    int[] ends = new int[c.resamples()];
    int unmet = 0;
    for (int run = 0; run < ends.length; run++) {
      SplittableRandom r = c.generator(run);
      int[] drawn = drawn(rounds, last, r);
      int from = 0;
      int to = looks.size();
      while (from < to) {
        int look = (from + to) / 2;
        if (met.test(seen(pilot, cells, drawn, looks.get(look)))) {
          to = look;
        } else {
          from = look + 1;
        }
      }
      unmet += from == looks.size() ? 1 : 0;
      ends[run] = looks.get(Math.min(from, looks.size() - 1));
    }
    return of(ends, (double) unmet / ends.length);
  }

  private static Power of(int[] ends, double unmet) {
    Arrays.sort(ends);
    return new Power(at(ends, 0.05), at(ends, 0.5), at(ends, 0.95), unmet);
  }

  private static int at(int[] sorted, double p) {
    return sorted[Math.max(0, (int) Math.ceil(p * sorted.length) - 1)];
  }

  private static int[] drawn(int rounds, int count, SplittableRandom r) {
    int[] pilot = r.ints(rounds, 0, rounds).toArray();
    return r.ints(count, 0, rounds).map(i -> pilot[i]).toArray();
  }

  private static List<TrialNumbers> seen(
      List<Rounds> pilot, List<TrialNumbers> cells, int[] drawn, int count) {
    return IntStream.range(0, cells.size())
        .mapToObj(
            c ->
                new Rounds(
                        Arrays.stream(drawn, 0, count)
                            .mapToObj(pilot.get(c).trials()::get)
                            .toList(),
                        pilot.get(c).independent())
                    .numbers(cells.get(c).binary()))
        .toList();
  }

  /**
   * The rounds that a design without looks needs to tell the mean difference from 0 with some
   * power.
   *
   * @param pair two cells, with {@link #FEWEST} rounds
   * @param most what counts as too many
   */
  public static Power ofFixed(List<TrialNumbers> pair, double power, int most, Confidence c) {
    double[] first = Rounds.of(pair.get(0)).means();
    double[] second = Rounds.of(pair.get(1)).means();
    int rounds = Math.min(first.length, second.length);
    double z =
        GAUSS.inverseCumulativeProbability(1 - c.tail())
            + GAUSS.inverseCumulativeProbability(power);
    int[] needed = new int[c.resamples()];
    int unmet = 0;
    for (int run = 0; run < needed.length; run++) {
      double[] d =
          c.generator(run).ints(rounds, 0, rounds).mapToDouble(i -> first[i] - second[i]).toArray();
      double mean = Arrays.stream(d).average().orElseThrow();
      double squares = Arrays.stream(d).map(v -> (v - mean) * (v - mean)).sum() / (rounds - 1);
      double enough = Math.ceil(z * z * squares / (mean * mean));
      boolean fits = enough <= most; // not where both are 0
      unmet += fits ? 0 : 1;
      needed[run] = fits ? Math.max(2, (int) enough) : most;
    }
    return of(needed, (double) unmet / needed.length);
  }
}
