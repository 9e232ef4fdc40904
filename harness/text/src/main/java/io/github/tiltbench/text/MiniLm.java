package io.github.tiltbench.text;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tiltbench.engine.text.WordPieces;
import io.github.tiltbench.verifier.text.SentenceEncoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Sentence embeddings by all-MiniLM-L6-v2 in 8 bits: the mean of the last layer over all tokens, at
 * length 1.
 *
 * <p>One text a call. The network rounds its activations by the range of all that is in a batch, so
 * that a row in company has another embedding than alone, by up to 0.03 a component.
 */
public final class MiniLm implements SentenceEncoder {
  private static final String NETWORK = "/all-minilm-l6-v2-q.onnx";
  private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";

  /** The most tokens that it was trained to read. */
  private static final int LONGEST = 256;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final WordPieces pieces;

  /** Loads the network. */
  public MiniLm() {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      this.session = environment.createSession(bytes(NETWORK), options);
    } catch (OrtException e) {
      throw new IllegalStateException("MiniLM cannot be loaded: " + e.getMessage(), e);
    }
    String json = new String(bytes(TOKENIZER), StandardCharsets.UTF_8);
    JsonObject model = JsonParser.parseString(json).getAsJsonObject().getAsJsonObject("model");
    JsonObject ids = model.getAsJsonObject("vocab");
    String[] byId = new String[ids.size()];
    ids.entrySet().forEach(entry -> byId[entry.getValue().getAsInt()] = entry.getKey());
    this.pieces = new WordPieces(List.of(byId), true);
  }

  private static byte[] bytes(String place) {
    try (InputStream in = MiniLm.class.getResourceAsStream(place)) {
      if (in == null) {
        throw new IllegalStateException("the class path has no " + place);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public float[] embed(String text) {
    return embed(new long[][] {tokens(text)})[0];
  }

  /** Embeddings of rows of one length that are put to the network together. */
  float[][] embed(long[][] ids) {
    long[][] mask = new long[ids.length][ids[0].length];
    Arrays.stream(mask).forEach(row -> Arrays.fill(row, 1));
    long[][] types = new long[ids.length][ids[0].length];
    try (OnnxTensor input = OnnxTensor.createTensor(environment, ids);
        OnnxTensor attention = OnnxTensor.createTensor(environment, mask);
        OnnxTensor type = OnnxTensor.createTensor(environment, types);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", input, "attention_mask", attention, "token_type_ids", type))) {
      float[][][] hidden = (float[][][]) result.get(0).getValue();
      return Arrays.stream(hidden).map(MiniLm::direction).toArray(float[][]::new);
    } catch (OrtException e) {
      throw new IllegalStateException("MiniLM gave no embedding: " + e.getMessage(), e);
    }
  }

  /** Ids of a text between a start and an end, of too many the first. */
  long[] tokens(String text) {
    IntStream kept = Arrays.stream(pieces.encode(text)).limit(LONGEST - 2);
    IntStream start = IntStream.of(pieces.id(WordPieces.START));
    IntStream end = IntStream.of(pieces.id(WordPieces.END));
    return IntStream.concat(start, IntStream.concat(kept, end)).asLongStream().toArray();
  }

  private static float[] direction(float[][] hidden) {
    double[] sum = new double[hidden[0].length];
    for (float[] token : hidden) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += token[i];
      }
    }
    double norm = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
    float[] direction = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      direction[i] = (float) (sum[i] / norm);
    }
    return direction;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("MiniLM cannot be closed: " + e.getMessage(), e);
    }
  }
}
