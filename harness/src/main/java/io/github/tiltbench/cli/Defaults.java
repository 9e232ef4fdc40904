package io.github.tiltbench.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tiltbench.study.Json;
import io.github.tiltbench.study.Kind;
import java.util.List;

/** The parameters of a kind as a person reads them. */
final class Defaults {
  private Defaults() {}

  /** {@code key=default} for each parameter, {@code key} alone where there is no default. */
  static List<String> of(Kind<?> kind) {
    JsonObject defaults =
        kind.defaults()
            .map(d -> JsonParser.parseString(Json.canonical(d)).getAsJsonObject())
            .orElseGet(JsonObject::new);
    return kind.keys().stream()
        .map(key -> kind.required().contains(key) ? key : key + value(defaults.get(key)))
        .toList();
  }

  private static String value(JsonElement value) {
    if (value == null || value.isJsonObject()) {
      return "";
    }
    return "=" + (value.isJsonPrimitive() ? value.getAsString() : value.toString());
  }
}
