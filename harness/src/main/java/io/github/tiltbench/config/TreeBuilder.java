package io.github.tiltbench.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;

/** Builds a {@link Node} tree from parser events; holds the stack of open lists and mappings. */
final class TreeBuilder {
  private record Counted(Node node, int nodes) {}

  /** An open list or mapping; {@code key} waits for its value. */
  private static final class Frame {
    final boolean mapping;
    final Mark at;
    final Optional<Anchor> anchor;
    final List<Node> items = new ArrayList<>();
    final Map<String, Node.Entry> entries = new LinkedHashMap<>();
    Node.Scalar key;
    int nodes = 1;

    Frame(boolean mapping, Mark at, Optional<Anchor> anchor) {
      this.mapping = mapping;
      this.at = at;
      this.anchor = anchor;
    }
  }

  private final String name;
  private final Deque<Frame> open = new ArrayDeque<>();
  private final Map<Anchor, Counted> anchors = new HashMap<>();
  private Node root;
  private int documents;
  private int visited;

  TreeBuilder(String name) {
    this.name = name;
  }

  /** The finished tree. */
  Node root() {
    if (root == null || (root instanceof Node.Scalar s && s.isNull())) {
      throw new ConfigException(Mark.of(name), "is empty");
    }
    return root;
  }

  void accept(Event event) {
    Mark at = mark(event);
    if (event instanceof DocumentStartEvent) {
      if (++documents > 1) {
        throw new ConfigException(at, "a second document starts here; a file holds one");
      }
    } else if (event instanceof AliasEvent alias) {
      Counted target = aliased(at, alias.getAlias());
      add(at, target, target.nodes());
    } else if (event instanceof NodeEvent node) {
      start(at, node);
    } else if (event.getEventId() == Event.ID.SequenceEnd
        || event.getEventId() == Event.ID.MappingEnd) {
      close();
    }
  }

  private void start(Mark at, NodeEvent event) {
    if (event instanceof ScalarEvent s) {
      refuseTag(at, s.getTag());
      Counted made = new Counted(new Node.Scalar(s.getValue(), s.isPlain(), at), 1);
      event.getAnchor().ifPresent(a -> anchors.put(a, made));
      add(at, made, 1);
    } else if (event instanceof SequenceStartEvent s) {
      refuseTag(at, s.getTag());
      push(new Frame(false, at, event.getAnchor()));
    } else if (event instanceof MappingStartEvent m) {
      refuseTag(at, m.getTag());
      push(new Frame(true, at, event.getAnchor()));
    }
  }

  private void push(Frame frame) {
    if (open.size() >= Yaml.MAX_DEPTH) {
      throw new ConfigException(frame.at, "nested deeper than " + Yaml.MAX_DEPTH + " levels");
    }
    Frame parent = open.peek();
    if (parent != null && parent.mapping && parent.key == null) {
      throw new ConfigException(frame.at, "a key must be a text");
    }
    // an anchor belongs to the newest node of its name, even while that is still open
    frame.anchor.ifPresent(anchors::remove);
    open.push(frame);
  }

  private void close() {
    Frame frame = open.pop();
    Node node =
        frame.mapping
            ? new Node.Mapping(List.copyOf(frame.entries.values()), frame.at)
            : new Node.Items(frame.items, frame.at);
    Counted made = new Counted(node, frame.nodes);
    frame.anchor.ifPresent(a -> anchors.put(a, made));
    add(frame.at, made, 1);
  }

  private Counted aliased(Mark at, Anchor anchor) {
    Counted found = anchors.get(anchor);
    if (found == null) {
      boolean inside = open.stream().anyMatch(f -> f.anchor.equals(Optional.of(anchor)));
      throw new ConfigException(
          at,
          inside
              ? "the alias *" + anchor + " contains itself"
              : "no anchor &" + anchor + " stands before this alias");
    }
    return found;
  }

  /** Hangs a finished node into the open one; {@code fresh} counts the nodes not met before. */
  private void add(Mark at, Counted made, int fresh) {
    visited += fresh;
    if (visited > Yaml.MAX_NODES) {
      throw new ConfigException(
          at, "more than " + Yaml.MAX_NODES + " values once aliases are written out");
    }
    Frame parent = open.peek();
    if (parent == null) {
      root = made.node();
      return;
    }
    parent.nodes += made.nodes();
    if (!parent.mapping) {
      parent.items.add(made.node());
    } else if (parent.key == null) {
      parent.key = key(at, made.node());
    } else {
      put(parent, made.node());
    }
  }

  private static Node.Scalar key(Mark at, Node node) {
    if (!(node instanceof Node.Scalar scalar) || scalar.isNull()) {
      throw new ConfigException(at, "a key must be a text");
    }
    if (scalar.plain() && scalar.text().equals("<<")) {
      throw new ConfigException(at, "merge keys (<<) are not supported; write the keys out");
    }
    return new Node.Scalar(scalar.text(), scalar.plain(), at);
  }

  private static void put(Frame parent, Node value) {
    Node.Scalar key = parent.key;
    Node.Entry before = parent.entries.get(key.text());
    if (before != null) {
      throw new ConfigException(
          key.at(), "duplicate key '" + key.text() + "', first at " + before.at().inFile());
    }
    parent.entries.put(key.text(), new Node.Entry(key.text(), key.at(), value));
    parent.key = null;
  }

  private static void refuseTag(Mark at, Optional<String> tag) {
    if (tag.isPresent()) {
      throw new ConfigException(at, "tags such as " + tag.get() + " are not supported");
    }
  }

  private Mark mark(Event event) {
    return event
        .getStartMark()
        .map(m -> new Mark(name, m.getLine() + 1, m.getColumn() + 1))
        .orElse(Mark.of(name));
  }
}
