package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.MaskedChain;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.program.Program;
import io.github.tiltbench.engine.program.Programs;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code kind: base-likelihood}: minus the bits of a free token of a sample under the model that it
 * comes from, without a reward: what a tilt is paid with.
 *
 * <p>Exact for models whose law is known, else by the NELBO of masked diffusion; see {@link
 * MaskedLikelihood}. It opens the model anew and its calls are charged to nobody: a judge only.
 *
 * @param draws of masks a sample, even and at least 20; a known law needs none
 * @param output what it says of a sample
 */
public record BaseLikelihood(int draws, Output output) implements OfModel {
  /** What it takes unless told otherwise. */
  public static final BaseLikelihood DEFAULT = new BaseLikelihood(20, Output.BITS);

  private static final int FEWEST = 20;

  /** What a likelihood says of a sample. */
  public enum Output {
    /** Minus the bits of a free token. */
    BITS,
    /** The variance of these bits over draws of masks. */
    VARIANCE
  }

  /** Refuses few draws and odd numbers of them. */
  public BaseLikelihood {
    if (draws < FEWEST || draws % 2 == 1) {
      throw new IllegalArgumentException("draws must be even and at least 20 but is " + draws);
    }
  }

  /** How far the same bits vary over draws of masks. */
  public BaseLikelihood variance() {
    return new BaseLikelihood(draws, Output.VARIANCE);
  }

  @Override
  public VerifierSpec of(ModelSpec model) {
    return new Bound(this, model);
  }

  /** Never: there is no model yet. */
  @Override
  public Verifier open(StateSpace space) {
    throw new IllegalStateException("a likelihood without a model");
  }

  @Override
  public Optional<String> mismatch(StateSpace space) {
    return Optional.of(
        "it judges only, as one of cross_rewards: its own calls of the model are charged to nobody");
  }

  /**
   * The likelihood under one model.
   *
   * @param asked what of it
   */
  public record Bound(BaseLikelihood asked, ModelSpec model) implements VerifierSpec {
    @Override
    public Verifier open(StateSpace space) {
      return open(space, Programs.unlogged());
    }

    @Override
    public Verifier open(StateSpace space, Programs running) {
      Map<Condition, MaskedChain> known = new HashMap<>(); // a model may read files for a chain
      Function<Condition, MaskedChain> chains =
          c -> known.computeIfAbsent(c, prompt -> (MaskedChain) model.reverse(prompt));
      return model instanceof TokenModel exact
          ? new ExactLikelihood(asked.output, exact.law(), c -> chains.apply(c).template())
          : new MaskedLikelihood(asked, model.open(running), chains);
    }

    @Override
    public Optional<String> mismatch(StateSpace space) {
      return model.reverse() instanceof MaskedChain
          ? Optional.empty()
          : Optional.of("it judges sequences of tokens, not " + space);
    }

    @Override
    public List<Program> programs() {
      return model.programs();
    }

    @Override
    public List<Path> files() {
      return model.files();
    }

    @Override
    public String family() {
      return asked.family();
    }

    @Override
    public Optional<String> note() {
      if (asked.output == Output.VARIANCE) {
        return Optional.of("the variance of the bits of a free token over draws of masks");
      }
      String bits = "minus the bits of a free token under the model without a reward, ";
      if (model instanceof TokenModel) {
        return Optional.of(bits + "exact");
      }
      String draws = " from " + asked.draws + " draws of masks a sample";
      return Optional.of(
          model.bounds()
              ? bits + "bounded from below by the NELBO" + draws
              : bits
                  + "by the pseudo-NELBO"
                  + draws
                  + ": the model was not trained on all rates of masks, so that this bounds no"
                  + " likelihood");
    }
  }
}
