package io.github.tiltbench.model;

import io.github.tiltbench.config.OmittedWhenAbsent;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.ProcessSpec;
import io.github.tiltbench.diffusion.Scheduler;
import io.github.tiltbench.diffusion.SchedulerConfig;
import io.github.tiltbench.diffusion.SchedulerFile;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.TorchModule;
import io.github.tiltbench.engine.published.diffusers.ForwardRows;
import io.github.tiltbench.engine.published.diffusers.PipelineFolder;
import io.github.tiltbench.engine.published.diffusers.TextEncoderFolder;
import io.github.tiltbench.engine.text.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code kind: diffusers}: a published pipeline in its own folder, Stable Diffusion 1, 2 and XL and
 * pixel models of DDPM, with classifier-free guidance. Prompts are texts.
 *
 * <p>States of latent models are latents; a verifier that needs the image decodes them ({@code
 * kind: decoded}). What encodes texts and decodes latents computes in single precision. The class
 * of the folder's scheduler does not matter, its training does: the study's process is run.
 *
 * @param path the folder
 * @param process the chain; without a scheduler it has the folder's
 * @param guidance 1 samples the prompt as learnt, 0 ignores it, more exaggerates it
 * @param guidanceRescale how far guided outputs go back to the spread of those with the prompt
 * @param negative the text of the rows without the prompt; empty for what the pipeline takes itself
 * @param variant of the weights, such as {@code fp16}; empty for the plain ones
 * @param size height and width of a state, [height, width], or [side]; empty for those of training
 * @param rows of one forward, at most; empty for as many as two gigabytes hold
 * @param precision that the U-Net computes in; without it half on a GPU, single on a CPU
 */
public record DiffusersModel(
    PipelineFolder path,
    ProcessSpec.Gaussian process,
    double guidance,
    double guidanceRescale,
    Optional<String> negative,
    Optional<String> variant,
    int[] size,
    OptionalInt rows,
    @OmittedWhenAbsent Optional<Precision> precision)
    implements ModelSpec {
  /** What a user has to bring, by key. */
  public static final Map<String, String> BRINGS =
      Map.of(
          "path",
          "a folder that diffusers saved, of Stable Diffusion 1, 2 or XL or of a DDPM, with"
              + " safetensors files");

  /** Bytes of activations a value of the first level takes; measured with the U-Net of SD 1.5. */
  private static final int BYTES_A_VALUE = 64 * 4;

  /** Names the weights, gives the process the folder's scheduler, and refuses what does not fit. */
  public DiffusersModel {
    ClassifierFreeGuidance.of(guidance, guidanceRescale);
    List<TextEncoderFolder> encoders = path.texts();
    boolean texts = !encoders.isEmpty();
    if (!texts && guidance != 1) {
      throw new IllegalArgumentException(
          "guidance must be 1 for a model that takes no prompts but is " + guidance);
    }
    if (negative.isPresent() && guidance == 1) {
      throw new IllegalArgumentException("negative has no effect at guidance 1");
    }
    if (rows.isPresent() && rows.getAsInt() < 1) {
      throw new IllegalArgumentException("rows must be at least 1 but is " + rows.getAsInt());
    }
    size = size(path, size);
    negative.ifPresent(text -> tokens(encoders, text));
    SchedulerConfig trained = SchedulerFile.of(path.scheduler());
    if (texts) {
      requirePipelines(trained);
    }
    process = onto(process, trained);
    path = path.named(variant);
  }

  private static int[] size(PipelineFolder path, int[] asked) {
    int[] size = asked.length == 1 ? new int[] {asked[0], asked[0]} : asked.clone();
    if (size.length == 0) {
      int side =
          path.unet()
              .sampleSize()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "size must be given: the folder names no sample_size"));
      size = new int[] {side, side};
    }
    if (size.length != 2 || size[0] < 1 || size[1] < 1) {
      throw new IllegalArgumentException(
          "size must be the height and width of a state, [height, width], or [side]");
    }
    return size;
  }

  /** Refuses a scheduler of which pipelines silently take other values. */
  private static void requirePipelines(SchedulerConfig scheduler) {
    if (scheduler.stepsOffset() != 1) {
      throw new IllegalArgumentException(
          "path has a scheduler with steps_offset "
              + scheduler.stepsOffset()
              + ", where pipelines of text take 1: write that into its scheduler_config.json");
    }
    if (scheduler.clipSample()) {
      throw new IllegalArgumentException(
          "path has a scheduler with clip_sample true, where pipelines of text take false: write"
              + " that into its scheduler_config.json");
    }
  }

  private static ProcessSpec.Gaussian onto(ProcessSpec.Gaussian process, Scheduler trained) {
    ProcessSpec.Gaussian on = process.on(trained);
    if (!on.suits(trained)) {
      throw new IllegalArgumentException(
          "process must be of kind ddim or ddpm and have the schedule that the network was trained"
              + " on; without a scheduler it has the folder's");
    }
    return on;
  }

  @Override
  public StateSpace.Euclidean space() {
    return new StateSpace.Euclidean(new int[] {path.unet().inChannels(), size[0], size[1]});
  }

  @Override
  public GaussianProcess reverse() {
    return process.over(space());
  }

  @Override
  public Denoiser open() {
    TorchModule unet =
        path.unet()
            .network()
            .load(
                path.weights().orElseThrow().unet(),
                Precision.chosen(precision, Precision.ofDevice()));
    return new NetworkDenoiser(
        unet,
        space(),
        path.texts().isEmpty()
            ? asked -> List.of()
            : new TextConditioning(
                path, negative, path.factor() * size[0], path.factor() * size[1]),
        process.predictionType(),
        reverse(),
        ClassifierFreeGuidance.of(guidance, guidanceRescale),
        rowsOfForward());
  }

  /** Rows of one forward, at most. */
  public int rowsOfForward() {
    long row = (long) BYTES_A_VALUE * size[0] * size[1] * path.unet().blockOutChannels().get(0);
    return rows.orElseGet(() -> ForwardRows.of(row));
  }

  @Override
  public Optional<String> mismatch(String prompt) {
    if (prompt.equals(Condition.NONE.text())) {
      return Optional.empty();
    }
    if (path.texts().isEmpty()) {
      return Optional.of("the model takes no prompts");
    }
    try {
      tokens(path.texts(), prompt);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  @Override
  public Optional<String> remark(String prompt) {
    return prompt.equals(Condition.NONE.text())
        ? Optional.empty()
        : tokens(path.texts(), prompt).stream()
            .flatMap(t -> t.cut().stream())
            .findFirst()
            .map(cut -> "the text encoder does not read '" + cut + "', the end of a long prompt");
  }

  private static List<Tokens> tokens(List<TextEncoderFolder> texts, String prompt) {
    return texts.stream().map(t -> t.tokenizer().tokenizer().encode(prompt)).toList();
  }

  @Override
  public int rowsPerParticle() {
    return ClassifierFreeGuidance.of(guidance, guidanceRescale).rows();
  }

  @Override
  public boolean differentiable() {
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DiffusersModel m
        && path.digests().equals(m.path.digests())
        && process.equals(m.process)
        && guidance == m.guidance
        && guidanceRescale == m.guidanceRescale
        && negative.equals(m.negative)
        && variant.equals(m.variant)
        && Arrays.equals(size, m.size)
        && rows.equals(m.rows)
        && precision.equals(m.precision);
  }

  @Override
  public int hashCode() {
    return path.digests().hashCode();
  }
}
