package io.github.tiltbench.model.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NgramsTest {
  /** Tokens 0 and 1; 2 is the end, 3 what stands before a sequence. */
  private static final List<int[]> TRAINING =
      List.of(new int[] {0, 1}, new int[] {0, 1}, new int[] {1});

  @Test
  void frequenciesAreDiscountedAndTheRestIsSharedEvenly() {
    // Counts 2, 3, 3 of 8; three kinds give up 0.75 each.
    double share = 3 * 0.75 / 8 / 3;
    Ngrams one = new Ngrams(TRAINING, 1, 3);
    assertEquals(1.25 / 8 + share, one.probability(List.of(), 0), 1e-12);
    assertEquals(2.25 / 8 + share, one.probability(List.of(), 2), 1e-12);
  }

  @Test
  void shorterContextsCountWhatTheyContinue() {
    // Kinds of pairs: (3,0) (3,1) (0,1) (1,2): 0 and 2 continue one token, 1 two.
    double unigram = (2 - 0.75) / 4 + 3 * 0.75 / 4 / 3;
    // After a beginning: 0 twice, 1 once.
    double expected = (1 - 0.75) / 3 + 2 * 0.75 / 3 * unigram;
    Ngrams two = new Ngrams(TRAINING, 2, 3);
    assertEquals(expected, two.probability(List.of(3), 1), 1e-12);
    // After an end nothing was seen.
    assertEquals(unigram, two.probability(List.of(2), 1), 1e-12);
  }

  @Test
  void probabilitiesSumToOneAndSequencesPayForOneEnd() {
    Ngrams three = new Ngrams(TRAINING, 3, 3);
    double sum = IntStream.range(0, 3).mapToDouble(t -> three.probability(List.of(3, 0), t)).sum();
    assertEquals(1, sum, 1e-12);
    double nats =
        -Math.log(three.probability(List.of(3, 3), 1))
            - Math.log(three.probability(List.of(3, 1), 2));
    assertEquals(nats, three.nats(new int[] {1}), 1e-12);
  }
}
