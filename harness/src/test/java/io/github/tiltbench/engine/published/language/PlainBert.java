package io.github.tiltbench.engine.published.language;

import io.github.tiltbench.engine.Tensor;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.special.Erf;

/**
 * BERT's forward pass for one sequence, written down once more in doubles and loops.
 *
 * @param weights by key and shape
 */
record PlainBert(Bert bert, BiFunction<String, long[], Tensor.Floats> weights) {
  private double[] weight(String key, int... shape) {
    float[] data = weights.apply(key, Arrays.stream(shape).asLongStream().toArray()).data();
    double[] doubles = new double[data.length];
    Arrays.setAll(doubles, i -> data[i]);
    return doubles;
  }

  private double[][] linear(String key, double[][] x, int in, int out) {
    double[] w = weight(key + ".weight", out, in);
    double[] b = weight(key + ".bias", out);
    double[][] y = new double[x.length][out];
    for (int t = 0; t < x.length; t++) {
      for (int o = 0; o < out; o++) {
        y[t][o] = b[o];
        for (int i = 0; i < in; i++) {
          y[t][o] += w[o * in + i] * x[t][i];
        }
      }
    }
    return y;
  }

  private double[][] norm(String key, double[][] x) {
    double[] w = weight(key + ".weight", bert.hiddenSize());
    double[] b = weight(key + ".bias", bert.hiddenSize());
    double[][] y = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      double[] row = x[t];
      double mean = Arrays.stream(row).average().orElseThrow();
      double square = Arrays.stream(row).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      y[t] = new double[row.length];
      for (int i = 0; i < row.length; i++) {
        y[t][i] = (row[i] - mean) / Math.sqrt(square + bert.layerNormEps()) * w[i] + b[i];
      }
    }
    return y;
  }

  private double[][] gelu(double[][] x) {
    DoubleUnaryOperator gelu =
        bert.hiddenAct().equals("gelu")
            ? v -> v / 2 * (1 + Erf.erf(v / Math.sqrt(2)))
            : v -> v / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)));
    return Arrays.stream(x).map(r -> Arrays.stream(r).map(gelu).toArray()).toArray(double[][]::new);
  }

  private static double[][] plus(double[][] x, double[][] y) {
    double[][] sum = new double[x.length][x[0].length];
    for (int t = 0; t < x.length; t++) {
      int row = t;
      Arrays.setAll(sum[t], i -> x[row][i] + y[row][i]);
    }
    return sum;
  }

  private double[][] attention(String key, double[][] x) {
    int d = bert.hiddenSize();
    int width = d / bert.numAttentionHeads();
    double[][] q = linear(key + "query", x, d, d);
    double[][] k = linear(key + "key", x, d, d);
    double[][] v = linear(key + "value", x, d, d);
    double[][] out = new double[x.length][d];
    for (int from = 0; from < d; from += width) {
      for (int t = 0; t < x.length; t++) {
        double[] a = new double[x.length];
        for (int s = 0; s < x.length; s++) {
          for (int i = from; i < from + width; i++) {
            a[s] += q[t][i] * k[s][i] / Math.sqrt(width);
          }
          a[s] = Math.exp(a[s]);
        }
        double norm = Arrays.stream(a).sum();
        for (int s = 0; s < x.length; s++) {
          for (int i = from; i < from + width; i++) {
            out[t][i] += a[s] / norm * v[s][i];
          }
        }
      }
    }
    return out;
  }

  /** The logits at every position. */
  double[][] logits(int[] ids) {
    int d = bert.hiddenSize();
    String stem = "bert.embeddings.";
    double[] words = weight(stem + "word_embeddings.weight", bert.vocabSize(), d);
    double[] places = weight(stem + "position_embeddings.weight", bert.maxPositionEmbeddings(), d);
    double[] types = weight(stem + "token_type_embeddings.weight", bert.typeVocabSize(), d);
    double[][] h = new double[ids.length][d];
    for (int t = 0; t < ids.length; t++) {
      int row = t;
      Arrays.setAll(h[t], i -> words[ids[row] * d + i] + places[row * d + i] + types[i]);
    }
    h = norm(stem + "LayerNorm", h);
    for (int layer = 0; layer < bert.numHiddenLayers(); layer++) {
      String key = "bert.encoder.layer." + layer + ".";
      double[][] a = attention(key + "attention.self.", h);
      a = linear(key + "attention.output.dense", a, d, d);
      h = norm(key + "attention.output.LayerNorm", plus(h, a));
      double[][] m = gelu(linear(key + "intermediate.dense", h, d, bert.intermediateSize()));
      m = linear(key + "output.dense", m, bert.intermediateSize(), d);
      h = norm(key + "output.LayerNorm", plus(h, m));
    }
    String head = "cls.predictions.transform.";
    h = norm(head + "LayerNorm", gelu(linear(head + "dense", h, d, d)));
    double[] bias = weight("cls.predictions.bias", bert.vocabSize());
    double[][] logits = new double[ids.length][bert.vocabSize()];
    for (int t = 0; t < ids.length; t++) {
      for (int v = 0; v < bert.vocabSize(); v++) {
        logits[t][v] = bias[v];
        for (int i = 0; i < d; i++) {
          logits[t][v] += words[v * d + i] * h[t][i];
        }
      }
    }
    return logits;
  }
}
