package io.github.tiltbench.engine.network;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A family of networks; a record whose components are its keys in a card. */
public sealed interface Architecture permits UNet, ClassNetwork {
  /** The network as text. */
  Network network();

  /** The families by the name a card calls them. */
  Map<String, Class<? extends Architecture>> KINDS =
      new TreeMap<>(Map.of("unet", UNet.class, "resnet", ResNet.class, "mixer", Mixer.class));

  /**
   * Reads {@code kind} and exactly the components of that family.
   *
   * @throws IllegalArgumentException naming the key that is wrong
   */
  static Architecture of(Map<?, ?> keys) {
    return of(new Gson().toJsonTree(keys).getAsJsonObject());
  }

  /** Reads what {@link #json} wrote. */
  static Architecture of(String json) {
    return of(new Gson().fromJson(json, JsonObject.class));
  }

  /** The architecture as JSON, for the metadata of its weights. */
  default String json() {
    JsonObject object = new JsonObject();
    KINDS.forEach(
        (kind, type) -> {
          if (type.isInstance(this)) {
            object.addProperty("kind", kind);
          }
        });
    new Gson()
        .toJsonTree(this)
        .getAsJsonObject()
        .entrySet()
        .forEach(e -> object.add(e.getKey(), e.getValue()));
    return object.toString();
  }

  private static Architecture of(JsonObject keys) {
    JsonElement kind = keys.get("kind");
    Class<? extends Architecture> type =
        kind == null || !kind.isJsonPrimitive() ? null : KINDS.get(kind.getAsString());
    if (type == null) {
      throw new IllegalArgumentException("architecture: kind must be one of " + KINDS.keySet());
    }
    Set<String> expected = new TreeSet<>();
    Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).forEach(expected::add);
    expected.add("kind");
    if (!expected.equals(keys.keySet())) {
      throw new IllegalArgumentException(
          "architecture: keys must be " + expected + ", are " + new TreeSet<>(keys.keySet()));
    }
    try {
      return new Gson().fromJson(keys, type);
    } catch (JsonParseException | NumberFormatException e) {
      throw new IllegalArgumentException("architecture: " + e.getMessage(), e);
    }
  }
}
