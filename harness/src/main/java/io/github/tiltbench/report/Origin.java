package io.github.tiltbench.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.tiltbench.report.page.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Where the numbers of a folder come from, and how to get them again. */
final class Origin {
  private static final String PROGRAM = "tiltbench ";

  private Origin() {}

  /** The runs, the commands that make them again in a clone, and the study file. */
  static List<Block> of(Path folder) {
    List<List<Block.Fact>> provenance =
        read(folder.resolve("provenance.jsonl"))
            .lines()
            .map(Origin::facts)
            .filter(f -> !f.isEmpty())
            .toList();
    List<Block> runs = new ArrayList<>();
    int number = 0;
    for (int i = 0; i < provenance.size(); i++) {
      Block facts = new Block.Facts(provenance.get(i));
      boolean divided = provenance.get(i).stream().anyMatch(f -> f.name().equals("divided"));
      String run = divided ? "A run from when it divided calls" : "Run " + ++number;
      runs.add(i == 0 ? facts : new Block.Folded(run, List.of(facts)));
    }
    if (runs.isEmpty()) {
      runs.add(new Block.Text("No provenance is recorded."));
    }
    String commands =
        provenance.stream()
            .flatMap(List::stream)
            .filter(f -> f.name().equals("command"))
            .map(f -> inClone(f.value()))
            .distinct()
            .collect(Collectors.joining("\n"));
    return List.of(
        new Block.Section("Provenance", runs),
        new Block.Section(
            "How to run it again",
            List.of(
                new Block.Text(
                    "In a clone of the program, the first command builds it. Finished trials are"
                        + " kept; the same command does what is missing."),
                new Block.Code(
                    commands.isEmpty() ? inClone("tiltbench run study.yaml") : commands))),
        new Block.Section(
            "The study file",
            List.of(
                new Block.Folded(
                    "study.yaml", List.of(new Block.Code(read(folder.resolve("study.yaml"))))))));
  }

  /** A command as it is given in a clone, where the program stands beside the studies. */
  static String inClone(String command) {
    return command.startsWith(PROGRAM) ? "./" + command : command;
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return "(cannot be read)";
    }
  }

  /** Names and values of a line of the provenance; none of a line cut short. */
  private static List<Block.Fact> facts(String line) {
    try {
      return JsonParser.parseString(line).getAsJsonObject().entrySet().stream()
          .filter(e -> !e.getValue().isJsonNull())
          .map(e -> new Block.Fact(e.getKey(), text(e.getValue())))
          .toList();
    } catch (JsonParseException | IllegalStateException e) {
      return List.of();
    }
  }

  private static String text(JsonElement value) {
    if (value.isJsonObject()) {
      return value.getAsJsonObject().entrySet().stream()
          .map(e -> e.getKey() + " " + text(e.getValue()))
          .collect(Collectors.joining(", "));
    }
    return value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }
}
