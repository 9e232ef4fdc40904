package io.github.tiltbench.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Cross products of variants, the first factor changing slowest. */
final class Grid {
  /** Most variants of one definition. */
  static final int MOST = 10_000;

  private Grid() {}

  /** All ways to choose one variant of each part; {@code at} is blamed if they are too many. */
  static List<Variant<List<Object>>> product(Mark at, List<List<Variant<Object>>> parts) {
    List<Variant<List<Object>>> product = List.of(Variant.single(List.of()));
    for (List<Variant<Object>> part : parts) {
      if ((long) product.size() * part.size() > MOST) {
        throw new StudyException(at, "the axes make more than " + MOST + " variants");
      }
      List<Variant<List<Object>>> longer = new ArrayList<>();
      for (Variant<List<Object>> head : product) {
        for (Variant<Object> next : part) {
          longer.add(append(head, next));
        }
      }
      product = longer;
    }
    return product;
  }

  private static Variant<List<Object>> append(Variant<List<Object>> head, Variant<Object> next) {
    List<Object> values = new ArrayList<>(head.value());
    values.add(next.value());
    Map<String, String> axes = new LinkedHashMap<>(head.axes());
    axes.putAll(next.axes());
    return new Variant<>(values, axes);
  }

  /** Every variant's value changed, its axes kept. */
  static <A, B> List<Variant<B>> map(List<Variant<A>> variants, Function<A, B> change) {
    return variants.stream().map(v -> new Variant<>(change.apply(v.value()), v.axes())).toList();
  }
}
