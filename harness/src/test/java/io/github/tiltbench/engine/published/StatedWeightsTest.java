package io.github.tiltbench.engine.published;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tiltbench.engine.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StatedWeightsTest {
  private static final JsonObject FORMULA = formula();

  private static JsonObject formula() {
    try {
      return JsonParser.parseString(
              Files.readString(Path.of("src/test/resources/sd/formulas.json")))
          .getAsJsonObject()
          .getAsJsonObject("formula");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(String what, Tensor.Floats tensor) {
    JsonArray expected = FORMULA.getAsJsonArray(what);
    for (int k = 0; k < expected.size(); k++) {
      assertEquals(expected.get(k).getAsFloat(), tensor.data()[k], what);
    }
  }

  @Test
  void theFirstValuesAreThoseStated() {
    JsonArray units = FORMULA.getAsJsonArray("unit_in_sample_first4");
    for (int k = 0; k < units.size(); k++) {
      assertEquals(
          units.get(k).getAsDouble(), StatedWeights.unit(StatedWeights.seed("in.sample"), k));
    }
    StatedWeights weights = new StatedWeights(1);
    check("conv_in_weight_16_4_3_3_first4", weights.of("conv_in.weight", 16, 4, 3, 3));
    check("the_same_gain_005", new StatedWeights(0.05).of("conv_in.weight", 16, 4, 3, 3));
    check("conv_in_bias_first3", weights.of("conv_in.bias", 16));
    check("conv_norm_out_weight_first3", weights.of("conv_norm_out.weight", 16));
  }
}
