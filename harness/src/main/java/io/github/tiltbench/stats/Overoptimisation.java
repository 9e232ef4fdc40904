package io.github.tiltbench.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What guiding by one score does to other scores, against the same sampler without guidance.
 *
 * <p>With score 0 the guide and the others judges that the search never saw,
 *
 * <pre>
 *   z_k = (mean of the algorithm - mean of the base) / sd of the base,
 * </pre>
 *
 * where the standard deviation is that of base samples within a prompt, pooled over prompts. A
 * <i>transfer ratio</i> {@code z_k / z_0} says how much of the guide's gain a judge sees. A judge
 * is <i>flagged</i> where the guide's gain is certain and so is the judge's loss, after Holm over
 * the judges. The <i>index</i> is the mean over judges of {@code max(0, -z_k)}.
 *
 * <p>The samples of a judge that answers 0 or 1 may all be alike without guidance, which leaves no
 * standard deviation to divide by: its change is the difference of shares, paired as all others,
 * and it can be flagged but has no transfer ratio and no part in the index. What cannot be said of
 * one judge is refused for this judge alone.
 *
 * @param guide the guide's z
 * @param judges one finding a judge, in the order given
 * @param index the index over judges with a z; its interval follows from intervals of all their z
 *     that hold at once
 */
public record Overoptimisation(Estimate guide, List<Finding> judges, Estimate index) {
  private static final String METHOD = "bootstrap";

  /** Copies the list. */
  public Overoptimisation {
    judges = List.copyOf(judges);
  }

  /**
   * Scores by one verifier.
   *
   * @param name of the verifier
   * @param pair the algorithm's cell and the base sampler's
   * @param larger whether larger scores are better
   */
  public record Score(String name, Matched pair, boolean larger) {
    /** The same in the scale of its values, which no z depends on. */
    private Score scaled() {
      return new Score(name, Scale.of(pair.cells()).in(pair), larger);
    }

    private int sign() {
      return larger ? 1 : -1;
    }
  }

  /**
   * What a judge says.
   *
   * @param z its change in standard deviations of the base, or the difference of shares of a judge
   *     that answers 0 or 1; larger is better
   * @param transfer z over that of the guide; refused where the guide's interval contains zero
   * @param test of no change in the mean, adjusted by Holm over the judges
   * @param flagged whether the search gained by the guide at this judge's cost
   */
  public record Finding(
      String judge, Estimate z, Estimate transfer, TestResult test, boolean flagged) {}

  /**
   * All statistics of one algorithm.
   *
   * @param guide the score that guided the search
   * @param judges scores by verifiers that it never saw, at least one, on the same units
   */
  public static Overoptimisation of(Score guide, List<Score> judges, Confidence c) {
    if (judges.isEmpty()) {
      throw new IllegalArgumentException("no judges");
    }
    Optional<Estimate.Refused> refusal = refusal(guide);
    return refusal.isPresent()
        ? refused(judges, refusal.get())
        : found(guide.scaled(), judges.stream().map(Score::scaled).toList(), c);
  }

  private static Optional<Estimate.Refused> refusal(Score score) {
    Matched pair = score.pair();
    if (pair.meanless().isPresent()) {
      return pair.meanless();
    }
    for (TrialNumbers.Prompt prompt : base(score).prompts()) {
      if (prompt.trials().stream().mapToInt(WeightedDraws::size).sum() < 2) {
        return Optional.of(
            new Estimate.Refused("z needs 2 base samples of each prompt; there is 1", pair.n()));
      }
    }
    boolean flat = base(score).prompts().stream().allMatch(Overoptimisation::flat);
    return flat
        ? Optional.of(
            new Estimate.Refused(
                "scores of the base by " + score.name() + " do not vary", pair.n()))
        : JointMeans.refusal(pair.means(), "z");
  }

  /** Whether a judge answers 0 or 1. */
  private static boolean binary(Score score) {
    return score.pair().cells().stream().allMatch(TrialNumbers::binary);
  }

  private static boolean flat(TrialNumbers.Prompt prompt) {
    double first = prompt.trials().get(0).value(0);
    return prompt.trials().stream().allMatch(t -> t.all(first));
  }

  private static Overoptimisation refused(List<Score> judges, Estimate.Refused r) {
    TestResult verdict = new TestResult.Refused(r.reason(), r.n());
    return new Overoptimisation(
        r, judges.stream().map(j -> new Finding(j.name(), r, r, verdict, false)).toList(), r);
  }

  private static TrialNumbers base(Score score) {
    return score.pair().cells().get(1);
  }

  /**
   * By prompt, trial and column: first each score's oriented difference, then what each base trial
   * adds to the unbiased variance within its prompt, so that the mean over the prompt's trials is
   * that variance.
   */
  private static double[][][] columns(List<Score> scores) {
    int width = scores.size();
    double[][][] values =
        Arrays.stream(scores.get(0).pair().means())
            .map(p -> new double[p.length][2 * width])
            .toArray(double[][][]::new);
    for (int k = 0; k < width; k++) {
      double[][] d = Paired.differences(scores.get(k).pair());
      List<TrialNumbers.Prompt> prompts = base(scores.get(k)).prompts();
      for (int p = 0; p < values.length; p++) {
        double[] v = spreads(prompts.get(p));
        for (int t = 0; t < values[p].length; t++) {
          values[p][t][k] = scores.get(k).sign() * d[p][t];
          values[p][t][width + k] = v[t];
        }
      }
    }
    return values;
  }

  private static double[] spreads(TrialNumbers.Prompt prompt) {
    double size = prompt.trials().stream().mapToInt(WeightedDraws::size).sum();
    double mean = prompt.mean();
    return prompt.trials().stream()
        .mapToDouble(t -> t.squaresAbout(mean) * size / (size - 1))
        .toArray();
  }

  /** The z of every score from the means of {@link #columns}. */
  private static double[] z(double[] means) {
    int width = means.length / 2;
    return IntStream.range(0, width)
        .mapToDouble(k -> means[k] / Math.sqrt(means[width + k]))
        .toArray();
  }

  private static Overoptimisation found(Score guide, List<Score> judges, Confidence c) {
    Map<Score, Estimate.Refused> without = new HashMap<>();
    judges.stream()
        .filter(j -> !binary(j))
        .forEach(j -> refusal(j).ifPresent(r -> without.put(j, r)));
    List<Score> graded = new ArrayList<>(List.of(guide));
    judges.stream().filter(j -> !binary(j) && !without.containsKey(j)).forEach(graded::add);
    Joint joint = Joint.of(graded, c);
    for (int k = joint.spreadless(); k >= 0; k = joint.spreadless()) {
      Estimate.Refused reason = hardlyVaries(graded.get(k), joint.panel());
      if (k == 0) {
        return refused(judges, reason);
      }
      without.put(graded.remove(k), reason);
      joint = Joint.of(graded, c);
    }
    Estimate gain = joint.z(0, c);
    boolean gained = gain instanceof Estimate.Interval i && i.low() > 0;
    List<TestResult> tests =
        Multiplicity.holm(judges.stream().map(j -> Paired.signFlips(j.pair(), c)).toList());
    List<Finding> findings = new ArrayList<>();
    for (int j = 0; j < judges.size(); j++) {
      Score judge = judges.get(j);
      int k = graded.lastIndexOf(judge);
      if (without.containsKey(judge)) {
        Estimate.Refused r = without.get(judge);
        TestResult untested = new TestResult.Refused(r.reason(), r.n());
        findings.add(new Finding(judge.name(), r, r, untested, false));
      } else if (k < 1) {
        findings.add(shares(judge, tests.get(j), gained, c));
      } else {
        boolean lost = joint.value()[k] < 0 && certain(tests.get(j), c);
        findings.add(
            new Finding(
                judge.name(),
                joint.z(k, c),
                transfer(joint.panel(), joint.value(), joint.stars(), k, gain, c),
                tests.get(j),
                gained && lost));
      }
    }
    Estimate index =
        graded.size() == 1
            ? new Estimate.Refused("no judge has a z", joint.panel().n())
            : index(joint.value(), joint.stars(), joint.panel(), c);
    return new Overoptimisation(gain, findings, index);
  }

  private static boolean certain(TestResult test, Confidence c) {
    return test instanceof TestResult.Tested t && t.p() <= 1 - c.level();
  }

  private static Estimate.Refused hardlyVaries(Score score, JointMeans panel) {
    return new Estimate.Refused(
        "too few scores of the base by " + score.name() + " differ: in some resamples none do",
        panel.n());
  }

  /** What a judge says whose answers are 0 and 1. */
  private static Finding shares(Score judge, TestResult test, boolean gained, Confidence c) {
    Matched pair = judge.pair();
    double first = pair.cells().get(0).values()[0];
    if (pair.cells().stream().flatMap(TrialNumbers::draws).allMatch(t -> t.all(first))) {
      String reason = judge.name() + " never varies: it is " + (int) first + " for every sample";
      Estimate none = new Estimate.Refused(reason, pair.n());
      return new Finding(judge.name(), none, none, new TestResult.Refused(reason, pair.n()), false);
    }
    Estimate change = oriented(Paired.mean(pair, c), judge.sign());
    Estimate ratio =
        new Estimate.Refused(judge.name() + " answers 0 or 1: it has no transfer ratio", pair.n());
    boolean lost = change instanceof Estimate.Interval i && i.value() < 0 && certain(test, c);
    return new Finding(judge.name(), change, ratio, test, gained && lost);
  }

  private static Estimate oriented(Estimate change, int sign) {
    if (!(change instanceof Estimate.Interval i)) {
      return change;
    }
    String method = "difference of shares, " + i.method();
    return sign > 0
        ? new Estimate.Interval(i.value(), i.low(), i.high(), i.level(), method, i.n())
        : new Estimate.Interval(-i.value(), -i.high(), -i.low(), i.level(), method, i.n());
  }

  /**
   * The z of several scores, resampled at once.
   *
   * @param value of the data, a score each
   * @param stars of each resample
   */
  private record Joint(JointMeans panel, double[] value, double[][] stars) {
    static Joint of(List<Score> scores, Confidence c) {
      JointMeans panel = JointMeans.of(columns(scores));
      return new Joint(
          panel,
          Overoptimisation.z(panel.means()),
          Arrays.stream(panel.replicates(c)).map(Overoptimisation::z).toArray(double[][]::new));
    }

    /** The first score without spread in some resample, or -1. */
    int spreadless() {
      return IntStream.range(0, value.length)
          .filter(k -> !Arrays.stream(column(stars, k)).allMatch(Double::isFinite))
          .findFirst()
          .orElse(-1);
    }

    Estimate z(int k, Confidence c) {
      return panel.percentile(value[k], column(stars, k), c, METHOD);
    }
  }

  private static double[] column(double[][] stars, int k) {
    return Arrays.stream(stars).mapToDouble(s -> s[k]).toArray();
  }

  private static Estimate transfer(
      JointMeans panel, double[] z, double[][] stars, int k, Estimate guide, Confidence c) {
    if (guide instanceof Estimate.Interval i && (i.low() > 0 || i.high() < 0)) {
      double[] ratios = Arrays.stream(stars).mapToDouble(s -> s[k] / s[0]).toArray();
      return panel.percentile(z[k] / z[0], ratios, c, METHOD);
    }
    return new Estimate.Refused("no transfer ratio: the guide's own gain may be zero", panel.n());
  }

  private static Estimate index(double[] z, double[][] stars, JointMeans panel, Confidence c) {
    double[] judges = Arrays.copyOfRange(z, 1, z.length);
    double[][] theirs =
        Arrays.stream(stars).map(s -> Arrays.copyOfRange(s, 1, s.length)).toArray(double[][]::new);
    double low = 0;
    double high = 0;
    double value = 0;
    for (Estimate e : new MaxT(judges, theirs, panel, c).band()) {
      if (!(e instanceof Estimate.Interval i)) {
        return e;
      }
      value += Math.max(0, -i.value()) / judges.length;
      low += Math.max(0, -i.high()) / judges.length;
      high += Math.max(0, -i.low()) / judges.length;
    }
    String method = "max-t bootstrap, " + panel.unit();
    return new Estimate.Interval(value, low, high, c.level(), method, panel.n());
  }
}
