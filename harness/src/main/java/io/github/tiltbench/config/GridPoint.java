package io.github.tiltbench.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One point of a grid: a value and where it lies on each axis.
 *
 * @param axes axis (its keys joined by dots) to the text of the value chosen there, in file order;
 *     empty where the definition has no axis
 */
public record GridPoint<T>(T value, Map<String, String> axes) {
  public GridPoint {
    axes = axes.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(axes));
  }

  /** A value without axes. */
  static <T> GridPoint<T> single(T value) {
    return new GridPoint<>(value, Map.of());
  }

  /** {@code name}, or {@code name[alpha=0.1,value=posterior-mean]} where there are axes. */
  public String label(String name) {
    return axes.isEmpty() ? name : name + "[" + text(axes) + "]";
  }

  /** Axes as {@code alpha=0.1,value=posterior-mean}. */
  public static String text(Map<String, String> axes) {
    return axes.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(","));
  }

  /** The same point with its axes moved below a key. */
  public GridPoint<T> under(String key) {
    if (axes.isEmpty()) {
      return this;
    }
    Map<String, String> moved = new LinkedHashMap<>();
    axes.forEach((k, v) -> moved.put(k.isEmpty() ? key : key + "." + k, v));
    return new GridPoint<>(value, moved);
  }
}
