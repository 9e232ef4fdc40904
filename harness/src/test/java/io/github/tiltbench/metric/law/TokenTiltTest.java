package io.github.tiltbench.metric.law;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tiltbench.diffusion.AncestralUnmasking;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.FirstHitting;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.model.Enumerated;
import io.github.tiltbench.model.MarkovChain;
import io.github.tiltbench.verifier.TokenScores;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tilted laws of tokens against published sums and against each other. */
class TokenTiltTest {
  private static final double[] INITIAL = {0.5, 0.3, 0.2};
  private static final double[][] TRANSITION = {{0.6, 0.3, 0.1}, {0.2, 0.5, 0.3}, {0.3, 0.3, 0.4}};
  private static final TokenScores REWARD = new TokenScores(new double[] {0, 0, 1}, 0, -0.5);
  private static final TokenScores ENDS = new TokenScores(new double[] {0, 0, 1}, 1.5, -0.5);

  private static MarkovChain chain(int length, Optional<List<String>> tokens) {
    return new MarkovChain(
        length, INITIAL, TRANSITION, new FirstHitting(), tokens, Optional.empty());
  }

  /** The law of the chain, its ends twice as likely where they are equal if so wished. */
  private static Enumerated listed(double equalEnds, ProcessSpec.Masked process) {
    double[] weights = new double[81];
    for (int i = 0; i < 81; i++) {
      int[] x = {i / 27, i / 9 % 3, i / 3 % 3, i % 3};
      weights[i] = INITIAL[x[0]] * (x[0] == x[3] ? equalEnds : 1);
      for (int j = 1; j < 4; j++) {
        weights[i] *= TRANSITION[x[j - 1]][x[j]];
      }
    }
    return new Enumerated(4, 3, weights, process, Optional.empty(), Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "4, 0.2, 0.052299, 0.402678, 2.5",
    "4, 1.0, 0.789777, 1.369912, 2.5",
    "64, 0.2, 0.483592, 5.058267, 32.5",
    "64, 1.0, 11.517931, 20.686827, 32.5",
    "128, 0.2, 0.943996, 10.025039, 64.5",
    "128, 1.0, 22.961305, 41.291327, 64.5"
  })
  void aMarkovChainHasTheSumsOfItsTransferMatrices(
      int length, double lambda, double log, double mean, double most) {
    TokenTilt tilt =
        TokenTilt.of(chain(length, Optional.empty()), REWARD, 1 / lambda, Condition.NONE);
    assertEquals(log, tilt.logConstant(), 1e-6);
    assertEquals(mean, tilt.meanReward(), 1e-6);
    assertEquals(most, tilt.largestReward());
  }

  @Test
  void aListedLawHasItsSums() {
    TokenTilt tilt = TokenTilt.of(listed(2, new FirstHitting()), ENDS, 1, Condition.NONE);
    assertEquals(1.835141300627, tilt.logConstant(), 1e-11);
    assertEquals(2.822299645888, tilt.meanReward(), 1e-11);
    assertEquals(4, tilt.largestReward());
  }

  @Test
  void bothAgreeWhereTheRewardLooksAtBothEnds() {
    TokenTilt summed = TokenTilt.of(chain(4, Optional.empty()), ENDS, 0.7, Condition.NONE);
    TokenTilt listed = TokenTilt.of(listed(1, new FirstHitting()), ENDS, 0.7, Condition.NONE);
    assertEquals(listed.logConstant(), summed.logConstant(), 1e-12);
    assertEquals(listed.meanReward(), summed.meanReward(), 1e-12);
    assertEquals(listed.largestReward(), summed.largestReward());
  }

  @Test
  void thePromptIsGiven() {
    Optional<List<String>> letters = Optional.of(List.of("a", "b", "c"));
    TokenTilt tilt = TokenTilt.of(chain(3, letters), REWARD, 1, new Condition("b"));
    double z = 0;
    double mean = 0;
    for (int v = 0; v < 3; v++) {
      for (int w = 0; w < 3; w++) {
        double r = (v == 2 ? 1 : 0) + (w == 2 ? 1 : 0) - (v == 1 ? 0.5 : 0) - (v == w ? 0.5 : 0);
        double mass = TRANSITION[1][v] * TRANSITION[v][w] * Math.exp(r);
        z += mass;
        mean += mass * r;
      }
    }
    assertEquals(Math.log(z), tilt.logConstant(), 1e-12);
    assertEquals(mean / z, tilt.meanReward(), 1e-12);
  }

  @Test
  void aGridOfTimesHasAnotherLaw() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> TokenTilt.of(listed(1, new AncestralUnmasking(8)), ENDS, 1, Condition.NONE));
    assertEquals(
        "the law of this chain is not that of the data; that of first-hitting is", e.getMessage());
  }
}
