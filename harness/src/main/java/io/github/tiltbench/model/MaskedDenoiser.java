package io.github.tiltbench.model;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.TokenLogits;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A network's conditionals of the tokens at masked positions, which alone go through its last
 * layer; neither level nor condition is told to it.
 */
final class MaskedDenoiser implements Denoiser {
  /** Rows of one forward. */
  private static final int MICRO_BATCH = 64;

  private final TorchModule module;
  private final StateSpace.Sequence space;
  private Cost odometer = Cost.ZERO;

  /**
   * A denoiser, which closes the network.
   *
   * @param module gives the logits at flat positions of all rows
   */
  MaskedDenoiser(TorchModule module, StateSpace.Sequence space) {
    this.module = module;
    this.space = space;
  }

  @Override
  public StateSpace.Sequence space() {
    return space;
  }

  @Override
  public boolean batched() {
    return true;
  }

  @Override
  public Cost odometer() {
    return odometer;
  }

  @Override
  public Prediction.Logits denoise(Batch x, int[] level, Condition[] condition) {
    Batch.Tokens states = (Batch.Tokens) x;
    List<TokenLogits> rows = new ArrayList<>();
    for (int from = 0; from < states.size(); from += MICRO_BATCH) {
      rows.addAll(part(states, from, Math.min(MICRO_BATCH, states.size() - from)));
    }
    odometer = odometer.plus(Cost.of(states.size(), states.size(), 0));
    return new Prediction.Logits(states, space, rows);
  }

  private List<TokenLogits> part(Batch.Tokens states, int from, int count) {
    int length = space.length();
    int[] tokens = Arrays.copyOfRange(states.data(), from * length, (from + count) * length);
    long[] masks =
        IntStream.range(0, tokens.length)
            .filter(at -> tokens[at] == space.mask())
            .asLongStream()
            .toArray();
    float[] logits = masks.length == 0 ? new float[0] : logits(tokens, masks);
    List<TokenLogits> rows = new ArrayList<>();
    int taken = 0;
    for (int row = 0; row < count; row++) {
      int[] state = Arrays.copyOfRange(tokens, row * length, (row + 1) * length);
      int masked = (int) Arrays.stream(state).filter(token -> token == space.mask()).count();
      int to = taken + masked * space.tokens();
      rows.add(TokenLogits.network(state, space, Arrays.copyOfRange(logits, taken, to)));
      taken = to;
    }
    return rows;
  }

  private float[] logits(int[] tokens, long[] masks) {
    long[] x = Arrays.stream(tokens).asLongStream().toArray();
    return module
        .forward(
            new Tensor.Longs(x, x.length / space.length(), space.length()),
            new Tensor.Longs(masks, masks.length))
        .get(0)
        .data();
  }

  @Override
  public void close() {
    module.close();
  }
}
