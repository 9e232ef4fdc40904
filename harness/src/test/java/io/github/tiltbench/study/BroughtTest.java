package io.github.tiltbench.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Digests;
import io.github.tiltbench.config.PathResolver;
import io.github.tiltbench.engine.Archive;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Studies that name files their user has to bring. */
class BroughtTest {
  private static final String MODEL =
      """
        net:
          kind: torchscript
          denoiser: {file: unet.pt, sha256: DIGEST}
          conditions: texts.safetensors
          item: [2]
          guidance: 2
          process: {kind: ddim, steps: 10, eta: 1.0}
      """;

  private static String yaml(String digest) {
    return Toys.STUDY.replaceFirst(
        "(?s)  mix:.*?eta: 1.0}\n", MODEL.replace("DIGEST", digest).replaceAll("\\$", "\\\\\\$"));
  }

  private static String error(String yaml, Path folder) {
    return assertThrows(
            ConfigException.class, () -> Toys.study(yaml, new PathResolver(List.of(folder))))
        .getMessage();
  }

  @Test
  void whatIsMissingIsNamedWithItsFormat(@TempDir Path folder) {
    String message = error(yaml("0".repeat(64)), folder);
    assertTrue(
        message.startsWith(
            "s.yaml:8:5: torchscript needs files that you have to bring and that are not here:"
                + " denoiser 'unet.pt', a TorchScript archive, forward(x, t, c) of"),
        message);
    assertTrue(message.contains("; conditions 'texts.safetensors', a safetensors file"), message);
  }

  @Test
  void aDigestIsCheckedAndIsPartOfTheKey(@TempDir Path folder) throws IOException {
    byte[] archive =
        new Archive("A")
            .method("forward", "x: Tensor, t: Tensor, c: Tensor", "Tensor", "    return x\n")
            .bytes();
    Files.write(folder.resolve("unet.pt"), archive);
    Tensor.Floats row = new Tensor.Floats(new float[] {1}, 1);
    Files.write(
        folder.resolve("texts.safetensors"),
        new Safetensors(new TreeMap<>(Map.of("-", row, "bag", row, "boot", row)), Map.of())
            .bytes());
    String wrong = error(yaml("0".repeat(64)), folder);
    assertTrue(wrong.startsWith("s.yaml:9:31: sha256 of "), wrong);
    assertTrue(wrong.contains(" is " + Digests.sha256(archive) + ", not 000"), wrong);
    Study study = Toys.study(yaml(Digests.sha256(archive)), new PathResolver(List.of(folder)));
    Plan plan = Plan.of(study, Toys.CATALOGUES);
    assertTrue(plan.cells().get(0).definition().contains(Digests.sha256(archive)));
    assertEquals(
        "s.yaml:5:16: model net: "
            + folder.resolve("texts.safetensors")
            + " has no embedding of 'shoe'",
        error(yaml(Digests.sha256(archive)).replace("boot]", "shoe]"), folder));
  }

  @ParameterizedTest
  @ValueSource(strings = {"svdd-table2-sd15", "das-sd15", "noise-search-sd15", "svdd-table2-sdxl"})
  void theStudiesOfThePapersSayWhatToBring(String name, @TempDir Path empty) throws IOException {
    byte[] study = Files.readAllBytes(Path.of("../benchmarks/studies/" + name + ".yaml"));
    PathResolver nowhere = new PathResolver(List.of(empty));
    String message =
        assertThrows(
                ConfigException.class, () -> Study.read("s.yaml", study, nowhere, Toys.CATALOGUES))
            .getMessage();
    String path = "path 'datasets/brought/" + (name.endsWith("sdxl") ? "sdxl" : "sd15") + "'";
    assertTrue(message.contains(path + ", a folder that diffusers saved"), message);
  }
}
