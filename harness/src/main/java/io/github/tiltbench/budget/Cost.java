package io.github.tiltbench.budget;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An amount of work, unit by unit.
 *
 * @param nfe denoised particles
 * @param rows network rows
 * @param backward particles differentiated through the model
 * @param reward states scored
 * @param decode latents decoded
 */
public record Cost(long nfe, long rows, long backward, long reward, long decode) {
  /** No work. */
  public static final Cost ZERO = new Cost(0, 0, 0, 0, 0);

  /** Refuses negative amounts. */
  public Cost {
    if (nfe < 0 || rows < 0 || backward < 0 || reward < 0 || decode < 0) {
      throw new IllegalArgumentException("a cost is never negative");
    }
  }

  /** The cost of denoising and scoring, for an algorithm without gradients. */
  public static Cost of(long nfe, long rows, long reward) {
    return new Cost(nfe, rows, 0, reward, 0);
  }

  /** The amount of one unit. */
  public long of(Unit unit) {
    return switch (unit) {
      case NFE -> nfe;
      case ROWS -> rows;
      case BACKWARD -> backward;
      case REWARD -> reward;
      case DECODE -> decode;
      case COMPUTE -> nfe + 2 * backward;
    };
  }

  /** The units that are not zero, such as {@code 80 nfe, 160 rows}. */
  @Override
  public String toString() {
    String text =
        Stream.of(Unit.NFE, Unit.ROWS, Unit.BACKWARD, Unit.REWARD, Unit.DECODE)
            .filter(unit -> of(unit) > 0)
            .map(unit -> of(unit) + " " + unit)
            .collect(Collectors.joining(", "));
    return text.isEmpty() ? "nothing" : text;
  }

  /** Both amounts together. */
  public Cost plus(Cost other) {
    return new Cost(
        nfe + other.nfe,
        rows + other.rows,
        backward + other.backward,
        reward + other.reward,
        decode + other.decode);
  }

  /** This amount so many times. */
  public Cost times(long count) {
    return new Cost(count * nfe, count * rows, count * backward, count * reward, count * decode);
  }

  /** The same work where every state that is scored is a latent that is decoded first. */
  public Cost decoding() {
    return new Cost(nfe, rows, backward, reward, decode + reward);
  }

  /** Whether this is no more than another amount, unit by unit. */
  public boolean within(Cost most) {
    return nfe <= most.nfe
        && rows <= most.rows
        && backward <= most.backward
        && reward <= most.reward
        && decode <= most.decode;
  }

  /** What is left of this after an earlier amount of it. */
  public Cost minus(Cost earlier) {
    return new Cost(
        nfe - earlier.nfe,
        rows - earlier.rows,
        backward - earlier.backward,
        reward - earlier.reward,
        decode - earlier.decode);
  }
}
