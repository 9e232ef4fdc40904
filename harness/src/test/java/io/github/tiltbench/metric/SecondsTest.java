package io.github.tiltbench.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.stats.Confidence;
import io.github.tiltbench.stats.Estimate;
import io.github.tiltbench.stats.TrialNumbers;
import io.github.tiltbench.stats.WeightedDraws;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecondsTest {
  private static Estimate of(double... seconds) {
    List<WeightedDraws> trials = Arrays.stream(seconds).mapToObj(WeightedDraws::of).toList();
    return new Seconds()
        .estimate(
            new TrialNumbers(List.of(new TrialNumbers.Prompt("-", trials)), false),
            Confidence.standard(1));
  }

  /** A time that several trials share is no measurement of each. */
  @Test
  void sharedTimesAreRefused() {
    assertTrue(of(1, 1.5, 2, 2.5) instanceof Estimate.Interval);
    assertEquals(
        "trials that ran together share their time; run --cohort 1 times each",
        ((Estimate.Refused) of(1, 1.5, 1.5, 2)).reason());
  }
}
