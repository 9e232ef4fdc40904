package io.github.tiltbench.exactness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tiltbench.algorithm.Evaluation;
import io.github.tiltbench.algorithm.Query;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Decoding;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.run.Lab;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A session in which a state of tokens that is not clean yet is worth beta times the log of the
 * mean of exp(r / beta) over all its fills, as if infinitely many completions had been drawn.
 *
 * @param lab whose reward it is
 * @param session that answers all else
 * @param asked what is to be valued by the next question for rewards
 */
public record AllFills(Lab lab, Session session, List<Prediction.Logits> asked) implements Session {
  /** Nothing asked yet. */
  public static AllFills of(Lab lab, Session session) {
    return new AllFills(lab, session, new ArrayList<>());
  }

  @Override
  public Evaluation ask(Query query) {
    if (query.kind() != Query.Kind.REWARD || asked.isEmpty()) {
      return session.ask(query);
    }
    Batch.Tokens x = (Batch.Tokens) query.x();
    List<RowOf> rows =
        asked.stream()
            .flatMap(l -> IntStream.range(0, l.size()).mapToObj(row -> new RowOf(l, row)))
            .toList();
    asked.clear();
    assertEquals(0, x.size() % rows.size()); // perhaps several fillings-in of each
    double[] value = new double[x.size()];
    for (int i = 0; i < value.length; i++) {
      RowOf row = rows.get(i % rows.size());
      value[i] = lab.beta() * Math.log(mean(row.logits(), row.row(), x.row(i), 0));
    }
    return Evaluation.reward(value);
  }

  private record RowOf(Prediction.Logits logits, int row) {}

  private double mean(Prediction.Logits logits, int row, int[] x, int from) {
    int mask = logits.space().mask();
    int at = from;
    while (at < x.length && x[at] != mask) {
      at++;
    }
    if (at == x.length) {
      Batch clean = new Batch.Tokens(x.clone(), x.length);
      return Math.exp(TokenLabs.rewards(lab, clean)[0] / lab.beta());
    }
    double[] log = new double[logits.space().tokens()];
    logits.read(row, at, log);
    double sum = 0;
    for (int v = 0; v < log.length; v++) {
      x[at] = v;
      sum += Math.exp(log[v]) * mean(logits, row, x, at + 1);
    }
    x[at] = mask;
    return sum;
  }

  @Override
  public Batch clean(Prediction prediction, Decoding how, Noise noise) {
    asked.add((Prediction.Logits) prediction);
    return ((Prediction.Logits) prediction).state();
  }

  @Override
  public Noise noise(Purpose purpose, int level) {
    return session.noise(purpose, level);
  }
}
