package io.github.tiltbench.inspect;

import io.github.tiltbench.config.JsonTree;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.PublishedFolder;
import io.github.tiltbench.diffusion.flow.FlowSchedulerFile;
import io.github.tiltbench.engine.network.MaskedTransformer;
import io.github.tiltbench.engine.network.NetworkWeights;
import io.github.tiltbench.engine.network.TrainedNetwork;
import io.github.tiltbench.engine.network.UNet;
import io.github.tiltbench.engine.published.dit.DiffusionTransformer;
import io.github.tiltbench.engine.text.TokenizerFolder;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.study.Catalogues;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Looks at a folder or a file, whatever it is, and goes on at a fault. */
public final class Inspector {
  static final String CONFIG = "config.json";
  private static final String CLASS = "_class_name";
  private static final String SCHEDULER = "scheduler_config.json";
  private static final String INDEX = "model_index.json";

  final Path path;
  final List<Part> parts = new ArrayList<>();
  final List<String> faults = new ArrayList<>();
  final List<String> notes = new ArrayList<>();
  final Map<String, Memory> memory = new TreeMap<>();
  final List<StudyExcerpt> blocks = new ArrayList<>();
  private final Catalogues catalogues;
  private Optional<ModelSpec> model = Optional.empty();

  private Inspector(Path path, Catalogues catalogues) {
    this.path = path;
    this.catalogues = catalogues;
  }

  /**
   * What something is.
   *
   * @param catalogues what a study can name
   * @throws IllegalArgumentException if it is nothing that is known here
   */
  public static Inspection inspect(Path path, Catalogues catalogues) {
    Inspector inspector = new Inspector(path, catalogues);
    String what =
        Files.isRegularFile(path)
            ? BareFile.what(inspector)
            : inspector.folder(PublishedFolder.of(path));
    return new Inspection(
        what,
        inspector.parts,
        inspector.faults,
        inspector.notes,
        inspector.memory,
        inspector.blocks,
        inspector.model);
  }

  private String folder(PublishedFolder folder) {
    if (folder.find(INDEX).isPresent() || folder.part("unet").exists()) {
      return new PipelineParts(this, folder).what(name(folder, INDEX, CLASS));
    }
    if (folder.find(TrainedNetwork.FILE).isPresent()) {
      return network();
    }
    String type = name(folder, CONFIG, CLASS);
    type = type.isEmpty() ? name(folder, CONFIG, "model_type") : type;
    return switch (type) {
      case "UNet2DModel" -> new PipelineParts(this, folder).what("");
      case "UNet2DConditionModel" ->
          new PipelineParts(this, folder).lone("the U-Net of a pipeline; name the whole folder");
      case "AutoencoderKL" -> new PipelineParts(this, folder).autoencoder();
      case "DiT", "SiT" -> transformer(folder);
      case "clip_text_model" ->
          new PipelineParts(this, folder).encoder("the text encoder of a pipeline");
      case "bert" -> new LanguageParts(this, folder).bert();
      case "mdlm" -> new LanguageParts(this, folder).mdlm();
      case "dinov2" -> new TowerParts(this, folder).dino();
      default -> byFiles(folder, type);
    };
  }

  private String byFiles(PublishedFolder folder, String type) {
    if (type.equals("clip") || folder.find("open_clip_config.json").isPresent()) {
      return new TowerParts(this, folder).clip();
    }
    if (type.isEmpty() && folder.find("model.safetensors").isPresent()) {
      return new TowerParts(this, folder).dino();
    }
    if (folder.find(TokenizerFolder.VOCABULARY).isPresent()) {
      parts.add(tokenizer("tokenizer", folder));
      return "a tokenizer; rewards take it as tokenizer: " + StudyExcerpt.text(path);
    }
    List<String> names = folder.names();
    String holds = names.isEmpty() ? "is empty" : "holds " + String.join(", ", names);
    throw new IllegalArgumentException(
        path
            + " is nothing that is known here"
            + (type.isEmpty() ? "" : ": its class is " + type)
            + "; it "
            + (holds.length() > 300 ? holds.substring(0, 300) + " ..." : holds));
  }

  /** A text in a JSON file of a folder; empty if there is none. */
  static String name(PublishedFolder folder, String file, String key) {
    if (folder.find(file).isEmpty()) {
      return "";
    }
    Node root = JsonTree.parse(folder.folder().resolve(file).toString(), folder.read(file));
    return root instanceof Node.Mapping keys
            && keys.get(key).map(Node.Entry::value).orElse(root) instanceof Node.Scalar text
            && !text.isNull()
        ? text.text()
        : "";
  }

  static Part tokenizer(String name, PublishedFolder folder) {
    return Part.plain(
        name,
        () -> {
          var tokenizer = TokenizerFolder.of(folder).tokenizer();
          return "%d symbols, %d a prompt".formatted(tokenizer.size(), tokenizer.length());
        });
  }

  /** What a study may call it. */
  String name() {
    Path last = path.toAbsolutePath().normalize().getFileName();
    String plain = last == null ? "" : last.toString().replaceAll("[^A-Za-z0-9_.-]", "-");
    return plain.matches("[A-Za-z].*") ? plain : "model-" + plain;
  }

  /** Where it lies, as a study says it. */
  String place() {
    return StudyExcerpt.text(path.toAbsolutePath().normalize());
  }

  /** Offers a block, which is read as a study reads it. */
  void offer(StudyExcerpt block) {
    try {
      if (block.read(catalogues) instanceof ModelSpec spec) {
        model = Optional.of(spec);
      }
      blocks.add(block);
    } catch (RuntimeException e) {
      if (parts.stream().allMatch(part -> part.faults().isEmpty())) {
        faults.add(Part.line(e));
      }
    }
  }

  private String network() {
    Path file = path.resolve(TrainedNetwork.FILE);
    try {
      TrainedNetwork network = NetworkWeights.of(path).open();
      boolean denoises = network.architecture() instanceof UNet;
      parts.add(Part.of("weights", network.architecture().getClass().getSimpleName(), file));
      if (network.architecture() instanceof MaskedTransformer masked) {
        offer(
            StudyExcerpt.model(
                name(), "kind: masked-network", "path: " + place(), "process: first-hitting"));
        return "a network of this project, a masked model of sequences of %d tokens out of %d"
            .formatted(masked.length(), masked.tokens());
      }
      offer(denoises ? denoiser(network) : classifier());
      return "a network of this project, %s of %d classes: %s"
          .formatted(
              denoises ? "a denoiser" : "a classifier",
              network.labels().size(),
              String.join(", ", network.labels()));
    } catch (RuntimeException e) {
      faults.add(Part.line(e));
      return "a network of this project";
    }
  }

  private StudyExcerpt denoiser(TrainedNetwork network) {
    boolean flow = network.note("scheduler").contains("FlowMatch");
    Path scheduler = path.toAbsolutePath().normalize().resolve("scheduler_config.json");
    return StudyExcerpt.model(
        name(),
        "kind: network",
        "path: " + place(),
        "guidance: 2.0",
        "process:",
        flow ? "  kind: flow" : "  kind: ddim",
        flow ? "  steps: 25" : "  steps: 50",
        flow ? "  sampler: euler" : "  eta: 1.0",
        "  scheduler: " + StudyExcerpt.text(scheduler));
  }

  private StudyExcerpt classifier() {
    return StudyExcerpt.verifier(name(), "kind: classifier", "path: " + place());
  }

  private String transformer(PublishedFolder folder) {
    List<DiffusionTransformer> read = new ArrayList<>();
    parts.add(
        Part.of(
            "transformer",
            folder,
            "model",
            () -> {
              read.add(DiffusionTransformer.of(folder.json(CONFIG)));
              return new Part.Needs(read.get(0).className(), read.get(0).network());
            }));
    parts.add(scheduler(folder));
    String type = name(folder, CONFIG, CLASS);
    boolean free = read.stream().anyMatch(DiffusionTransformer::knowsNoClass);
    offer(
        StudyExcerpt.model(
            name(),
            "kind: transformer",
            "path: " + place(),
            "guidance: " + (free ? "4.0" : "1.0"),
            type.equals("SiT")
                ? "process: {kind: flow, steps: 50, sampler: euler, schedule: uniform}"
                : "process: {kind: ddim, steps: 50, eta: 1.0}"));
    return "a class-conditional transformer, "
        + type
        + read.stream()
            .findFirst()
            .map(
                t ->
                    ", states %d x %d x %d, %d classes"
                        .formatted(t.inChannels(), t.inputSize(), t.inputSize(), t.numClasses()))
            .orElse("");
  }

  /** The scheduler file in a folder. */
  static Part scheduler(PublishedFolder folder) {
    return Part.plain(
        "scheduler",
        () -> {
          FlowSchedulerFile.of(folder.json(SCHEDULER));
          return name(folder, SCHEDULER, CLASS);
        });
  }
}
