package io.github.tiltbench.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Reads the configuration of a published network into a record and refuses what it does not say.
 *
 * <p>Such files have keys for every member of a large family. Those that the record has are read by
 * the rules of {@link Records#STORED}, but for two liberties of these files: a flag may be null,
 * which is false, and a list with one value a level may be the one value of all levels. Notes (keys
 * that begin with an underscore) may stand in a file; everything else is an unknown key.
 *
 * @param entry the record, and what is assumed where a file says nothing
 * @param only values of keys that a file may say nothing else about, since the network is built for
 *     these alone
 * @param ignored keys that change nothing
 * @param levels the key of the list whose length is the number of levels
 * @param perLevel keys with a value for each level, and that value where a file says nothing
 */
public record PublishedConfig<T>(
    CatalogueEntry<T> entry,
    Map<String, List<String>> only,
    Set<String> ignored,
    String levels,
    Map<String, Integer> perLevel) {

  /**
   * The record that a file's root means.
   *
   * @throws ConfigException at the key that cannot be had
   */
  public T read(Node root) {
    if (!(root instanceof Node.Mapping mapping)) {
      throw Literals.wrong(root, "the file", "a mapping");
    }
    int count =
        mapping.get(levels).map(Node.Entry::value).orElse(root) instanceof Node.Items items
            ? items.items().size()
            : 0;
    List<Node.Entry> kept = new ArrayList<>();
    for (Node.Entry e : mapping.entries()) {
      if (only.containsKey(e.key())) {
        require(e.key(), e.value());
      } else if (perLevel.containsKey(e.key())) {
        if (e.value() instanceof Node.Scalar s && s.isNull()) {
          throw new ConfigException(s.at(), e.key() + " has no value");
        }
        kept.add(new Node.Entry(e.key(), e.at(), spread(e.value(), count)));
      } else if (!ignored.contains(e.key()) && !isOff(e)) {
        kept.add(e);
      }
    }
    Mark at = mapping.at();
    perLevel.forEach(
        (key, value) -> {
          if (mapping.get(key).isEmpty()) {
            Node.Scalar standing = new Node.Scalar(value.toString(), true, at);
            kept.add(new Node.Entry(key, at, spread(standing, count)));
          }
        });
    return Records.STORED.published(new Node.Mapping(kept, at), entry);
  }

  private void require(String key, Node value) {
    if (value instanceof Node.Items items) {
      items.items().forEach(item -> require(key, item));
      return;
    }
    List<String> allowed = only.get(key);
    boolean found =
        value instanceof Node.Scalar s
            && allowed.contains(s.text())
            && s.plain() == JsonTree.isPlain(s.text());
    if (!found) {
      throw new ConfigException(
          value.at(),
          key
              + " is "
              + (value instanceof Node.Scalar s && s.isNull() ? "null" : value.what())
              + ", for which "
              + entry.name()
              + " is not built here; it may be "
              + String.join(" or ", allowed));
    }
  }

  private static Node spread(Node value, int count) {
    return value instanceof Node.Scalar s
        ? new Node.Items(IntStream.range(0, count).mapToObj(i -> value).toList(), s.at())
        : value;
  }

  private boolean isOff(Node.Entry e) {
    return e.value() instanceof Node.Scalar s
        && s.isNull()
        && entry.keys().contains(e.key())
        && entry.standing(e.key()).filter(Boolean.FALSE::equals).isPresent();
  }
}
