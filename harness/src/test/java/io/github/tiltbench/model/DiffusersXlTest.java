package io.github.tiltbench.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Ddim;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.engine.Checkpoint;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.published.StatedWeights;
import io.github.tiltbench.engine.published.diffusers.PipelineFolder;
import io.github.tiltbench.engine.published.diffusers.UNet2DConditionModel;
import io.github.tiltbench.engine.published.transformer.TextTower;
import io.github.tiltbench.engine.text.TokenizerFolder;
import io.github.tiltbench.engine.text.Tokens;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A small pipeline of Stable Diffusion XL against what its pieces give by hand, one row a call: two
 * encoders, the U-Net, guidance and DDIM.
 */
class DiffusersXlTest {
  private static final int LENGTH = 77;
  private static final int STEPS = 4;
  private static final int HEIGHT = 6;
  private static final int WIDTH = 10;
  private static final int SIZE = 4 * HEIGHT * WIDTH;
  private static final double TOLERANCE = 1e-6; // of the largest value

  @TempDir Path folder;

  private DiffusersModel model(double guidance, double rescale, Optional<String> negative) {
    return new DiffusersModel(
        PipelineFolder.of(folder),
        new Ddim(STEPS, 0, SchedulerConfig.DEFAULT),
        guidance,
        rescale,
        negative,
        Optional.empty(),
        new int[] {HEIGHT, WIDTH},
        OptionalInt.empty(),
        Optional.empty());
  }

  /** The pieces of the folder, each loaded by itself. */
  private static final class Pieces implements AutoCloseable {
    private final Path folder;
    private final TorchModule unet;
    private final TorchModule first;
    private final TorchModule second;

    Pieces(Path folder) throws IOException {
      this.folder = folder;
      unet =
          UNet2DConditionModel.of(TinyXl.node(TinyXl.json(folder.resolve("unet/config.json"))))
              .network()
              .load(
                  Checkpoint.of(folder.resolve("unet/diffusion_pytorch_model.safetensors")),
                  Precision.FLOAT32);
      first = encoder("text_encoder");
      second = encoder("text_encoder_2");
    }

    private TorchModule encoder(String part) throws IOException {
      return TextTower.of(TinyXl.node(TinyXl.json(folder.resolve(part + "/config.json"))))
          .network()
          .load(Checkpoint.of(folder.resolve(part + "/model.safetensors")), Precision.FLOAT32);
    }

    private List<Tensor.Floats> states(TorchModule encoder, String tokenizer, String text) {
      Tokens tokens = TokenizerFolder.of(folder.resolve(tokenizer)).tokenizer().encode(text);
      return encoder.forward(
          new Tensor.Longs(tokens.ids(), 1, tokens.ids().length),
          new Tensor.Longs(new long[] {tokens.end()}, 1));
    }

    /**
     * The noise that the U-Net sees in a state beside each of some texts, in one call, since rows
     * round by their company; without a text its inputs are zeros.
     */
    float[] noise(double[] x, int time, List<Optional<String>> texts) {
      int rows = texts.size();
      int both = TinyXl.FIRST + TinyXl.SECOND;
      float[] state = new float[rows * SIZE];
      float[] times = new float[rows];
      float[] context = new float[rows * LENGTH * both];
      float[] pooled = new float[rows * TinyXl.PROJECTED];
      float[] ids = new float[rows * 6];
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < SIZE; i++) {
          state[row * SIZE + i] = (float) x[i];
        }
        times[row] = time;
        ids[6 * row] = ids[6 * row + 4] = TinyXl.FACTOR * HEIGHT;
        ids[6 * row + 1] = ids[6 * row + 5] = TinyXl.FACTOR * WIDTH;
        if (texts.get(row).isPresent()) {
          String text = texts.get(row).get();
          List<Tensor.Floats> left = states(first, "tokenizer", text);
          List<Tensor.Floats> right = states(second, "tokenizer_2", text);
          int at = row * LENGTH * both;
          for (int token = 0; token < LENGTH; token++, at += both) {
            System.arraycopy(left.get(1).data(), token * TinyXl.FIRST, context, at, TinyXl.FIRST);
            System.arraycopy(
                right.get(1).data(),
                token * TinyXl.SECOND,
                context,
                at + TinyXl.FIRST,
                TinyXl.SECOND);
          }
          System.arraycopy(
              right.get(3).data(), 0, pooled, row * TinyXl.PROJECTED, TinyXl.PROJECTED);
        }
      }
      return unet.forward(
              new Tensor.Floats(state, rows, 4, HEIGHT, WIDTH),
              new Tensor.Floats(times, rows),
              new Tensor.Floats(context, rows, LENGTH, both),
              new Tensor.Floats(pooled, rows, TinyXl.PROJECTED),
              new Tensor.Floats(ids, rows, 6))
          .get(0)
          .data();
    }

    @Override
    public void close() {
      unet.close();
      first.close();
      second.close();
    }
  }

  /** The share of signal in the variance after so many steps of the published betas. */
  private static double alphaBar(int time) {
    float product = 1;
    double from = Math.sqrt(0.00085);
    double to = Math.sqrt(0.012);
    for (int t = 0; t <= time; t++) {
      double root = from + (to - from) * t / 999;
      product *= (float) (1 - root * root);
    }
    return product;
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double sum = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(sum / (values.length - 1));
  }

  /** Of rows with and without the prompt; one row is the answer. */
  private static double[] guided(float[] rows, double guidance, double rescale) {
    double[] free = new double[SIZE];
    double[] asked = new double[SIZE];
    double[] out = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      asked[i] = rows[i];
      free[i] = rows[rows.length - SIZE + i];
      out[i] = free[i] + guidance * (asked[i] - free[i]);
    }
    double scale = deviation(asked) / deviation(out);
    for (int i = 0; i < SIZE; i++) {
      out[i] = rescale * out[i] * scale + (1 - rescale) * out[i];
    }
    return out;
  }

  private static void assertClose(double[] expected, double[] actual, String what) {
    double most = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertArrayEquals(expected, actual, TOLERANCE * most, what);
  }

  /**
   * Every step of a chain from the same state.
   *
   * @param zeros what the folder says of no prompt: {@code true}, {@code false} or nothing
   * @param prompt of the sample; {@code -} for none
   * @param negative in its place the text of rows without the prompt; {@code none} for none
   */
  @ParameterizedTest
  @CsvSource({
    "true, 5, 0, a photo of a cat, none",
    "false, 5, 0, a photo of a cat, none",
    "'', 5, 0, a photo of a cat, none",
    "true, 5, 0.7, a photo of a cat, none",
    "true, 5, 0, a photo of a cat, a red bus",
    "false, 5, 0, a photo of a cat, a red bus",
    "true, 5, 0, a photo of a cat, ''",
    "true, 1, 0, a photo of a cat, none",
    "true, 1, 0, -, none",
    "false, 1, 0, -, none",
    "true, 0, 0, a photo of a cat, a red bus",
  })
  void goesWhereItsPiecesGoByHand(
      String zeros, double guidance, double rescale, String prompt, String negative)
      throws IOException {
    TinyXl.write(folder);
    Path index = folder.resolve("model_index.json");
    if (zeros.isEmpty()) {
      TinyXl.remove(index, "force_zeros_for_empty_prompt");
    } else {
      TinyXl.set(index, "force_zeros_for_empty_prompt", zeros);
    }
    Optional<String> none =
        !negative.equals("none")
            ? Optional.of(negative)
            : zeros.equals("false") ? Optional.of("") : Optional.empty();
    Optional<String> asked = prompt.equals("-") ? none : Optional.of(prompt);
    List<Optional<String>> texts =
        guidance == 1 ? List.of(asked) : guidance == 0 ? List.of(none) : List.of(asked, none);
    DiffusersModel model =
        model(guidance, rescale, Optional.of(negative).filter(text -> !text.equals("none")));
    double[] x = new double[SIZE];
    float[] start = StatedWeights.input("x", SIZE);
    Arrays.setAll(x, i -> start[i]);
    try (Pieces pieces = new Pieces(folder);
        Denoiser denoiser = model.open()) {
      for (int level = STEPS; level >= 1; level--) {
        int time = (level - 1) * (1000 / STEPS) + 1;
        double[] noise = guided(pieces.noise(x, time, texts), guidance, rescale);
        double now = alphaBar(time);
        double next = level > 1 ? alphaBar(time - 1000 / STEPS) : alphaBar(0);
        double[] clean = new double[SIZE];
        double[] below = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
          clean[i] = (x[i] - Math.sqrt(1 - now) * noise[i]) / Math.sqrt(now);
          below[i] = Math.sqrt(next) * clean[i] + Math.sqrt(1 - next) * noise[i];
        }
        Batch.Reals state = new Batch.Reals(x.clone(), new int[] {4, HEIGHT, WIDTH});
        Prediction.Mean mean =
            (Prediction.Mean)
                denoiser.denoise(state, new int[] {level}, new Condition[] {new Condition(prompt)});
        assertClose(clean, mean.clean().data(), "clean estimate at " + level);
        Batch step =
            model.reverse().law(state, level, mean).sample(new Noise(1, Purpose.STEP, level, 0, 1));
        assertClose(below, ((Batch.Reals) step).data(), "step from " + level);
        x = below;
      }
      assertEquals(Cost.of(STEPS, (long) STEPS * texts.size(), 0), denoiser.odometer());
    }
  }

  private interface Change {
    void make(Path folder) throws IOException;
  }

  private void refused(String said, Change change) throws IOException {
    Path broken = folder.resolve("broken" + System.nanoTime());
    change.make(TinyXl.write(broken));
    RuntimeException e =
        assertThrows(
            RuntimeException.class,
            () ->
                new DiffusersModel(
                    PipelineFolder.of(broken),
                    new Ddim(STEPS, 0, SchedulerConfig.DEFAULT),
                    5,
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    new int[0],
                    OptionalInt.empty(),
                    Optional.empty()));
    String line = e instanceof UncheckedIOException ? e.getCause().getMessage() : e.getMessage();
    assertTrue(line.contains(said), line);
    assertEquals(1, line.lines().count(), line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unet | cross_attention_dim | 32 | cross_attention_dim is [32, 32, 32], but the text encoders"
            + " write 24 features",
        "unet | projection_class_embeddings_input_dim | 60 | leaves 12 features for a prompt, but"
            + " the text encoders write 10",
        "unet | addition_embed_type | null | leaves 0 features for a prompt",
        "text_encoder | hidden_size | 12 | the text encoders write 28 features",
        "text_encoder_2 | hidden_size | 32 | the text encoders write 40 features",
        "text_encoder_2 | projection_dim | 12 | but the text encoders write 12",
        "text_encoder_2 | architectures | [\"CLIPTextModel\"] | but the text encoders write 16",
        "text_encoder_2 | architectures | [\"T5EncoderModel\"] | architectures",
        "text_encoder_2 | vocab_size | 721 | vocabulary of 720",
        "text_encoder_2 | num_hidden_layers | 3 | left over: text_model.encoder.layers.3",
        "text_encoder | num_hidden_layers | 4 | missing: text_model.encoder.layers.3"
      })
  void refusesPartsThatDoNotFitEachOther(String part, String key, String value, String said)
      throws IOException {
    refused(said, xl -> TinyXl.set(xl.resolve(part + "/config.json"), key, value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text_encoder/config.json",
        "text_encoder/model.safetensors",
        "text_encoder_2/config.json",
        "text_encoder_2/model.safetensors",
        "tokenizer/vocab.json",
        "tokenizer_2/vocab.json",
        "tokenizer_2/merges.txt",
        "unet/config.json",
        "unet/diffusion_pytorch_model.safetensors",
        "scheduler/scheduler_config.json",
        "vae/config.json"
      })
  void namesAFileThatIsMissing(String file) throws IOException {
    refused(file.substring(file.indexOf('/') + 1), xl -> Files.delete(xl.resolve(file)));
    refused(file.substring(0, file.indexOf('/')), xl -> Files.delete(xl.resolve(file)));
  }

  @Test
  void anIndexOfAnotherPipelineIsRefused() throws IOException {
    refused(
        "the text encoders write 8 features",
        xl ->
            TinyXl.set(
                xl.resolve("model_index.json"), "_class_name", "\"StableDiffusionPipeline\""));
    refused(
        "force_zeros_for_empty_prompt",
        xl -> TinyXl.set(xl.resolve("model_index.json"), "force_zeros_for_empty_prompt", "\"no\""));
    refused(
        "StableDiffusionXLImg2ImgPipeline",
        xl ->
            TinyXl.set(
                xl.resolve("model_index.json"),
                "_class_name",
                "\"StableDiffusionXLImg2ImgPipeline\""));
  }
}
