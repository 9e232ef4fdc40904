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
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a token network says of each mask; the level is irrelevant to it.
 *
 * <p>The network is given sequences, and the places of their masks in the batch, where alone its
 * head computes. Rows go through in parts, so that memory does not grow with the batch but for the
 * logits that are kept.
 */
final class MaskedDenoiser implements Denoiser {
  /** Logits of one forward, at most, unless a single row has more: 256 MB. */
  private static final int LOGITS = 1 << 26;

  /** Rows of one forward, at most. */
  private static final int ROWS = 64;

  private final TorchModule module;
  private final StateSpace.Sequence space;
  private final int mask;
  private final List<Tensor> more;
  private Cost odometer = Cost.ZERO;

  /** A denoiser, which closes the module; masks are the network's too. */
  MaskedDenoiser(TorchModule module, StateSpace.Sequence space) {
    this(module, space, space.mask());
  }

  /**
   * A denoiser, which closes the module.
   *
   * @param space whose ids are the network's
   * @param mask what the network is given for a mask
   * @param more inputs behind the sequences and the places
   */
  MaskedDenoiser(TorchModule module, StateSpace.Sequence space, int mask, Tensor... more) {
    this.module = module;
    this.space = space;
    this.mask = mask;
    this.more = List.of(more);
  }

  @Override
  public StateSpace.Sequence space() {
    return space;
  }

  @Override
  public boolean timeless() {
    return true;
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
    odometer = odometer.plus(Cost.of(x.size(), x.size(), 0));
    Batch.Tokens tokens = (Batch.Tokens) x;
    List<int[]> states = new ArrayList<>();
    for (int row = 0; row < tokens.size(); row++) {
      states.add(tokens.row(row));
    }
    List<TokenLogits> rows = new ArrayList<>();
    for (int from = 0; from < states.size(); from = rows.size()) {
      rows.addAll(forward(states.subList(from, end(states, from))));
    }
    return new Prediction.Logits(tokens, space, rows);
  }

  /** Behind the last row that goes through with a first one. */
  private int end(List<int[]> states, int from) {
    long logits = 0;
    int end = from;
    while (end < Math.min(states.size(), from + ROWS)) {
      logits += (long) masks(states.get(end)) * space.tokens();
      if (end > from && logits > LOGITS) {
        return end;
      }
      end++;
    }
    return end;
  }

  private int masks(int[] state) {
    return (int) Arrays.stream(state).filter(token -> token == space.mask()).count();
  }

  private List<TokenLogits> forward(List<int[]> states) {
    int length = space.length();
    long[] ids = new long[states.size() * length];
    long[] places = new long[states.stream().mapToInt(this::masks).sum()];
    int next = 0;
    for (int i = 0; i < ids.length; i++) {
      int token = states.get(i / length)[i % length];
      ids[i] = token == space.mask() ? mask : token;
      if (token == space.mask()) {
        places[next++] = i;
      }
    }
    List<TokenLogits> rows = new ArrayList<>();
    if (places.length == 0) {
      states.forEach(state -> rows.add(TokenLogits.network(state, space, new float[0])));
      return rows;
    }
    Stream<Tensor> inputs =
        Stream.of(
            new Tensor.Longs(ids, states.size(), length), new Tensor.Longs(places, places.length));
    module.forward(
        logits -> states.forEach(state -> rows.add(row(state, logits))),
        Stream.concat(inputs, more.stream()).toArray(Tensor[]::new));
    return rows;
  }

  private TokenLogits row(int[] state, FloatBuffer logits) {
    float[] own = new float[masks(state) * space.tokens()];
    logits.get(own);
    return TokenLogits.network(state, space, own);
  }

  @Override
  public void close() {
    module.close();
  }
}
