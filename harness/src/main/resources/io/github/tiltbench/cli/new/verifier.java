package %room%;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.Optional;

/**
 * Minus the distance of a state's mean from a number.
 *
 * @param target the number; a component of the record is a key in a study
 */
public record %type%(double target) implements VerifierSpec {
  @Override
  public Optional<String> mismatch(StateSpace space) {
    return space instanceof StateSpace.Euclidean
        ? Optional.empty()
        : Optional.of("%name% scores real-valued states");
  }

  @Override
  public Verifier open(StateSpace space) {
    return (clean, condition) -> {
      double[] x = ((Batch.Reals) clean).data();
      int size = x.length / clean.size();
      double[] score = new double[clean.size()];
      for (int row = 0; row < score.length; row++) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
          sum += x[row * size + i];
        }
        score[row] = -Math.abs(sum / size - target);
      }
      return score;
    };
  }
}
