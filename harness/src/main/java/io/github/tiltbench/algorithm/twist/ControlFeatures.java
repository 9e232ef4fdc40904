package io.github.tiltbench.algorithm.twist;

/** What a linear push may depend on. */
public enum ControlFeatures {
  /** Nothing: one vector, a number a coordinate. */
  CONSTANT {
    @Override
    int count(int width) {
      return 1;
    }

    @Override
    void fill(double[] x, double[] clean, int at, double[] features) {
      features[0] = 1;
    }
  },
  /**
   * Each coordinate on its own clean estimate and state, by three numbers (1, clean, x) that all
   * coordinates share: brightness and contrast of an image.
   */
  SHARED {
    @Override
    int count(int width) {
      return 3;
    }

    @Override
    int outputs(int width) {
      return 1;
    }

    @Override
    void fill(double[] x, double[] clean, int at, double[] features) {
      features[0] = 1;
      features[1] = clean[at];
      features[2] = x[at];
    }
  },
  /** Each coordinate on all of the clean estimate and the state: for few dimensions. */
  LINEAR {
    @Override
    int count(int width) {
      return 2 * width + 1;
    }

    @Override
    void fill(double[] x, double[] clean, int at, double[] features) {
      int width = features.length / 2;
      features[0] = 1;
      System.arraycopy(clean, at, features, 1, width);
      System.arraycopy(x, at, features, 1 + width, width);
    }
  };

  /** Features of one regression. */
  abstract int count(int width);

  /** Coordinates that one feature vector explains, each by numbers of its own. */
  int outputs(int width) {
    return width;
  }

  /**
   * The features of the {@link #outputs} coordinates that start at an index of a batch's data.
   *
   * @param features is filled
   */
  abstract void fill(double[] x, double[] clean, int at, double[] features);
}
