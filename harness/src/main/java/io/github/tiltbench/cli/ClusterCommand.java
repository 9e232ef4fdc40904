package io.github.tiltbench.cli;

import io.github.tiltbench.config.OwnFiles;
import io.github.tiltbench.run.Cluster;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tiltbench cluster}. */
@Command(
    name = "cluster",
    description = {
      "Write a folder with all that a Spark cluster of your own machines needs: the libraries, a"
          + " script for the master, one for workers, and the lines of spark-submit for YARN and"
          + " Kubernetes. Nothing is started.",
      "Copy the folder to each machine, or share it; it holds the secret that its processes know each"
          + " other by.",
      ""
    },
    footer = {
      "",
      "On one machine:     bash DIR/master.sh HOST",
      "On each, GPUs too:  bash DIR/worker.sh spark://HOST:7077",
      "Then:               TILTBENCH_SPARK=1 TILTBENCH_SPARK_CONF=DIR/spark.properties \\",
      "                      tiltbench run study.yaml --on spark://HOST:7077"
    })
final class ClusterCommand implements Callable<Integer> {
  private static final int MEGABYTES = 1024;

  @Parameters(paramLabel = "DIR", description = "The folder to write.")
  Path folder;

  @Option(
      names = "--gpus",
      paramLabel = "N",
      defaultValue = "0",
      description = "GPUs of each worker; an executor then has one. 0 by default.")
  int gpus;

  @Option(
      names = "--memory",
      paramLabel = "GB",
      defaultValue = "4",
      description = "Memory of an executor's Java heap; one runs a core, or a GPU. 4 by default.")
  int memory;

  @Override
  public Integer call() throws IOException {
    if (gpus < 0) {
      throw new IllegalArgumentException("--gpus must be at least 0");
    }
    if (memory < 1) {
      throw new IllegalArgumentException("--memory must be at least 1");
    }
    List<Path> jars = jars(System.getProperty("java.class.path"));
    if (jars.stream().noneMatch(jar -> jar.getFileName().toString().startsWith("spark-core_"))) {
      throw new IllegalArgumentException(
          "Spark is not among the libraries of this program; TILTBENCH_SPARK=1 adds it");
    }
    Files.createDirectories(folder);
    OwnFiles.folder(folder.resolve("jars"));
    for (Path jar : jars) {
      Path copy = folder.resolve("jars").resolve(jar.getFileName());
      if (!Files.exists(copy) || Files.size(copy) != Files.size(jar)) {
        OwnFiles.write(copy, part -> Files.copy(jar, part, StandardCopyOption.REPLACE_EXISTING));
      }
    }
    Map<String, String> words =
        Map.of(
            "gpus",
            Integer.toString(gpus),
            "memory",
            memory + " GB",
            "megabytes",
            Integer.toString(memory * MEGABYTES),
            "jar",
            jars.stream()
                .map(jar -> "jars/" + jar.getFileName())
                .filter(name -> name.startsWith("jars/harness"))
                .findFirst()
                .orElse("jars/harness.jar"));
    for (String name : List.of("master.sh", "worker.sh", "gpus.sh", "submit.txt")) {
      OwnFiles.write(folder.resolve(name), ScriptTemplate.filled("spark/" + name, words));
      if (name.endsWith(".sh") && !folder.resolve(name).toFile().setExecutable(true)) {
        throw new IOException(folder.resolve(name) + " cannot be made executable");
      }
    }
    Path properties = folder.resolve("spark.properties");
    if (Files.notExists(properties)) {
      settings(properties, memory, gpus);
    }
    System.out.println("master:   bash " + folder.resolve("master.sh") + " HOST");
    System.out.println("workers:  bash " + folder.resolve("worker.sh") + " spark://HOST:7077");
    System.out.println(
        "run:      TILTBENCH_SPARK=1 TILTBENCH_SPARK_CONF="
            + properties
            + " tiltbench run STUDY --on spark://HOST:7077");
    return Main.DONE;
  }

  /** Read by nobody else: who knows the secret can have the cluster run programs. */
  static void settings(Path properties, int memory, int gpus) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("spark.authenticate true");
    lines.add("spark.authenticate.secret " + Cluster.secret());
    lines.add("spark.executor.memory " + memory + "g");
    if (gpus > 0) {
      lines.add("spark.executor.resource.gpu.amount 1");
      lines.add("spark.task.resource.gpu.amount 1");
    }
    OwnFiles.write(
        properties,
        part -> {
          hidden(part);
          Files.writeString(part, String.join("\n", lines) + "\n");
        });
  }

  /** An empty file that nobody else may read, before anything stands in it. */
  private static void hidden(Path path) throws IOException {
    File file = Files.createFile(path).toFile();
    boolean own =
        file.setReadable(false, false) && file.setReadable(true, true) && file.setWritable(true);
    if (!own) {
      throw new IOException(path + " cannot be hidden from others");
    }
  }

  /** The jars of a class path, which must have nothing else: other machines get copies. */
  static List<Path> jars(String classPath) {
    List<Path> jars = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      if (!entry.endsWith(".jar")) {
        throw new IllegalArgumentException(
            "cluster copies the libraries of the built program, and this one runs from "
                + entry
                + "; start it with the launcher");
      }
      jars.add(Path.of(entry));
    }
    Path[] sorted = jars.toArray(Path[]::new);
    Arrays.sort(sorted);
    return List.of(sorted);
  }
}
