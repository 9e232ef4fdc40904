package io.github.tiltbench.engine.learning;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was learned as named lists of numbers, of which the same is made again to the last bit.
 *
 * <p>Single precision is held in doubles, which lose nothing of it.
 *
 * @param byName never changed once they are here
 */
public record LearnedNumbers(SortedMap<String, double[]> byName) {
  /** Takes the lists over. */
  public LearnedNumbers {
    byName = Collections.unmodifiableSortedMap(new TreeMap<>(byName));
  }

  /** The numbers of names. */
  public static LearnedNumbers of(Map<String, double[]> byName) {
    return new LearnedNumbers(new TreeMap<>(byName));
  }

  /** These and another list. */
  public LearnedNumbers with(String name, double... values) {
    SortedMap<String, double[]> all = new TreeMap<>(byName);
    all.put(name, values);
    return new LearnedNumbers(all);
  }

  /**
   * The list of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public double[] get(String name) {
    double[] values = byName.get(name);
    if (values == null) {
      throw new IllegalArgumentException("there is no " + name + " among " + byName.keySet());
    }
    return values;
  }

  /**
   * A copy of the list of a name that has so many numbers.
   *
   * @throws IllegalArgumentException if it is missing or has another length
   */
  public double[] get(String name, int length) {
    double[] values = get(name);
    if (values.length != length) {
      throw new IllegalArgumentException(
          name + " has " + values.length + " numbers where " + length + " belong");
    }
    return values.clone();
  }

  /** The same in single precision. */
  float[] floats(String name, int length) {
    double[] values = get(name, length);
    float[] floats = new float[length];
    for (int i = 0; i < length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
