package io.github.tiltbench.benchmarks.trial;

import io.github.tiltbench.benchmarks.trial.Bare.Call;
import io.github.tiltbench.benchmarks.trial.Bare.Kind;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.run.TrialRunner;
import io.github.tiltbench.study.Cell;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds out which calls a trial makes. */
final class Recorder {
  private final List<Call> calls = new ArrayList<>();

  private Recorder() {}

  /** The calls of a trial, in their order. */
  static List<Call> calls(Cell cell, String prompt) throws InterruptedException {
    Recorder recorder = new Recorder();
    Cell recorded =
        Workload.with(
            cell,
            recorder.model(cell.model().spec()),
            recorder.verifier(cell.verifier().spec()),
            cell.method().part().spec());
    try (TrialRunner trials = new TrialRunner(1)) {
      trials.run(recorded, List.of(cell.trial(prompt, 0)));
    }
    return recorder.calls;
  }

  private ModelSpec model(ModelSpec spec) {
    return new ModelSpec() {
      @Override
      public StateSpace space() {
        return spec.space();
      }

      @Override
      public ReverseProcess reverse() {
        return spec.reverse();
      }

      @Override
      public Denoiser open() {
        return new Recorded(spec.open());
      }
    };
  }

  private VerifierSpec verifier(VerifierSpec spec) {
    return new VerifierSpec() {
      @Override
      public Verifier open(StateSpace space) {
        return new Judging(spec.open(space));
      }

      @Override
      public Optional<String> mismatch(StateSpace space) {
        return spec.mismatch(space);
      }
    };
  }

  private final class Recorded implements Denoiser {
    private final Denoiser denoiser;

    Recorded(Denoiser denoiser) {
      this.denoiser = denoiser;
    }

    @Override
    public StateSpace space() {
      return denoiser.space();
    }

    @Override
    public Prediction denoise(Batch x, int[] level, Condition[] condition) {
      calls.add(new Call(Kind.FORWARD, x.size()));
      return denoiser.denoise(x, level, condition);
    }

    @Override
    public Linearised linearise(Batch x, int[] level, Condition[] condition) {
      calls.add(new Call(Kind.GRADIENT, x.size()));
      return denoiser.linearise(x, level, condition);
    }

    @Override
    public Cost odometer() {
      return denoiser.odometer();
    }

    @Override
    public void close() {
      denoiser.close();
    }
  }

  private final class Judging implements Verifier {
    private final Verifier verifier;

    Judging(Verifier verifier) {
      this.verifier = verifier;
    }

    @Override
    public double[] score(Batch clean, Condition[] condition) {
      calls.add(new Call(Kind.SCORE, clean.size()));
      return verifier.score(clean, condition);
    }

    @Override
    public Gradient gradient(Batch.Reals clean, Condition[] condition) {
      calls.add(new Call(Kind.SLOPE, clean.size()));
      return verifier.gradient(clean, condition);
    }

    @Override
    public void close() {
      verifier.close();
    }
  }
}
