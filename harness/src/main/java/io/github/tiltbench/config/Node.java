package io.github.tiltbench.config;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An immutable definition tree in which every part knows its place in the file. */
public sealed interface Node {
  /** Where this node starts. */
  Mark at();

  /** What the node is, for messages: "a text", "a list" or "a mapping". */
  String what();

  /**
   * A single value, not yet interpreted.
   *
   * @param plain true without quotes; only a plain scalar can be a number, a flag or nothing
   */
  record Scalar(String text, boolean plain, Mark at) implements Node {
    @Override
    public String what() {
      return isNull() ? "nothing" : "'" + brief() + "'";
    }

    /** True for an empty value, {@code ~} or {@code null}. */
    public boolean isNull() {
      return plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
    }

    private String brief() {
      String flat = text.replaceAll("\\s+", " ");
      return flat.length() <= 60 ? flat : flat.substring(0, 57) + "...";
    }
  }

  /** A list. */
  record Items(List<Node> items, Mark at) implements Node {
    public Items {
      items = List.copyOf(items);
    }

    @Override
    public String what() {
      return "a list";
    }
  }

  /** Keys with values in file order; keys are unique. */
  record Mapping(List<Entry> entries, Mark at) implements Node {
    public Mapping {
      entries = List.copyOf(entries);
    }

    @Override
    public String what() {
      return "a mapping";
    }

    /** The entry with this key. */
    public Optional<Entry> get(String key) {
      for (Entry entry : entries) {
        if (entry.key().equals(key)) {
          return Optional.of(entry);
        }
      }
      return Optional.empty();
    }

    /** This mapping without one key. */
    public Mapping without(String key) {
      return new Mapping(entries.stream().filter(e -> !e.key().equals(key)).toList(), at);
    }

    /** This mapping with its keys spelled otherwise. */
    public Mapping renamed(UnaryOperator<String> spelling) {
      return new Mapping(
          entries.stream().map(e -> new Entry(spelling.apply(e.key()), e.at(), e.value())).toList(),
          at);
    }

    /** The keys in file order. */
    public List<String> keys() {
      return entries.stream().map(Entry::key).toList();
    }
  }

  /**
   * One key with its value.
   *
   * @param at place of the key
   */
  record Entry(String key, Mark at, Node value) {}
}
