package io.github.tiltbench.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;

/**
 * What reflection says of a record class, asked once: records are read by the thousand.
 *
 * @param keys components in snake_case, in order
 * @param types of the components
 * @param components themselves
 * @param constructor the canonical one
 */
record RecordShape(
    List<String> keys,
    List<Type> types,
    List<RecordComponent> components,
    Constructor<?> constructor) {
  private static final ClassValue<RecordShape> SHAPES =
      new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
          return made(type);
        }
      };

  /** The shape of a record class. */
  static RecordShape of(Class<?> type) {
    return SHAPES.get(type);
  }

  private static RecordShape made(Class<?> type) {
    List<RecordComponent> components = List.of(type.getRecordComponents());
    Class<?>[] classes = components.stream().map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(classes);
      constructor.setAccessible(true);
      components.forEach(c -> c.getAccessor().setAccessible(true));
      return new RecordShape(
          components.stream().map(c -> Names.snake(c.getName())).toList(),
          components.stream().map(RecordComponent::getGenericType).toList(),
          components,
          constructor);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("no record without a canonical constructor", e);
    }
  }

  /** The type of a key's component. */
  Type type(String key) {
    return types.get(keys.indexOf(key));
  }

  /** The empty value of a key's component, null if its type is no optional one. */
  Object empty(String key) {
    return Construction.empty(components.get(keys.indexOf(key)).getType());
  }

  /** The value of a key's component. */
  Object value(Record record, String key) {
    return Json.value(record, components.get(keys.indexOf(key)));
  }

  /** A record of this class. */
  Object make(Object[] arguments) throws InvocationTargetException {
    try {
      return constructor.newInstance(arguments);
    } catch (InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException(
          "cannot make a " + constructor.getName() + " of " + Arrays.toString(arguments), e);
    }
  }
}
