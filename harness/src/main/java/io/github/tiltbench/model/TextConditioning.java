package io.github.tiltbench.model;

import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.engine.Embeddings;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.published.diffusers.PipelineFolder;
import io.github.tiltbench.engine.published.diffusers.TextEncoderFolder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Prompts as the denoiser of a published pipeline reads them, each encoded once.
 *
 * <p>Stable Diffusion 1 and 2 read the last states of one encoder. XL reads the states before the
 * last of both, side by side, besides the projected end of the second and six numbers: height and
 * width of the image, where it was cropped, height and width asked for.
 */
final class TextConditioning implements NetworkDenoiser.Conditioning {
  private final PipelineFolder pipeline;
  private final Optional<String> negative;
  private final float[] timeIds;
  private final List<TorchModule> encoders = new ArrayList<>();
  private final Map<String, List<Tensor.Floats>> encoded = new HashMap<>();

  /**
   * The prompts of a pipeline.
   *
   * @param negative what stands for no prompt; empty for what the pipeline takes itself
   * @param height of an image
   * @param width of an image
   */
  TextConditioning(PipelineFolder pipeline, Optional<String> negative, int height, int width) {
    this.pipeline = pipeline;
    this.negative = negative;
    this.timeIds = new float[] {height, width, 0, 0, height, width};
  }

  @Override
  public List<Tensor.Floats> rows(Condition[] condition) {
    List<List<Tensor.Floats>> prompts =
        Arrays.stream(condition)
            .map(c -> encoded.computeIfAbsent(c.text(), text -> encode(c)))
            .toList();
    List<Tensor.Floats> inputs = new ArrayList<>();
    for (int i = 0; i < prompts.get(0).size(); i++) {
      int input = i;
      inputs.add(Embeddings.stacked(prompts.stream().map(p -> p.get(input)).toList()));
    }
    return inputs;
  }

  private List<Tensor.Floats> encode(Condition condition) {
    boolean none = condition.equals(Condition.NONE);
    String text = none ? negative.orElse("") : condition.text();
    boolean zeros = none && negative.isEmpty() && pipeline.zerosForNoPrompt();
    List<TextEncoderFolder.Encoded> states = new ArrayList<>();
    for (int i = 0; i < pipeline.texts().size(); i++) {
      TextEncoderFolder part = pipeline.texts().get(i);
      states.add(TextEncoderFolder.encode(encoder(i), part.tokenizer().tokenizer().encode(text)));
    }
    if (states.size() == 1) {
      return List.of(row(states.get(0).last()));
    }
    List<Tensor.Floats> inputs =
        List.of(
            beside(row(states.get(0).penultimate()), row(states.get(1).penultimate())),
            row(states.get(1).pooled()));
    List<Tensor.Floats> all =
        new ArrayList<>(zeros ? inputs.stream().map(TextConditioning::zeros).toList() : inputs);
    all.add(new Tensor.Floats(timeIds, timeIds.length));
    return List.copyOf(all);
  }

  private TorchModule encoder(int i) {
    while (encoders.size() <= i) {
      int next = encoders.size();
      encoders.add(
          pipeline.texts().get(next).load(pipeline.weights().orElseThrow().texts().get(next)));
    }
    return encoders.get(i);
  }

  /** The only row of a tensor. */
  private static Tensor.Floats row(Tensor.Floats rows) {
    long[] shape = rows.shape();
    return new Tensor.Floats(rows.data(), Arrays.copyOfRange(shape, 1, shape.length));
  }

  private static Tensor.Floats zeros(Tensor.Floats like) {
    return new Tensor.Floats(new float[like.data().length], like.shape());
  }

  /** The features of both, token by token. */
  private static Tensor.Floats beside(Tensor.Floats a, Tensor.Floats b) {
    int tokens = Math.toIntExact(a.shape()[0]);
    int left = Math.toIntExact(a.shape()[1]);
    int right = Math.toIntExact(b.shape()[1]);
    float[] data = new float[tokens * (left + right)];
    for (int t = 0; t < tokens; t++) {
      System.arraycopy(a.data(), t * left, data, t * (left + right), left);
      System.arraycopy(b.data(), t * right, data, t * (left + right) + left, right);
    }
    return new Tensor.Floats(data, tokens, left + right);
  }

  @Override
  public void close() {
    encoders.forEach(TorchModule::close);
    encoders.clear();
  }
}
