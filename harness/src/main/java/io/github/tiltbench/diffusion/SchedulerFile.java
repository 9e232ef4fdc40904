package io.github.tiltbench.diffusion;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Reads a diffusers {@code scheduler_config.json}, refusing every key it does not know. */
public final class SchedulerFile {
  private static final RecordComponent[] COMPONENTS = SchedulerConfig.class.getRecordComponents();

  private SchedulerFile() {}

  /**
   * The configuration in a file; what the file leaves out is diffusers' default.
   *
   * @throws IllegalArgumentException naming the file and the key at fault
   */
  public static SchedulerConfig read(Path file) throws IOException {
    try (JsonReader reader = new JsonReader(Files.newBufferedReader(file))) {
      reader.setStrictness(Strictness.STRICT);
      return of(JsonParser.parseReader(reader).getAsJsonObject());
    } catch (JsonParseException | IllegalStateException e) {
      throw new IllegalArgumentException(file + " does not hold a JSON object", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * The configuration in an object; keys that begin with an underscore are notes.
   *
   * @throws IllegalArgumentException whose message begins with the key at fault
   */
  public static SchedulerConfig of(JsonObject json) {
    TreeSet<String> unknown = new TreeSet<>(json.keySet());
    unknown.removeIf(key -> key.startsWith("_"));
    Object[] values = new Object[COMPONENTS.length];
    for (int i = 0; i < values.length; i++) {
      String key = key(COMPONENTS[i]);
      values[i] = json.has(key) ? value(key, json.get(key), COMPONENTS[i].getType()) : standing(i);
      unknown.remove(key);
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(unknown.first() + " is not a key of a scheduler");
    }
    return make(values);
  }

  private static String key(RecordComponent component) {
    return component.getName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  private static Object standing(int component) {
    try {
      return COMPONENTS[component].getAccessor().invoke(SchedulerConfig.DEFAULT);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record has accessors", e);
    }
  }

  private static SchedulerConfig make(Object[] values) {
    Class<?>[] types =
        Arrays.stream(COMPONENTS).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return SchedulerConfig.class.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new IllegalStateException("a record has its constructor", e);
    }
  }

  private static Object value(String key, JsonElement json, Class<?> type) {
    try {
      if (type == Optional.class) {
        return json.isJsonNull() ? Optional.empty() : Optional.of(numbers(json));
      } else if (type == boolean.class && json.getAsJsonPrimitive().isBoolean()) {
        return json.getAsBoolean();
      } else if (type == double.class) {
        return number(json).doubleValue();
      } else if (type == int.class) {
        return number(json).intValueExact();
      } else if (type == String.class && json.getAsJsonPrimitive().isString()) {
        return json.getAsString();
      } else if (type.isEnum()) {
        return constant(type, json.getAsJsonPrimitive().getAsString());
      }
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(key + " cannot be " + json, e);
    }
    throw new IllegalArgumentException(key + " cannot be " + json);
  }

  private static List<Double> numbers(JsonElement json) {
    return json.getAsJsonArray().asList().stream().map(n -> number(n).doubleValue()).toList();
  }

  private static BigDecimal number(JsonElement json) {
    if (!json.getAsJsonPrimitive().isNumber()) {
      throw new IllegalArgumentException("not a number");
    }
    return json.getAsBigDecimal();
  }

  /** The constant that is spelled so in lower case. */
  private static Object constant(Class<?> type, String text) {
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().toLowerCase(Locale.ROOT).equals(text)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("no constant of this name");
  }
}
