package io.github.tiltbench.cli;

import io.github.tiltbench.config.Nearest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tiltbench new}. */
@Command(
    name = "new",
    description = {
      "Write a small Maven project with an algorithm, a verifier or a process of your own, or a"
          + " folder of programs in Python that answer for models and rewards.",
      "Its name is that of the folder; it has a study and works as it is."
    },
    footer = {"", "An algorithm called my-search:   tiltbench new algorithm my-search"})
final class NewCommand implements Callable<Integer> {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*");

  /** What can be begun. */
  enum Start {
    ALGORITHM,
    VERIFIER,
    PROCESS,
    PROGRAM;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(
      index = "0",
      paramLabel = "WHAT",
      description = "algorithm, verifier, process or program.")
  String what;

  @Parameters(index = "1", paramLabel = "DIR", description = "The folder to make.")
  Path folder;

  @Override
  public Integer call() throws IOException {
    String name = folder.toAbsolutePath().normalize().getFileName().toString();
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'" + name + "' is not a name such as my-search: lower-case words with '-' between them");
    }
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new IllegalArgumentException(folder + " is there already");
    }
    Start start = start();
    for (Map.Entry<String, String> file : files(start, name).entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    String study = "tiltbench run " + folder.resolve("study.yaml");
    if (start == Start.PROGRAM) {
      System.out.println("in " + folder + ": programs in Python, what they share and a study");
      System.out.println("run the study:      " + study);
      return Main.DONE;
    }
    System.out.println("in " + folder + ": " + start.word() + " " + name + ", a study and a test");
    System.out.println("test and pack it:   mvn -q -f " + folder + " package");
    Path jar = folder.resolve("target").resolve(name + ".jar");
    System.out.println("run the study:      " + study + " --with " + jar);
    return Main.DONE;
  }

  private Start start() {
    List<String> known = Arrays.stream(Start.values()).map(Start::word).toList();
    int at = known.indexOf(what.toLowerCase(Locale.ROOT));
    if (at < 0) {
      throw new IllegalArgumentException(
          "nothing new is called '" + what + "'" + Nearest.hint(what, known));
    }
    return Start.values()[at];
  }

  /** The files of a project by their place in it. */
  static Map<String, String> files(Start what, String name) throws IOException {
    if (what == Start.PROGRAM) {
      return programs(name);
    }
    String type =
        Arrays.stream(name.split("-"))
            .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
            .collect(Collectors.joining());
    String room = name.replace("-", "");
    Map<String, String> files = new LinkedHashMap<>();
    for (String[] file :
        new String[][] {
          {"pom.xml", "pom.xml"},
          {"study.yaml", what.word() + ".yaml"},
          {"src/main/java/" + room + "/" + type + ".java", what.word() + ".java"},
          {"src/main/java/" + room + "/Names.java", what.word() + "-names.java"},
          {"src/main/resources/META-INF/services/io.github.tiltbench.study.Extension", "service"},
          {"src/test/java/" + room + "/" + type + "Test.java", what.word() + "-test.java"}
        }) {
      String text = template(file[1]).replace("%name%", name);
      files.put(file[0], text.replace("%type%", type).replace("%room%", room));
    }
    return files;
  }

  /** Programs in Python, what they share, and a study with two of them. */
  static Map<String, String> programs(String name) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    for (String file :
        new String[] {
          "tiltbench_worker.py",
          "reward.py",
          "reward_with_gradient.py",
          "diffusers_denoiser.py",
          "study.yaml"
        }) {
      files.put(file, resource("program/" + file).replace("%name%", name));
    }
    return files;
  }

  private static String template(String name) throws IOException {
    return resource(name + ".txt");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = NewCommand.class.getResourceAsStream("new/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
