package io.github.tiltbench.spark;

import io.github.tiltbench.run.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Spark clusters: {@code local-cluster[N]} is N processes of this machine, {@code spark://} a
 * standalone master; {@code yarn} and {@code k8s://} are for a program that {@code spark-submit}
 * has started.
 *
 * <p>A setting of Spark given as a system property ({@code -Dspark.executor.memory=6g}) goes before
 * one in the file that {@code TILTBENCH_SPARK_CONF} names, and that before those made here.
 */
public final class SparkKind implements Cluster.Kind {
  private static final Pattern LOCAL = Pattern.compile("local-cluster(?:\\[([1-9][0-9]{0,2})\\])?");
  private static final Pattern REMOTE = Pattern.compile("(spark|k8s)://.+|yarn");
  private static final int PROCESSES = 2;

  /** For the service loader. */
  public SparkKind() {}

  @Override
  public List<String> places() {
    return List.of("spark://HOST:PORT", "local-cluster[N]", "yarn", "k8s://HOST:PORT");
  }

  @Override
  public boolean reaches(String place) {
    return LOCAL.matcher(place).matches() || REMOTE.matcher(place).matches();
  }

  @Override
  public Cluster join(String place, String study) {
    Matcher local = LOCAL.matcher(place);
    SparkConf conf = new SparkConf().setAppName("tiltbench " + study);
    String file = System.getenv().getOrDefault("TILTBENCH_SPARK_CONF", "");
    if (!file.isEmpty()) {
      settings(Path.of(file)).forEach(conf::setIfMissing);
    }
    conf.setIfMissing("spark.ui.enabled", "false");
    conf.setIfMissing("spark.executor.cores", "1"); // the engine's threads belong to a process
    conf.setIfMissing("spark.executor.extraJavaOptions", engine());
    if (local.matches()) {
      home();
      int processes = local.group(1) == null ? PROCESSES : Integer.parseInt(local.group(1));
      String memory = conf.get("spark.executor.memory", "1g");
      conf.set("spark.executor.memory", memory);
      conf.setMaster("local-cluster[%d,1,%d]".formatted(processes, megabytes(memory)));
      conf.setIfMissing("spark.executor.extraClassPath", classPath());
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
      conf.setIfMissing("spark.authenticate", "true");
      conf.setIfMissing("spark.authenticate.secret", Cluster.secret());
    } else {
      conf.setMaster(place);
    }
    return new SparkCluster(new JavaSparkContext(conf), place);
  }

  /** The settings of a file as Spark writes them, {@code name value} a line. */
  static Map<String, String> settings(Path file) {
    Map<String, String> settings = new TreeMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        String[] words = line.strip().split("[\\s=:]+", 2);
        if (words.length == 2 && words[0].startsWith("spark.")) {
          settings.put(words[0], words[1]);
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("TILTBENCH_SPARK_CONF: cannot read " + file, e);
    }
    return settings;
  }

  /** Spark looks for its own jars below a home, even where the class path has them all. */
  private static void home() {
    String home = System.getenv("SPARK_HOME");
    if (home == null || System.getenv("SPARK_SCALA_VERSION") == null) {
      throw new IllegalArgumentException(
          "local-cluster needs SPARK_HOME, a folder that holds jars/, and SPARK_SCALA_VERSION=2.13;"
              + " the launcher sets them with TILTBENCH_SPARK=1");
    }
    if (!Files.isDirectory(Path.of(home, "jars"))) {
      throw new IllegalArgumentException("SPARK_HOME " + home + " holds no folder jars");
    }
  }

  /** What the engine was told of this process holds for executors too. */
  private static String engine() {
    return System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith("ai.djl.") || name.startsWith("tiltbench."))
        .sorted()
        .map(name -> "-D" + name + "=" + System.getProperty(name))
        .filter(option -> !option.contains(" ") && !option.contains("\""))
        .collect(Collectors.joining(" "));
  }

  private static String classPath() {
    String separator = System.getProperty("path.separator");
    return Pattern.compile(Pattern.quote(separator))
        .splitAsStream(System.getProperty("java.class.path"))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(separator));
  }

  private static int megabytes(String memory) {
    Matcher size =
        Pattern.compile("([1-9][0-9]{0,6})([mg])b?").matcher(memory.toLowerCase(Locale.ROOT));
    if (!size.matches()) {
      throw new IllegalArgumentException(
          "spark.executor.memory is as in 6g or 900m, not " + memory);
    }
    return Integer.parseInt(size.group(1)) * (size.group(2).equals("g") ? 1024 : 1);
  }
}
