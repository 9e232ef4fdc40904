package io.github.tiltbench.metric.sample;

import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.Jackknife;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The samples of a cell with the design that made them: which belong to one prompt and which to one
 * independent unit.
 *
 * <p>A unit is a trial, or a sample where those of a trial are independent draws; from 20 prompts
 * on it is a prompt. Units are dealt in turn to at most 20 groups, the same number of every prompt
 * to each as far as that goes; {@link #jackknife} leaves out one group after the other. Every trial
 * weighs the same within its prompt.
 */
public final class Cloud {
  private static final int PROMPTS = 20;
  private static final int GROUPS = 20;

  private final List<Points> units;
  private final int[] prompt;
  private final int[] group;
  private final int prompts;
  private final int[] sizes;
  private final String unit;
  private final boolean weighted;
  private final Memo memo = new Memo();

  /**
   * A cloud.
   *
   * @param trials at least one, in any order
   * @param independent whether the samples of a trial are independent draws given the prompt; they
   *     must then be equally weighted
   */
  public Cloud(List<Points> trials, boolean independent) {
    weighted = trials.stream().anyMatch(Points::weighted);
    if (trials.isEmpty() || (independent && weighted)) {
      throw new IllegalArgumentException("no trials, or independent draws with weights");
    }
    List<String> names = trials.stream().map(Points::prompt).distinct().toList();
    units = (independent ? split(trials) : trials).stream().sorted(byPrompt(names)).toList();
    prompts = names.size();
    prompt = units.stream().mapToInt(u -> names.indexOf(u.prompt())).toArray();
    int[] counts = new int[prompts];
    int[] turn = Arrays.stream(prompt).map(p -> counts[p]++).toArray();
    boolean over = prompts >= PROMPTS;
    int fewest = Arrays.stream(counts).min().orElseThrow();
    int groups = Math.min(GROUPS, over ? prompts : fewest);
    group =
        IntStream.range(0, prompt.length).map(i -> (over ? prompt : turn)[i] % groups).toArray();
    sizes = new int[groups];
    IntStream.range(0, over ? prompts : group.length)
        .forEach(i -> sizes[over ? i % groups : group[i]]++);
    String small = independent ? "draws" : "trials";
    unit = over ? "prompts" : prompts == 1 ? small : small + " in fixed prompts";
  }

  private static Comparator<Points> byPrompt(List<String> names) {
    return Comparator.comparingInt(p -> names.indexOf(p.prompt()));
  }

  private static List<Points> split(List<Points> trials) {
    return trials.stream()
        .flatMap(t -> Arrays.stream(t.rows()).map(row -> Points.of(t.prompt(), row)))
        .toList();
  }

  /** What a metric computes of this cloud once for several numbers. */
  <T> T once(Object key, Supplier<T> compute) {
    return memo.get(key, compute);
  }

  /** Number of independent units. */
  int n() {
    return Arrays.stream(sizes).sum();
  }

  /** Number of groups of units. */
  public int groups() {
    return sizes.length;
  }

  /** Whether some trial has unequal weights. */
  boolean weighted() {
    return weighted;
  }

  /** Number of samples of the prompt that has the fewest. */
  int fewest() {
    return prompts(-1).stream().mapToInt(WeightedPoints::size).min().orElseThrow();
  }

  /** Whether every prompt has the same number of samples, so that pooling weighs them alike. */
  boolean balanced() {
    return prompts(-1).stream().mapToInt(WeightedPoints::size).distinct().count() == 1;
  }

  /** The points of each prompt, without one group; {@code -1} leaves out none. */
  List<WeightedPoints> prompts(int without) {
    List<WeightedPoints> parts = new ArrayList<>();
    for (int p = 0; p < prompts; p++) {
      int asked = p;
      int[] index =
          IntStream.range(0, units.size())
              .filter(i -> prompt[i] == asked && group[i] != without)
              .toArray();
      if (index.length > 0) {
        parts.add(part(index, 1.0 / index.length));
      }
    }
    return parts;
  }

  /** All points without one group, every prompt weighing the same. */
  public WeightedPoints pooled(int without) {
    List<WeightedPoints> parts = prompts(without);
    double[][] rows = parts.stream().flatMap(p -> Arrays.stream(p.rows())).toArray(double[][]::new);
    double[] weights =
        parts.stream()
            .flatMapToDouble(p -> Arrays.stream(p.weights()).map(w -> w / parts.size()))
            .toArray();
    return new WeightedPoints(rows, weights, weighted);
  }

  /** The points of each unit, prompt after prompt. */
  public List<WeightedPoints> byUnit() {
    return IntStream.range(0, units.size()).mapToObj(i -> part(new int[] {i}, 1)).toList();
  }

  /** The group of each unit, prompt after prompt. */
  public int[] groupOfUnit() {
    return group.clone();
  }

  /** The group of each point, in the order of {@link #pooled} without leaving one out. */
  int[] groupOfPoint() {
    return IntStream.range(0, units.size())
        .flatMap(i -> IntStream.generate(() -> group[i]).limit(units.get(i).rows().length))
        .toArray();
  }

  private WeightedPoints part(int[] index, double share) {
    double[][] rows =
        Arrays.stream(index)
            .boxed()
            .flatMap(i -> Arrays.stream(units.get(i).rows()))
            .toArray(double[][]::new);
    double[] weights =
        Arrays.stream(index)
            .boxed()
            .flatMapToDouble(i -> Arrays.stream(units.get(i).weights()).map(w -> w * share))
            .toArray();
    return new WeightedPoints(rows, weights, weighted);
  }

  /** The mean over prompts of a statistic of each, with its interval. */
  Estimate withinPrompts(ToDoubleFunction<WeightedPoints> statistic, double level) {
    return jackknife(
        g -> prompts(g).stream().mapToDouble(statistic).average().orElseThrow(), level);
  }

  /**
   * A statistic with its interval; refused where it is not finite.
   *
   * @param statistic of everything but one group; {@code -1} asks for everything
   */
  public Estimate jackknife(IntToDoubleFunction statistic, double level) {
    return jackknife(statistic, level, 0);
  }

  /**
   * The same for a mean over pairs.
   *
   * @param second its variance where it is zero; see {@link Jackknife}
   */
  public Estimate jackknife(IntToDoubleFunction statistic, double level, double second) {
    Optional<Estimate> few = Jackknife.refusal(sizes, unit);
    if (few.isPresent()) {
      return few.get(); // a statistic of nothing at all is not asked for
    }
    double value = statistic.applyAsDouble(-1);
    double[] left = IntStream.range(0, sizes.length).mapToDouble(statistic).toArray();
    if (!Double.isFinite(value) || !Arrays.stream(left).allMatch(Double::isFinite)) {
      return refused("not defined on these samples");
    }
    return Jackknife.interval(value, left, sizes, unit, level, second);
  }

  /** A refusal with the number of units. */
  public Estimate.Refused refused(String reason) {
    return new Estimate.Refused(reason, n());
  }
}
