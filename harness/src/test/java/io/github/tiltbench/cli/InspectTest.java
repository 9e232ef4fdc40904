package io.github.tiltbench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tiltbench.config.Digests;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.network.MaskedTransformer;
import io.github.tiltbench.engine.network.TrainedNetwork;
import io.github.tiltbench.engine.published.StatedWeights;
import io.github.tiltbench.engine.published.diffusers.UNet2DModel;
import io.github.tiltbench.engine.published.language.TinyBert;
import io.github.tiltbench.engine.published.language.TinyMdlm;
import io.github.tiltbench.model.TinyXl;
import io.github.tiltbench.verifier.published.TinyClip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of each kind of folder and file, whole and broken. */
class InspectTest {
  private static final Path RESOURCES = Path.of("src/test/resources");
  private static final Path MODELS = Path.of("../datasets/models");
  private static final String SD = RESOURCES.resolve("sd/tiny-sd").toAbsolutePath().toString();
  private static final String LATENTS =
      "models: {m: {kind: diffusers, path: " + SD + ", process: {kind: ddim, steps: 4}}}\n";
  private static final String IMAGES =
      """
      models:
        m:
          kind: network
          path: FOLDER
          process: {kind: ddim, steps: 4, scheduler: FOLDER/scheduler_config.json}
      """
          .replace(
              "FOLDER", MODELS.resolve("fashion-ddpm").toAbsolutePath().normalize().toString());
  private static final String JPEG = "verifiers: {r: {kind: jpeg}}\n";
  private static final String DECODED =
      "verifiers: {r: {kind: decoded, folder: " + SD + ", verifier: {kind: jpeg}}}\n";
  private static final String REST =
      """
      study: pasted
      repetitions: 1
      count: 1
      beta: 1
      algorithms: [pretrained]
      budgets: {unit: nfe, per: sample, at: [100]}
      """;

  @TempDir Path folder;

  /** What is printed of something whole, in lines of at most 100 columns, paths aside. */
  private static String whole(Path path, String... options) {
    Console said =
        Console.run(
            Stream.concat(Stream.of("inspect", path.toString()), Stream.of(options))
                .toArray(String[]::new));
    assertEquals(0, said.code(), said.out() + said.err());
    said.out()
        .lines()
        .filter(
            line -> !line.startsWith("{") && !line.matches(" *(path|folder|scheduler|file): .*"))
        .forEach(line -> assertTrue(line.length() <= 100, line));
    assertEquals("", said.err());
    return said.out();
  }

  private static String first(String said) {
    return said.substring(0, said.indexOf("parts")).replaceAll("\\s+", " ");
  }

  /** What it says for a study is read as it is, in a study that has the rest. */
  private void pastes(String said, String rest) throws IOException {
    String study = REST + rest + said.substring(said.indexOf("# in a study"));
    Path file = Files.writeString(folder.resolve("pasted.yaml"), study);
    Console plan = Console.run("plan", file.toString(), "--no-probe");
    assertEquals(0, plan.code(), study + plan.err());
  }

  /** A verifier of sequences of so many tokens. */
  private static String scores(int tokens) {
    return "verifiers: {r: {kind: tokens, scores: " + Collections.nCopies(tokens, 1.0) + "}}\n";
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return to;
  }

  @Test
  void aPipelineOfLatents() throws IOException {
    String said = whole(RESOURCES.resolve("sd/tiny-sd"));
    assertTrue(
        first(said).contains("StableDiffusionPipeline, states 4 x 8 x 8, images 3 x 16 x 16"),
        said);
    assertTrue(said.contains("NFE a second on cpu in calls of 8 particles"), said);
    assertTrue(
        said.matches("(?s).*\nunet +UNet2DConditionModel +52,644 +F32, 0.2 MiB +fp16, plain\n.*"),
        said);
    assertTrue(said.contains("not read: unet-sharded"), said);
    assertTrue(said.contains("predicted"), said);
    pastes(said, "");
  }

  @Test
  void aBertAndWhatItLacks() throws IOException {
    Path bert = TinyBert.write(folder.resolve("bert"));
    String said = whole(bert);
    assertTrue(first(said).contains("a BERT with its head for masked words"), said);
    assertTrue(first(said).contains("not trained as a diffusion model"), said);
    assertTrue(said.contains("26 pieces, of which 18 may be predicted"), said);
    assertTrue(said.contains("NFE a second on cpu in calls of 8 particles"), said);
    pastes(said, scores(26));
    Files.delete(bert.resolve("vocab.txt"));
    Console broken = Console.run("inspect", bert.toString());
    assertEquals(2, broken.code());
    assertTrue(broken.out().contains("tokenizer: "), broken.out());
  }

  @Test
  void anMdlmAndWhatItLacks() throws IOException {
    Path mdlm = TinyMdlm.write(folder.resolve("mdlm"));
    String said = whole(mdlm);
    assertTrue(first(said).contains("a masked diffusion model of texts, MDLM"), said);
    assertTrue(said.contains("260 symbols"), said);
    pastes(said, scores(260));
    Files.delete(mdlm.resolve("merges.txt"));
    Console broken = Console.run("inspect", mdlm.toString());
    assertEquals(2, broken.code());
    assertTrue(broken.out().contains("merges.txt"), broken.out());
  }

  @Test
  void aPipelineOfXlWithoutTiming() throws IOException {
    String said = whole(TinyXl.write(folder.resolve("xl")), "--no-timing");
    assertTrue(first(said).contains("Stable Diffusion XL"), said);
    assertTrue(said.contains("text_encoder_2  CLIPTextModelWithProjection"), said);
    assertFalse(said.contains("NFE a second"), said);
    pastes(said, "");
  }

  @Test
  void aPipelineOfPixelsWithoutAnIndex() throws IOException {
    Path flat = Files.createDirectories(folder.resolve("ddpm"));
    JsonObject config =
        TinyXl.json(RESOURCES.resolve("sd/unet2d_cifar.json")).getAsJsonObject("config");
    TinyXl.put(flat.resolve("config.json"), config);
    TinyXl.put(
        flat.resolve("scheduler_config.json"),
        TinyXl.json(RESOURCES.resolve("sd/configs/ddpm-cifar10.json"))
            .getAsJsonObject("scheduler_config.json"));
    new StatedWeights(1)
        .write(
            flat.resolve("diffusion_pytorch_model.safetensors"),
            List.of(UNet2DModel.of(TinyXl.node(config)).network()));
    String said = whole(flat, "--no-timing");
    assertTrue(first(said).contains("a pixel model without an index, states 3 x"), said);
    pastes(said, "");
  }

  /** The plain weights are not there: a study has to name those that are. */
  @Test
  void aVariantThatIsTheOnlyOneIsNamed() throws IOException {
    Path sd = copy(RESOURCES.resolve("sd/tiny-sd"), folder.resolve("sd"));
    Files.delete(sd.resolve("unet/diffusion_pytorch_model.safetensors"));
    String said = whole(sd, "--no-timing");
    assertTrue(said.contains("    variant: fp16\n"), said);
    assertTrue(said.contains("F16, 0.1 MiB"), said);
    pastes(said, "");
  }

  @Test
  void shardsAreOneNetwork() throws IOException {
    Path sd = copy(RESOURCES.resolve("sd/tiny-sd"), folder.resolve("sd"));
    for (String name : List.of("diffusion_pytorch_model", "diffusion_pytorch_model.fp16")) {
      Files.delete(sd.resolve("unet/" + name + ".safetensors"));
    }
    for (Path shard :
        List.of(
            Path.of("diffusion_pytorch_model-00001-of-00002.safetensors"),
            Path.of("diffusion_pytorch_model-00002-of-00002.safetensors"),
            Path.of("diffusion_pytorch_model.safetensors.index.json"))) {
      Files.move(sd.resolve("unet-sharded").resolve(shard), sd.resolve("unet").resolve(shard));
    }
    String said = whole(sd, "--no-timing");
    assertTrue(said.matches("(?s).*\nunet +UNet2DConditionModel +52,644 +BF16, F32, .*"), said);
    pastes(said, "");
  }

  /** What is no model by itself is named all the same. */
  @Test
  void partsByThemselves() throws IOException {
    Path xl = TinyXl.write(folder.resolve("xl"));
    assertTrue(whole(xl.resolve("unet")).contains("the U-Net of a pipeline"));
    assertTrue(whole(xl.resolve("unet")).contains("719,204"));
    assertTrue(whole(xl.resolve("text_encoder_2")).contains("CLIPTextModelWithProjection"));
  }

  @Test
  void anAutoencoderAndATokenizer() throws IOException {
    String said = whole(RESOURCES.resolve("sd/tiny-sd/vae"));
    assertTrue(first(said).contains("an autoencoder"), said);
    pastes(said, LATENTS);
    assertTrue(whole(RESOURCES.resolve("sd/tiny-tokenizer")).contains("720 symbols, 77 a prompt"));
  }

  @Test
  void foldersOfRewards() throws IOException {
    Path clip = TinyClip.write(folder.resolve("clip"));
    String said = whole(clip);
    assertTrue(first(said).contains("a CLIP model"), said);
    assertTrue(said.contains("the tower of images, 16 pixels a side"), said);
    pastes(said, IMAGES + "prompts: [sneaker]\n");
    Path dino = Files.createDirectories(folder.resolve("dino"));
    Files.writeString(
        dino.resolve("config.json"),
        """
        {"model_type": "dinov2", "hidden_size": 32, "num_hidden_layers": 2,
         "num_attention_heads": 4, "mlp_ratio": 2, "image_size": 20, "patch_size": 4,
         "layer_norm_eps": 1e-6, "hidden_act": "gelu", "id2label": {"0": "tench", "1": "shark",
         "2": "ray", "3": "cock", "4": "sneaker", "5": "ostrich", "6": "finch"}}
        """);
    stored("verifiers/dinov2-tiny.safetensors", dino);
    String seen = whole(dino);
    assertTrue(first(seen).contains("a DINOv2, for rewards, of 7 classes"), seen);
    pastes(seen, IMAGES + "prompts: [sneaker]\n");
  }

  @Test
  void aModelOfOpenClipWithoutATokenizer() throws IOException {
    String said = whole(TinyClip.writeOpen(folder.resolve("open")));
    assertTrue(first(said).contains("rewards that read prompts need tokenizer"), said);
    assertFalse(said.contains("# in a study"), said);
  }

  /** The weights that go with reference values. */
  private static void stored(String reference, Path to) throws IOException {
    TreeMap<String, Tensor.Floats> weights = new TreeMap<>();
    Safetensors.read(RESOURCES.resolve(reference))
        .tensors()
        .forEach(
            (key, tensor) -> {
              if (key.startsWith("weight.")) {
                weights.put(key.substring("weight.".length()), tensor);
              }
            });
    new Safetensors(weights, Map.of()).write(to.resolve("model.safetensors"));
  }

  @Test
  void aTransformerOfClasses() throws IOException {
    Path sit = Files.createDirectories(folder.resolve("sit"));
    String reference = "flow/sit-tiny.safetensors";
    JsonObject config =
        JsonParser.parseString(
                Safetensors.read(RESOURCES.resolve(reference)).metadata().get("config"))
            .getAsJsonObject();
    config.addProperty("_class_name", "SiT");
    TinyXl.put(sit.resolve("config.json"), config);
    Files.writeString(
        sit.resolve("scheduler_config.json"),
        "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\","
            + " \"prediction_type\": \"flow_to_data\", \"num_train_timesteps\": 1}");
    stored(reference, sit);
    String said = whole(sit);
    assertTrue(
        first(said).contains("a class-conditional transformer, SiT, states 4 x 8 x 8"), said);
    assertTrue(said.contains("NFE a second"), said);
    pastes(said, DECODED);
  }

  @Test
  void networksOfThisProject() throws IOException {
    for (String name : List.of("fashion-ddpm", "fashion-flow", "fashion-judge")) {
      String said = whole(MODELS.resolve(name), "--no-timing");
      assertTrue(first(said).contains(name.endsWith("e") ? "a classifier" : "a denoiser"), said);
      pastes(said, name.endsWith("e") ? IMAGES + "prompts: [boot]\n" : JPEG);
    }
  }

  @Test
  void aMaskedNetwork() throws IOException {
    MaskedTransformer network = new MaskedTransformer(2, 4, 8, 1, 2);
    Path trained = Files.createDirectories(folder.resolve("trained"));
    new TrainedNetwork(
            network,
            List.of(),
            Map.of("vocabulary", "[\"a\",\"<end>\"]", "spelling", "words"),
            network.network().initialise(new SplittableRandom(1)))
        .file()
        .write(trained.resolve(TrainedNetwork.FILE));
    String said = whole(trained);
    assertTrue(first(said).contains("a masked model of sequences of 4 tokens out of 2"), said);
    assertTrue(said.contains("NFE a second"), said);
    pastes(said, "verifiers: {r: {kind: tokens, scores: [0, 1]}}\n");
  }

  @Test
  void filesByThemselves() throws IOException {
    Path head = TinyClip.writeHead(folder.resolve("head.safetensors"), 0, 2, 4, 6, 7);
    String said = whole(head);
    assertTrue(first(said).contains("it may be a head"), said);
    Path archive = folder.resolve("a.pt");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      zip.putNextEntry(new ZipEntry("a/code/__torch__.py"));
    }
    String program = whole(archive);
    assertTrue(program.contains("sha256: " + Digests.sha256(Files.readAllBytes(archive))), program);
    assertTrue(program.contains("not loaded"), program);
  }

  /** A broken thing: 2, and one line on the error stream. */
  private static String broken(Path path) {
    Console said = Console.run("inspect", path.toString());
    assertEquals(2, said.code(), said.out());
    assertEquals(1, said.err().lines().count(), said.err());
    return said.out().replaceAll("\\s+", " ") + said.err();
  }

  @Test
  void aPickleIsNamedWithTheLineThatConvertsIt() throws IOException {
    for (String name : List.of("w.bin", "w.ckpt", "w.pt")) {
      Path pickle = Files.writeString(folder.resolve(name), "\u0080", StandardCharsets.UTF_8);
      String said = broken(pickle);
      assertTrue(said.contains("weights_only=True"), said);
    }
    Path zipped = folder.resolve("zipped");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(zipped))) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
    }
    assertTrue(broken(zipped).contains("is a pickle"));
  }

  @Test
  void everyFaultIsSaidPartByPart() throws IOException {
    Path sd = copy(RESOURCES.resolve("sd/tiny-sd"), folder.resolve("sd"));
    Files.delete(sd.resolve("text_encoder/model.safetensors"));
    Files.delete(sd.resolve("tokenizer/vocab.json"));
    Files.writeString(sd.resolve("scheduler/scheduler_config.json"), "{");
    TinyXl.set(sd.resolve("unet/config.json"), "layers_per_block", "2");
    Files.move(
        sd.resolve("vae/diffusion_pytorch_model.safetensors"),
        sd.resolve("vae/diffusion_pytorch_model.bin"));
    String said = broken(sd);
    assertTrue(said.contains("5 faults"), said);
    assertTrue(said.contains("wrong: unet: "), said);
    assertTrue(said.contains("missing: down_blocks.0.resnets.1.norm1.weight, down_blocks"), said);
    assertTrue(said.contains("wrong: text_encoder: "), said);
    assertTrue(said.contains("has no model.safetensors"), said);
    assertTrue(said.contains("wrong: tokenizer: "), said);
    assertTrue(said.contains("wrong: vae: "), said);
    assertTrue(said.contains("is a pickle"), said);
    assertTrue(said.contains("wrong: scheduler: "), said);
    assertTrue(
        said.contains("does not load: see unet, text_encoder, tokenizer, vae, scheduler"), said);
  }

  @Test
  void weightsThatDescribeNoNetworkAreAFault() throws IOException {
    Path network = Files.createDirectories(folder.resolve("network"));
    new Safetensors(new TreeMap<>(), Map.of()).write(network.resolve("weights.safetensors"));
    assertTrue(broken(network).contains("no architecture or labels in the metadata"));
  }

  /** Parts that are whole but do not fit each other. */
  @Test
  void aFaultOfTheWholeIsSaidToo() throws IOException {
    Path sd = copy(RESOURCES.resolve("sd/tiny-sd"), folder.resolve("sd"));
    TinyXl.set(sd.resolve("scheduler/scheduler_config.json"), "steps_offset", "0");
    assertTrue(broken(sd).contains("steps_offset 0"));
  }

  @Test
  void whatIsNothingIsRefusedWithWhatItHolds() throws IOException {
    Files.writeString(folder.resolve("notes.txt"), "x");
    assertTrue(broken(folder).contains("is nothing that is known here; it holds notes.txt"));
    assertTrue(broken(folder.resolve("notes.txt")).contains("is nothing that is known here"));
    assertTrue(broken(folder.resolve("none")).contains("no such file or folder"));
  }

  @Test
  void programsReadItAsJson() {
    JsonObject said =
        JsonParser.parseString(whole(RESOURCES.resolve("sd/tiny-sd"), "--no-timing", "--json"))
            .getAsJsonObject();
    assertEquals(5, said.getAsJsonArray("parts").size());
    JsonObject unet = said.getAsJsonArray("parts").get(0).getAsJsonObject();
    assertEquals(52_644, unet.get("parameters").getAsInt());
    JsonObject memory = said.getAsJsonObject("memory").getAsJsonObject("unet");
    assertEquals(4 * 52_644, memory.get("mapped").getAsLong());
    assertTrue(
        memory.getAsJsonObject("gradient").get("8").getAsLong()
            > memory.getAsJsonObject("forward").get("8").getAsLong());
    assertTrue(said.get("study").getAsString().contains("kind: diffusers"));
  }
}
