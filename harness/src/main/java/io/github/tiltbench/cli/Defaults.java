package io.github.tiltbench.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.Json;
import java.util.List;

/** The parameters of a kind as a person reads them. */
final class Defaults {
  private Defaults() {}

  /** {@code key=default} for each parameter, {@code key} alone where there is no short default. */
  static List<String> of(CatalogueEntry<?> kind) {
    return kind.keys().stream()
        .map(key -> key + kind.standing(key).map(Defaults::value).orElse(""))
        .toList();
  }

  private static String value(Object value) {
    JsonElement json = JsonParser.parseString(Json.canonical(value));
    return json.isJsonPrimitive() ? "=" + json.getAsString() : "";
  }
}
