package io.github.tiltbench.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Cross products of variants, the first factor changing slowest. */
public final class Grid {
  /** Most variants of one definition. */
  static final int MOST = 10_000;

  private Grid() {}

  /** All ways to choose one variant of each part; {@code at} is blamed if they are too many. */
  public static List<GridPoint<List<Object>>> product(
      Mark at, List<List<GridPoint<Object>>> parts) {
    List<GridPoint<List<Object>>> product = List.of(GridPoint.single(List.of()));
    if (parts.stream().allMatch(Grid::single)) {
      return List.of(GridPoint.single(parts.stream().map(part -> part.get(0).value()).toList()));
    }
    for (List<GridPoint<Object>> part : parts) {
      if ((long) product.size() * part.size() > MOST) {
        throw new ConfigException(at, "the axes make more than " + MOST + " variants");
      }
      List<GridPoint<List<Object>>> longer = new ArrayList<>();
      for (GridPoint<List<Object>> head : product) {
        for (GridPoint<Object> next : part) {
          longer.add(append(head, next));
        }
      }
      product = longer;
    }
    return product;
  }

  private static GridPoint<List<Object>> append(
      GridPoint<List<Object>> head, GridPoint<Object> next) {
    List<Object> values = new ArrayList<>(head.value());
    values.add(next.value());
    Map<String, String> axes = new LinkedHashMap<>(head.axes());
    axes.putAll(next.axes());
    return new GridPoint<>(values, axes);
  }

  private static boolean single(List<? extends GridPoint<?>> variants) {
    return variants.size() == 1 && variants.get(0).axes().isEmpty();
  }

  /** Every variant's axes moved below a key. */
  static List<GridPoint<Object>> under(List<GridPoint<Object>> variants, String key) {
    return single(variants) ? variants : variants.stream().map(v -> v.under(key)).toList();
  }

  /** Every variant's value changed, its axes kept. */
  public static <A, B> List<GridPoint<B>> map(List<GridPoint<A>> variants, Function<A, B> change) {
    return single(variants)
        ? List.of(GridPoint.single(change.apply(variants.get(0).value())))
        : variants.stream().map(v -> new GridPoint<>(change.apply(v.value()), v.axes())).toList();
  }
}
