package io.github.tiltbench.metric.law;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.metric.MetricFamily;
import io.github.tiltbench.metric.sample.Cloud;
import io.github.tiltbench.metric.sample.Distance;
import io.github.tiltbench.metric.sample.Points;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.study.Study;
import io.github.tiltbench.study.Toys;
import io.github.tiltbench.verifier.Linear;
import io.github.tiltbench.verifier.Quadratic;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LawTest {
  private static final Study STUDY =
      Toys.study(
          """
          study: laws
          seed: 1
          repetitions: 1
          count: 1
          models:
            line: {kind: gaussian, mean: [1.0, -0.5], variance: [0.5, 2.0], process: &p {kind: ddim, steps: 8, eta: 1.0, scheduler: {clip_sample: false}}}
            clipped: {kind: gaussian, mean: [1.0], variance: [0.5], process: {kind: ddim, steps: 8, eta: 1.0, scheduler: {clip_sample: true}}}
            modes: {kind: gaussian-mixture, weights: [0.3, 0.7], means: [[-2, 0], [1.5, 1]], variances: [[0.2, 0.2], [0.5, 0.1]],
                    process: {kind: ddim, steps: 8, eta: 1.0, scheduler: {clip_sample: false}}}
            words: {kind: markov-chain, length: 2, initial: [0.5, 0.5], transition: [[0.5, 0.5], [0.5, 0.5]], process: {kind: ancestral, steps: 2}}
          verifiers:
            push: {kind: linear, coefficients: [0.4, 0.2]}
          beta: 1.0
          algorithms: [pretrained]
          budgets: {unit: nfe, per: sample, at: [8]}
          """
              .replace("&p ", ""));

  private final Laws laws = new Laws(7);

  private static ModelSpec model(int index) {
    return STUDY.models().get(index).spec();
  }

  private Law law(int model, VerifierSpec verifier, double beta) {
    LawTarget target = laws.of(model(model), verifier, beta);
    return assertInstanceOf(Law.class, target, target::toString);
  }

  /** The closed form against weighted chains of the same model, within four standard errors. */
  @Test
  void closedFormIsThatOfTheDiscretisedChain() {
    Linear push = new Linear(new double[] {0.4, -0.2}, 3);
    Quadratic pull = new Quadratic(new double[] {0.5, 0.5}, 0.8);
    for (VerifierSpec reward : List.<VerifierSpec>of(push, pull)) {
      Law closed = law(0, reward, 0.5);
      assertTrue(closed.exact());
      Law chains =
          assertInstanceOf(
              Law.class, laws.weighted(model(0), reward, 0.5, closed.modes()), "chains");
      double ess = 1 / Arrays.stream(chains.weights()).map(w -> w * w).sum();
      for (int k = 0; k < 2; k++) {
        double variance = closed.covariance()[k][k];
        assertEquals(closed.mean()[k], chains.mean()[k], 4 * Math.sqrt(variance / ess));
        assertEquals(variance, chains.covariance()[k][k], 4 * variance * Math.sqrt(2 / ess));
      }
    }
    // eight steps are far from the limit: the data's own variances are not the chain's
    Law untilted = law(0, new Linear(new double[] {0, 0}, 0), 1);
    assertTrue(Math.abs(untilted.covariance()[0][0] - 0.5) > 0.01);
  }

  @Test
  void lawsThatAreNotKnownSayWhy() {
    Linear one = new Linear(new double[] {1}, 0);
    assertTrue(law(1, one, 1).name().contains("chains of the model, weighted, ESS"));
    Linear push = new Linear(new double[] {1, 0.5}, 0);
    assertEquals(
        "the law of this model is not known in closed form",
        assertInstanceOf(LawTarget.Unknown.class, laws.of(model(3), push, 1)).reason());
    String reason =
        assertInstanceOf(LawTarget.Unknown.class, laws.of(model(2), push, 0.01)).reason();
    assertTrue(reason.matches("the law is known by .* ESS \\d+ only, under 1000"), reason);
  }

  /** Trials of weighted draws from the law's own points, whose weights are taken back. */
  private static Cloud drawn(Law law, SplittableRandom random, int trials, int size, double shift) {
    double[] cumulated = law.weights().clone();
    Arrays.parallelPrefix(cumulated, Double::sum);
    List<Points> all = new ArrayList<>();
    for (int t = 0; t < trials; t++) {
      double[][] rows = new double[size][];
      for (int i = 0; i < size; i++) {
        int at = Arrays.binarySearch(cumulated, random.nextDouble());
        rows[i] = law.points()[Math.min(cumulated.length - 1, at < 0 ? -at - 1 : at)].clone();
        rows[i][0] += shift;
      }
      all.add(Points.of("-", rows));
    }
    return new Cloud(all, false);
  }

  private static Estimate.Interval interval(Distance<Law> metric, Cloud cloud, Law law) {
    Estimate e = metric.estimate(cloud, law, 0.95);
    return assertInstanceOf(Estimate.Interval.class, e, e::toString);
  }

  @Test
  void errorsAreAboutZeroUnderTheLawAndSeeAShift() {
    Law law = law(2, new Linear(new double[] {0.4, 0.2}, 0), 1);
    SplittableRandom random = new SplittableRandom(3);
    for (LawError.Of of : LawError.Of.values()) {
      LawError error = new LawError(of);
      double sum = 0;
      double squares = 0;
      int n = 60;
      int hits = 0;
      for (int k = 0; k < n; k++) {
        Estimate.Interval e = interval(error, drawn(law, random, 20, 10, 0), law);
        hits += e.low() <= 0 && 0 <= e.high() ? 1 : 0;
        double v = e.value();
        sum += v;
        squares += v * v;
      }
      double mean = sum / n;
      double se = Math.sqrt((squares / n - mean * mean) / n);
      assertEquals(0, mean, 4 * se, of.toString());
      // four standard errors under 95 % of 60
      assertTrue(hits >= 51, of + " covered " + hits);
      Estimate.Interval off = interval(error, drawn(law, random, 20, 20, 1.5), law);
      assertTrue(off.low() > 0, of + ": " + off);
      assertTrue(off.method().contains("; law of 40000 chains"), off.method());
    }
    double total = law.covariance()[0][0] + law.covariance()[1][1];
    Estimate.Interval shifted =
        interval(new LawError(LawError.Of.MEAN), drawn(law, random, 40, 50, 1.5), law);
    double error = 2 * 1.5 * Math.sqrt(law.covariance()[0][0] / 2000) / total;
    assertEquals(2.25 / total, shifted.value(), 4 * error);
  }

  @Test
  void slicedDistanceOfAShiftAndItsFloor() {
    Law law = law(0, new Linear(new double[] {0, 0}, 0), 1);
    SplittableRandom random = new SplittableRandom(4);
    Estimate.Interval same = interval(new SlicedDistance(), drawn(law, random, 20, 20, 0), law);
    double floor = Double.parseDouble(same.method().substring(same.method().lastIndexOf(' ') + 1));
    assertEquals(floor, same.value(), 0.6 * floor);
    // a shift of 3 along one axis is 3 |cos| along a line, 3 / sqrt 2 in the mean square
    Estimate.Interval far = interval(new SlicedDistance(), drawn(law, random, 20, 50, 3), law);
    assertEquals(3 / Math.sqrt(2), far.value(), 0.2);
    assertEquals(
        "the law has one mode",
        assertInstanceOf(
                Estimate.Refused.class,
                new LawError(LawError.Of.MODES).estimate(drawn(law, random, 5, 5, 0), law, 0.95))
            .reason());
  }

  /** One sample, or all samples far away or in one place: a number or a reason. */
  @Test
  void degenerateSamplesAreRefused() {
    for (int model : new int[] {0, 2}) {
      Law law = law(model, new Linear(new double[] {0.4, -0.2}, 3), 1);
      for (double far : new double[] {0, 0.1, 1e74}) {
        for (int trials : new int[] {1, 2, 3, 20}) {
          List<Points> points =
              IntStream.range(0, trials)
                  .mapToObj(t -> Points.of("p", new double[] {far, far * (t % 2)}))
                  .toList();
          for (Distance<Law> distance : MetricFamily.LAW.fromLaw()) {
            Estimate e = distance.estimate(new Cloud(points, true), law, 0.95);
            boolean number = e instanceof Estimate.Interval i && trials >= 5 && i.low() <= i.high();
            boolean reason = e instanceof Estimate.Refused r && !r.reason().isBlank();
            assertTrue(number || reason, distance.name() + " at " + far + " of " + trials + e);
          }
        }
      }
    }
  }
}
