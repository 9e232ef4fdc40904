package io.github.tiltbench.engine.network;

/**
 * A bidirectional transformer over sequences with masks: {@code forward(x, at)} with tokens x (B,
 * L) and N flat positions {@code at} of all rows gives the logits (N, {@code tokens}) there.
 *
 * <p>Pre-norm blocks with rotary positions (Su et al. 2021, arXiv:2104.09864) and, before queries,
 * keys and values, a depthwise convolution over {@value #REACH} neighbours added to its input:
 * without it such a network stays for hundreds of steps where it knows no more than how often each
 * token occurs. It is not told how many tokens are masked (Ou et al. 2024, arXiv:2406.03736). The
 * last layer starts at zero, so the first loss is ln {@code tokens} a mask.
 *
 * @param tokens of the vocabulary; the mask is the id after them
 * @param length L
 * @param width features of a position
 * @param blocks pairs of attention and perceptron
 * @param heads of attention; divides width into an even number of features
 */
public record MaskedTransformer(int tokens, int length, int width, int blocks, int heads)
    implements Architecture {
  private static final int REACH = 7;
  private static final double ROTARY_BASE = 10_000;
  private static final double SPREAD = 0.02;
  private static final double CONVOLUTION_SPREAD = 0.1;

  /** Refuses sizes that do not fit together. */
  public MaskedTransformer {
    Architecture.requireSize("tokens", tokens);
    Architecture.requireSize("length", length);
    Architecture.requireSize("heads", heads);
    Architecture.requireMultiple("width", width, 2 * heads);
    Architecture.requireSize("blocks", blocks);
  }

  @Override
  public int classes() {
    return 0;
  }

  /** The places where dropout acts: the embedding and the end of each half of a block. */
  public int dropouts() {
    return 1 + 2 * blocks;
  }

  @Override
  public Network network() {
    Writer writer = new Writer(false);
    return writer.written("x: Tensor,\n    at: Tensor", writer.logits());
  }

  /**
   * The same parameters, giving minus the log-probability (N) of a token at each position: {@code
   * forward(x, at, target)}.
   */
  public Network surprisal() {
    Writer writer = new Writer(false);
    String nats = writer.surprisal(writer.logits());
    return writer.written("x: Tensor,\n    at: Tensor,\n    target: Tensor", nats);
  }

  /**
   * The same with dropout: {@code forward(x, at, target, keep)}, with {@code keep} ({@link
   * #dropouts}, B, L, width) the factor of every feature there.
   */
  public Network regularised() {
    Writer writer = new Writer(true);
    String nats = writer.surprisal(writer.logits());
    return writer.written(
        "x: Tensor,\n    at: Tensor,\n    target: Tensor,\n    keep: Tensor", nats);
  }

  private final class Writer {
    private final Script script = new Script();
    private final boolean dropout;
    private final String cosines;
    private final String sines;
    private int dropped;

    Writer(boolean dropout) {
      this.dropout = dropout;
      int head = width / heads;
      float[] cos = new float[length * head];
      float[] sin = new float[length * head];
      for (int i = 0; i < cos.length; i++) {
        int pair = i % head % (head / 2);
        int position = i / head;
        double angle = position * Math.pow(ROTARY_BASE, -2.0 * pair / head);
        cos[i] = (float) Math.cos(angle);
        sin[i] = (float) Math.sin(angle);
      }
      cosines = script.cast(script.buffer("cosines", cos, length, head), "self.embed");
      sines = script.cast(script.buffer("sines", sin, length, head), "self.embed");
    }

    Network written(String arguments, String result) {
      return new Network(
          "MaskedTransformer",
          arguments,
          script.body(result),
          script.parameters(),
          script.buffers());
    }

    String logits() {
      String table =
          script.parameter("embed", Network.Initial.normal(SPREAD, 1), tokens + 1, width);
      String h = kept(script.let("torch.embedding(%s, x)", table));
      for (int i = 0; i < blocks; i++) {
        h = script.add(h, kept(attention("b" + i, h)));
        h = script.add(h, kept(perceptron("b" + i, h)));
      }
      h = script.let("torch.reshape(%s, [-1, %d])", script.layerNorm("leave", h, width), width);
      String masked = script.let("torch.index_select(%s, 0, at)", h);
      return script.single(linear("head", masked, width, tokens, 0));
    }

    String surprisal(String logits) {
      String log = script.let("torch.log_softmax(%s, 1)", logits);
      String at = script.let("torch.gather(%s, 1, torch.unsqueeze(target, 1))", log);
      return script.let("torch.neg(torch.squeeze(%s, 1))", at);
    }

    private String kept(String x) {
      return dropout ? script.let("torch.mul(%s, torch.select(keep, 0, %d))", x, dropped++) : x;
    }

    private String attention(String name, String x) {
      int head = width / heads;
      String u = convolved(name, script.layerNorm(name + "_n1", x, width));
      String qkv = linear(name + "_qkv", u, width, 3 * width, SPREAD);
      // (B, L, 3 width) to (3, B, heads, L, head)
      String split =
          script.let(
              "torch.permute(torch.reshape(%s, [-1, %d, 3, %d, %d]), [2, 0, 3, 1, 4])",
              qkv, length, heads, head);
      String qk = rotated(script.let("torch.narrow(%s, 0, 0, 2)", split), head / 2);
      String a =
          script.let(
              "torch.scaled_dot_product_attention(torch.select(%s, 0, 0), torch.select(%s, 0, 1),"
                  + " torch.select(%s, 0, 2))",
              qk, qk, split);
      a = script.let("torch.reshape(torch.transpose(%s, 1, 2), [-1, %d, %d])", a, length, width);
      return linear(name + "_o", a, width, width, SPREAD / Math.sqrt(2.0 * blocks));
    }

    private String convolved(String name, String u) {
      String w =
          script.parameter(
              name + "_c_w", Network.Initial.normal(CONVOLUTION_SPREAD, 1), width, 1, REACH);
      String c =
          script.let(
              "torch.conv1d(torch.transpose(%s, 1, 2), %s, None, [1], [%d], [1], %d)",
              u, w, REACH / 2, width);
      return script.add(u, script.let("torch.transpose(%s, 1, 2)", c));
    }

    /** Turns the pairs (i, i + half) by their position's angles. */
    private String rotated(String qk, int half) {
      String turned =
          script.let(
              "torch.cat([torch.neg(torch.narrow(%s, 4, %d, %d)), torch.narrow(%s, 4, 0, %d)], 4)",
              qk, half, half, qk, half);
      return script.let(
          "torch.add(torch.mul(%s, %s), torch.mul(%s, %s))", qk, cosines, turned, sines);
    }

    private String perceptron(String name, String x) {
      String u = script.layerNorm(name + "_n2", x, width);
      String h = script.let("torch.gelu(%s)", linear(name + "_1", u, width, 4 * width, SPREAD));
      return linear(name + "_2", h, 4 * width, width, SPREAD / Math.sqrt(2.0 * blocks));
    }

    /** A linear map whose weights start with a deviation that does not depend on its size. */
    private String linear(String name, String x, int in, int out, double deviation) {
      return script.linear(name, x, in, out, deviation * Math.sqrt(in));
    }
  }
}
