package io.github.tiltbench.study;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.config.Catalogue;
import io.github.tiltbench.config.CatalogueEntry;
import io.github.tiltbench.config.ConfigException;
import io.github.tiltbench.config.Grid;
import io.github.tiltbench.config.GridPoint;
import io.github.tiltbench.config.Literals;
import io.github.tiltbench.config.Node;
import io.github.tiltbench.config.RecordReader;
import io.github.tiltbench.config.Records;
import io.github.tiltbench.config.ValueReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the list of algorithms.
 *
 * <p>An entry is a name, or a name with parameters, among which {@code beta} overrides the study's.
 * Where an algorithm has several entries, the parameters that tell them apart are part of their
 * labels.
 *
 * @param records how parameters become a record
 * @param catalogue the algorithms
 */
record AlgorithmReader(Records records, Catalogue<Algorithm> catalogue) {
  private static final String BETA = "beta";

  private record Entry(Node.Scalar name, Node.Mapping parameters) {
    /** Whether it gives a parameter the same value, as written. */
    boolean gives(Node.Entry parameter) {
      return parameters
          .get(parameter.key())
          .filter(
              own ->
                  ValueReader.written(own.value()).equals(ValueReader.written(parameter.value())))
          .isPresent();
    }
  }

  List<AlgorithmEntry> methods(Node list, Node beta) {
    if (!(list instanceof Node.Items items)) {
      throw Literals.wrong(list, "algorithms", "a list");
    }
    if (items.items().isEmpty()) {
      throw new ConfigException(list.at(), "there are no algorithms");
    }
    List<Entry> entries = items.items().stream().map(this::entry).toList();
    List<AlgorithmEntry> methods = new ArrayList<>();
    for (Entry entry : entries) {
      List<Entry> namesakes =
          entries.stream().filter(e -> e.name().text().equals(entry.name().text())).toList();
      methods.addAll(methods(entry, beta, namesakes));
    }
    return methods;
  }

  private Entry entry(Node node) {
    if (node instanceof Node.Scalar name && !name.isNull()) {
      return new Entry(name, new Node.Mapping(List.of(), name.at()));
    }
    if (!(node instanceof Node.Mapping mapping) || mapping.entries().size() != 1) {
      throw Literals.wrong(node, "an algorithm", "a name or one name with its parameters");
    }
    Node.Entry only = mapping.entries().get(0);
    Node.Scalar name = new Node.Scalar(only.key(), false, only.at());
    if (only.value() instanceof Node.Scalar s && s.isNull()) {
      return new Entry(name, new Node.Mapping(List.of(), s.at()));
    }
    if (only.value() instanceof Node.Mapping parameters) {
      return new Entry(name, parameters);
    }
    throw Literals.wrong(only.value(), "what follows " + only.key(), "a mapping of parameters");
  }

  private List<AlgorithmEntry> methods(Entry entry, Node studyBeta, List<Entry> namesakes) {
    CatalogueEntry<Algorithm> kind = catalogue.get(entry.name().at(), entry.name().text());
    Node beta = entry.parameters().get(BETA).map(Node.Entry::value).orElse(studyBeta);
    List<GridPoint<Algorithm>> variants = records.variants(entry.parameters().without(BETA), kind);
    List<AlgorithmEntry> methods = new ArrayList<>();
    for (GridPoint<Algorithm> variant : variants) {
      for (GridPoint<Double> temperature : temperatures(beta)) {
        Map<String, String> axes = new LinkedHashMap<>();
        entry.parameters().entries().stream()
            .filter(e -> namesakes.stream().anyMatch(other -> !other.gives(e)))
            .forEach(e -> given(axes, e, variant, temperature));
        axes.putAll(variant.axes());
        axes.putAll(temperature.axes());
        Component<Algorithm> part =
            new Component<>(kind.name(), kind.name(), variant.value(), axes, entry.name().at());
        methods.add(new AlgorithmEntry(part, temperature.value()));
      }
    }
    return methods;
  }

  /** A parameter that is no axis, as it is written. */
  private static void given(
      Map<String, String> axes, Node.Entry e, GridPoint<?> variant, GridPoint<?> temperature) {
    boolean axis =
        temperature.axes().containsKey(e.key())
            || variant.axes().keySet().stream()
                .anyMatch(k -> k.equals(e.key()) || k.startsWith(e.key() + "."));
    if (!axis) {
      axes.put(e.key(), ValueReader.written(e.value()));
    }
  }

  private List<GridPoint<Double>> temperatures(Node beta) {
    List<GridPoint<Object>> read =
        new ValueReader(records, new RecordReader(records)).read(beta, double.class, BETA, null);
    for (GridPoint<Object> v : read) {
      if (!((double) v.value() > 0)) {
        throw new ConfigException(beta.at(), "beta must be positive but is " + v.value());
      }
    }
    return Grid.map(read, v -> (double) v).stream().map(v -> v.under(BETA)).toList();
  }
}
