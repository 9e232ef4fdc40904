package io.github.tiltbench.engine.published.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.bundle.BundleBytes;
import io.github.tiltbench.engine.published.Weight;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small saved model in a zip file in a jar becomes the folder that it would have been saved as.
 */
class BertBundleTest {
  private static final String INNER = "com/example/model";
  private static final Bert BERT = TinyBert.network(TinyBert.CONFIG);

  @TempDir Path temporary;

  private static String tensorFlow(String key) {
    String name =
        key.equals("cls.predictions.bias")
            ? "cls.predictions.output_bias"
            : key.replaceFirst("(_embeddings)\\.weight$", "$1")
                .replace("LayerNorm.weight", "LayerNorm.gamma")
                .replace("LayerNorm.bias", "LayerNorm.beta")
                .replaceFirst("\\.weight$", ".kernel")
                .replaceFirst("layer\\.(\\d+)", "layer_$1");
    return "module/" + name.replace('.', '/');
  }

  private static Tensor.Floats transposed(Tensor.Floats t) {
    int rows = (int) t.shape()[0];
    int columns = (int) t.shape()[1];
    float[] data = new float[t.data().length];
    for (int i = 0; i < data.length; i++) {
      data[i] = t.data()[i % rows * columns + i / rows];
    }
    return new Tensor.Floats(data, columns, rows);
  }

  private static BundleBytes bundle() {
    BundleBytes bundle = new BundleBytes();
    for (Weight weight : BERT.network(TokenHead.plain(BERT.vocabSize())).weights()) {
      Tensor.Floats tensor = TinyBert.WEIGHTS.of(weight.key(), weight.shape());
      String name = tensorFlow(weight.key());
      Tensor.Floats stored = name.endsWith("/kernel") ? transposed(tensor) : tensor;
      bundle.tensor(name, stored.data(), stored.shape());
    }
    return bundle
        .tensor("module/bert/pooler/dense/kernel", new float[64], 8, 8)
        .tensor("global_step", new float[1]);
  }

  private static byte[] zip(Map<String, byte[]> entries, int method) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(each.getKey());
        entry.setMethod(method);
        entry.setSize(each.getValue().length);
        CRC32 crc = new CRC32();
        crc.update(each.getValue());
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(each.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private static Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    String vocabulary = String.join("\n", TinyBert.pieces()) + "\n";
    files.put("assets/vocab.txt", vocabulary.getBytes(StandardCharsets.UTF_8));
    files.put("variables/variables.data-00000-of-00001", bundle().values());
    files.put("variables/variables.index", bundle().index());
    return files;
  }

  private BertBundle written(Map<String, byte[]> files) throws IOException {
    Path jar = temporary.resolve("model.jar");
    Files.write(jar, zip(Map.of(INNER, zip(files, ZipEntry.STORED)), ZipEntry.DEFLATED));
    return new BertBundle(new NestedZip(jar, INNER));
  }

  @Test
  void theFolderIsThatOfTheSameNetwork() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("made"));
    written(files()).convert(folder);
    BertFolder made = BertFolder.of(folder);
    assertEquals(
        new Bert(26, 8, 2, 1, 12, 16, 2, 1e-12, "gelu_new"), made.network()); // heads of 64
    assertEquals(TinyBert.pieces(), made.tokenizer().pieces());
    TreeMap<String, Tensor.Floats> tensors =
        new TreeMap<>(Safetensors.read(folder.resolve("model.safetensors")).tensors());
    for (Weight weight : BERT.network(TokenHead.plain(BERT.vocabSize())).weights()) {
      Tensor.Floats found = tensors.remove(weight.key());
      assertArrayEquals(weight.shape(), found.shape(), weight.key());
      assertArrayEquals(
          TinyBert.WEIGHTS.of(weight.key(), weight.shape()).data(), found.data(), weight.key());
    }
    assertEquals(Map.of(), tensors);
  }

  @Test
  void namesAreThoseOfTransformers() {
    Map<String, String> names =
        Map.of(
            "bert/embeddings/token_type_embeddings", "bert.embeddings.token_type_embeddings.weight",
            "bert/embeddings/LayerNorm/gamma", "bert.embeddings.LayerNorm.weight",
            "bert/encoder/layer_11/attention/self/key/kernel",
                "bert.encoder.layer.11.attention.self.key.weight",
            "bert/encoder/layer_3/output/LayerNorm/beta",
                "bert.encoder.layer.3.output.LayerNorm.bias",
            "cls/predictions/output_bias", "cls.predictions.bias");
    names.forEach((from, to) -> assertEquals(Optional.of(to), BertBundle.key("module/" + from)));
    assertEquals(Optional.empty(), BertBundle.key("module/bert/pooler/dense/bias"));
    assertEquals(Optional.empty(), BertBundle.key("global_step"));
  }

  private void refused(String fault, Map<String, byte[]> files) throws IOException {
    BertBundle bundle = written(files);
    Path folder = Files.createTempDirectory(temporary, "refused");
    String said = assertThrows(IOException.class, () -> bundle.convert(folder)).getMessage();
    assertTrue(said.contains(fault), said);
  }

  @Test
  void whatIsMissingOrDamagedIsNamed() throws IOException {
    for (String name : files().keySet()) {
      Map<String, byte[]> files = files();
      files.remove(name);
      refused("model.jar: its entry " + INNER + " has no " + name, files);
    }
    Map<String, byte[]> files = files();
    files.put("variables/variables.index", new byte[60]);
    refused("variables/variables.index: no table of LevelDB", files);
    BundleBytes other = new BundleBytes().tensor("module/x", new float[1]);
    files.put("variables/variables.index", other.index());
    refused("it holds no BERT: there is no bert.embeddings.word_embeddings.weight", files);
    files = files();
    byte[] values = bundle().values();
    values[100]++;
    files.put("variables/variables.data-00000-of-00001", values);
    refused("values have another checksum", files);
    Files.write(temporary.resolve("empty.jar"), zip(Map.of("x", new byte[0]), ZipEntry.STORED));
    NestedZip none = new NestedZip(temporary.resolve("empty.jar"), INNER);
    String said = assertThrows(IOException.class, () -> none.read("any")).getMessage();
    assertTrue(said.endsWith("empty.jar: it has no entry " + INNER), said);
  }

  @Test
  void anotherJarIsRefusedAndNothingIsLeft() throws IOException {
    Path jar = Files.write(temporary.resolve("other.jar"), new byte[] {1});
    Path folder = temporary.resolve("made");
    String said = assertThrows(IOException.class, () -> EasyBert.convert(jar, folder)).getMessage();
    assertTrue(said.contains("its SHA-1 is bf8b4530d8d246dd74ac53a13471bba17941dff7"), said);
    assertFalse(Files.exists(folder));
    Files.createDirectory(folder);
    said = assertThrows(IOException.class, () -> EasyBert.convert(jar, folder)).getMessage();
    assertTrue(said.contains("is there already"), said);
    assertEquals(List.of("made", "other.jar"), names());
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(temporary)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
