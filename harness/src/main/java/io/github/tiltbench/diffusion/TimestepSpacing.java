package io.github.tiltbench.diffusion;

/**
 * Which training time-steps a short chain visits; integer arithmetic and rounding are those of
 * diffusers' {@code set_timesteps}.
 */
public enum TimestepSpacing {
  /** Multiples of the floor of train/steps, moved up by the offset. */
  LEADING {
    @Override
    int[] grid(int steps, int train, int offset) {
      int[] grid = new int[steps + 1];
      for (int level = 1; level <= steps; level++) {
        grid[level] = (level - 1) * (train / steps) + offset;
      }
      return grid;
    }
  },
  /** From the last time-step down in equal, rounded strides; knows no offset. */
  TRAILING {
    @Override
    int[] grid(int steps, int train, int offset) {
      double stride = (train - (double) train / steps) - train;
      int[] grid = new int[steps + 1];
      for (int level = 1; level <= steps; level++) {
        grid[level] = (int) Math.rint(train + (steps - level) * stride) - 1;
      }
      return grid;
    }
  },
  /** Evenly from the first to the last time-step, rounded; knows no offset. */
  LINSPACE {
    @Override
    int[] grid(int steps, int train, int offset) {
      double stride = steps == 1 ? 0 : (train - 1.0) / (steps - 1);
      int[] grid = new int[steps + 1];
      for (int level = 1; level <= steps; level++) {
        grid[level] = (int) Math.rint((level - 1) * stride);
      }
      return grid;
    }
  };

  /** Time-steps without any check, by level. */
  abstract int[] grid(int steps, int train, int offset);

  /**
   * The training time-step of each level 1..steps; entry 0 is unused.
   *
   * <p>For 62 step counts of 1..1000 (61, 103, 121, ...) {@code trailing} makes the reference
   * append one spurious time-step of -1; the grid here has {@code steps} entries and ends before
   * it.
   *
   * @throws IllegalArgumentException if a time-step would lie outside the training range
   */
  int[] timesteps(int steps, int train, int offset) {
    if (steps < 1 || steps > train) {
      throw new IllegalArgumentException(
          "steps must be 1.." + train + " (num_train_timesteps) but is " + steps);
    }
    int[] grid = grid(steps, train, offset);
    if (grid[steps] >= train) {
      throw new IllegalArgumentException(
          "steps of "
              + steps
              + " with steps_offset "
              + offset
              + " begin at time-step "
              + grid[steps]
              + ", outside 0.."
              + (train - 1));
    }
    return grid;
  }
}
