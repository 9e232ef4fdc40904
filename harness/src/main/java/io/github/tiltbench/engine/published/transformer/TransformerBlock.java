package io.github.tiltbench.engine.published.transformer;

import io.github.tiltbench.engine.published.PublishedScript;
import java.util.ArrayList;
import java.util.List;

/**
 * A transformer block that normalises before its branches: {@code h += s1 attention(norm1(h)); h +=
 * s2 second(mlp(first(norm2(h))))}, with factors s (LayerScale) where the names have them.
 *
 * @param names of its parts in the checkpoint
 * @param width features of a token, a multiple of {@code heads}
 * @param hidden features between the two maps of each token
 * @param epsilon of the normalisations
 * @param causal whether a token sees only those up to itself
 */
record TransformerBlock(
    BlockNames names, int width, int heads, int hidden, Mlp mlp, double epsilon, boolean causal) {
  TransformerBlock {
    if (width % heads != 0) {
      throw new IllegalArgumentException(width + " features do not split into " + heads + " heads");
    }
  }

  /** Writes the block of a name; gives the tokens behind it. */
  String write(PublishedScript script, String key, String tokens) {
    String n = script.layerNorm(key + names.norm1(), tokens, width, epsilon);
    List<String> qkv = projected(script, key, n);
    String a = script.attention(qkv.get(0), qkv.get(1), qkv.get(2), heads, width / heads, causal);
    a = script.linear(key + names.out(), a, width, width);
    String h = script.add(tokens, scaled(script, key, a, 0));
    String m = script.layerNorm(key + names.norm2(), h, width, epsilon);
    m = script.linear(key + names.first(), m, width, mlp.first(hidden));
    m = script.linear(key + names.second(), mlp.write(script, m, hidden), hidden, width);
    return script.add(h, scaled(script, key, m, 1));
  }

  /** Writes a stack of blocks; gives the tokens before the first and behind each. */
  List<String> stack(PublishedScript script, String key, String tokens, int layers) {
    List<String> states = new ArrayList<>(List.of(tokens));
    for (int i = 0; i < layers; i++) {
      states.add(write(script, key + i + ".", states.get(i)));
    }
    return states;
  }

  private List<String> projected(PublishedScript script, String key, String x) {
    if (names.projections().size() == 3) {
      return names.projections().stream().map(p -> linear(script, key + p, x, width)).toList();
    }
    String all = linear(script, key + names.projections().get(0), x, 3 * width);
    return List.of(part(script, all, 0), part(script, all, 1), part(script, all, 2));
  }

  private String part(PublishedScript script, String all, int index) {
    return script.let("torch.narrow(%s, -1, %d, %d)", all, index * width, width);
  }

  private String linear(PublishedScript script, String stem, String x, int out) {
    String w = script.weight(stem + "weight", out, width);
    return script.let("torch.linear(%s, %s, %s)", x, w, script.weight(stem + "bias", out));
  }

  private String scaled(PublishedScript script, String key, String branch, int index) {
    return names
        .scales()
        .map(s -> script.let("torch.mul(%s, %s)", branch, script.weight(key + s.get(index), width)))
        .orElse(branch);
  }
}
