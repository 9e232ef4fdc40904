package io.github.tiltbench.engine.network;

import io.github.tiltbench.engine.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.apache.commons.math3.special.Erf;

/**
 * A {@link MaskedTransformer} in doubles, written down from its definition, position by position.
 */
record PlainTransformer(MaskedTransformer network, Map<String, Tensor.Floats> weights) {
  private static final int HALF_REACH = 3;

  /** The logits at a position of one sequence. */
  double[] logits(int[] state, int position) {
    double[][] h = new double[state.length][];
    for (int i = 0; i < state.length; i++) {
      h[i] = row("embed", state[i]);
    }
    for (int block = 0; block < network.blocks(); block++) {
      String name = "b" + block;
      h = added(h, attention(name, h));
      double[][] u = normed(name + "_n2", h);
      for (int i = 0; i < h.length; i++) {
        double[] hidden =
            Arrays.stream(linear(name + "_1", u[i])).map(PlainTransformer::gelu).toArray();
        h[i] = added(h[i], linear(name + "_2", hidden));
      }
    }
    return linear("head", normed("leave", h)[position]);
  }

  private static double gelu(double x) {
    return x / 2 * (1 + Erf.erf(x / Math.sqrt(2)));
  }

  private double[][] attention(String name, double[][] h) {
    double[][] normed = normed(name + "_n1", h);
    double[][] u = new double[h.length][];
    for (int i = 0; i < h.length; i++) {
      u[i] = normed[i].clone();
      for (int k = -HALF_REACH; k <= HALF_REACH; k++) {
        for (int c = 0; i + k >= 0 && i + k < h.length && c < u[i].length; c++) {
          u[i][c] += row(name + "_c_w", c)[k + HALF_REACH] * normed[i + k][c];
        }
      }
    }
    int head = network.width() / network.heads();
    double[][] out = new double[h.length][network.width()];
    for (int a = 0; a < network.heads(); a++) {
      double[][][] qkv = new double[3][h.length][];
      for (int i = 0; i < h.length; i++) {
        double[] all = linear(name + "_qkv", u[i]);
        for (int part = 0; part < 3; part++) {
          int from = part * network.width() + a * head;
          double[] slice = Arrays.copyOfRange(all, from, from + head);
          qkv[part][i] = part < 2 ? turned(slice, i) : slice;
        }
      }
      for (int i = 0; i < h.length; i++) {
        double[] attended = attended(qkv, i);
        System.arraycopy(attended, 0, out[i], a * head, head);
      }
    }
    for (int i = 0; i < h.length; i++) {
      out[i] = linear(name + "_o", out[i]);
    }
    return out;
  }

  private static double[] attended(double[][][] qkv, int i) {
    int head = qkv[0][i].length;
    double[] out = new double[head];
    double norm = 0;
    for (int j = 0; j < qkv[1].length; j++) {
      double weight = Math.exp(dot(qkv[0][i], qkv[1][j]) / Math.sqrt(head));
      norm += weight;
      for (int c = 0; c < head; c++) {
        out[c] += weight * qkv[2][j][c];
      }
    }
    double all = norm;
    return Arrays.stream(out).map(x -> x / all).toArray();
  }

  private static double[] turned(double[] x, int position) {
    double[] y = x.clone();
    int half = x.length / 2;
    for (int c = 0; c < half; c++) {
      double angle = position * Math.pow(10_000, -2.0 * c / x.length);
      y[c] = x[c] * Math.cos(angle) - x[c + half] * Math.sin(angle);
      y[c + half] = x[c + half] * Math.cos(angle) + x[c] * Math.sin(angle);
    }
    return y;
  }

  private double[][] normed(String name, double[][] h) {
    double[] scale = row(name + "_w", 0);
    double[] shift = row(name + "_b", 0);
    double[][] out = new double[h.length][];
    for (int i = 0; i < h.length; i++) {
      double mean = Arrays.stream(h[i]).average().orElseThrow();
      double variance =
          Arrays.stream(h[i]).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
      out[i] = h[i].clone();
      for (int c = 0; c < out[i].length; c++) {
        out[i][c] = (out[i][c] - mean) / Math.sqrt(variance + 1e-5) * scale[c] + shift[c];
      }
    }
    return out;
  }

  private double[] linear(String name, double[] x) {
    double[] y = row(name + "_b", 0);
    for (int k = 0; k < y.length; k++) {
      y[k] += dot(row(name + "_w", k), x);
    }
    return y;
  }

  /** A row of a matrix, or all of a vector. */
  private double[] row(String name, int index) {
    Tensor.Floats tensor = weights.get(name);
    int width = (int) tensor.shape()[tensor.shape().length - 1];
    double[] row = new double[width];
    for (int c = 0; c < width; c++) {
      row[c] = tensor.data()[index * width + c];
    }
    return row;
  }

  private static double[][] added(double[][] a, double[][] b) {
    double[][] sum = new double[a.length][];
    for (int i = 0; i < a.length; i++) {
      sum[i] = added(a[i], b[i]);
    }
    return sum;
  }

  private static double[] added(double[] a, double[] b) {
    double[] sum = a.clone();
    for (int c = 0; c < a.length; c++) {
      sum[c] += b[c];
    }
    return sum;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
