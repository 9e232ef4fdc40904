package io.github.tiltbench.verifier;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Numbers computed elsewhere for the verifiers that an evaluation metric or features make. */
public final class OracleGolden {
  private static final JsonObject ROOT = read();

  private OracleGolden() {}

  private static JsonObject read() {
    try (Reader reader =
        new InputStreamReader(
            OracleGolden.class.getResourceAsStream("/verifiers/oracle.json"),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The whole file. */
  public static JsonObject root() {
    return ROOT;
  }

  /** A list of numbers. */
  public static double[] row(String key) {
    return new Gson().fromJson(ROOT.get(key), double[].class);
  }

  /** A list of rows. */
  public static double[][] rows(String key) {
    return new Gson().fromJson(ROOT.get(key), double[][].class);
  }
}
