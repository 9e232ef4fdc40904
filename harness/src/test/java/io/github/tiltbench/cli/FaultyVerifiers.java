package io.github.tiltbench.cli;

import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.study.Extension;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.List;
import java.util.Optional;

/**
 * Verifiers that break their contract, or admit nothing, for the prompt {@code b}; found as a third
 * party's are.
 */
public final class FaultyVerifiers implements Extension {
  @Override
  public List<CatalogueEntry<VerifierSpec>> verifiers() {
    return List.of(CatalogueEntry.of("faulty", new Faulty(Fault.UNDEFINED)));
  }

  /** What goes wrong. */
  public enum Fault {
    UNDEFINED,
    SHORT,
    THROWS,
    INFINITE,
    INADMISSIBLE,
    SLOPE
  }

  /** Scores zero, but for prompt b. */
  public record Faulty(Fault fault) implements VerifierSpec {
    @Override
    public Verifier open(StateSpace space) {
      return new Verifier() {
        @Override
        public double[] score(Batch clean, Condition[] condition) {
          return Faulty.this.score(clean, condition);
        }

        @Override
        public boolean differentiable() {
          return true;
        }

        @Override
        public Gradient gradient(Batch.Reals clean, Condition[] condition) {
          double[] gradient = new double[clean.data().length];
          for (int i = 0; i < gradient.length; i++) {
            boolean bad = fault == Fault.SLOPE && condition[i / clean.width()].text().equals("b");
            gradient[i] = bad ? Double.NaN : 0;
          }
          double[] score = score(clean, condition);
          return new Gradient(score, new Batch.Reals(gradient, clean.item()));
        }
      };
    }

    @Override
    public boolean differentiable() {
      return true;
    }

    private double[] score(Batch clean, Condition[] condition) {
      double[] score = new double[clean.size()];
      for (int i = 0; i < score.length; i++) {
        if (condition[i].text().equals("b")) {
          switch (fault) {
            case UNDEFINED -> score[i] = Double.NaN;
            case INFINITE -> score[i] = Double.POSITIVE_INFINITY;
            case INADMISSIBLE -> score[i] = Double.NEGATIVE_INFINITY;
            case SLOPE -> score[i] = 0;
            case SHORT -> {
              return new double[1];
            }
            case THROWS -> throw new IllegalStateException("the judge is asleep");
          }
        }
      }
      return score;
    }

    @Override
    public Optional<String> mismatch(StateSpace space) {
      return Optional.empty();
    }
  }
}
