package io.github.tiltbench.notebooks;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.VarSnippet;

/**
 * A notebook of Java cells in Jupyter's format (nbformat 4), executed by JShell in this process.
 *
 * <p>What a cell prints and, if its last snippet is an expression, that value, become its outputs:
 * images as PNG, anything else as text. That is what a Java kernel of Jupyter shows for such cells.
 */
public final class Notebook {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private static Object shown;

  private final JsonObject root;

  private Notebook(JsonObject root) {
    this.root = root;
  }

  /** Reads a notebook. */
  public static Notebook read(Path file) throws IOException {
    return new Notebook(JsonParser.parseString(Files.readString(file)).getAsJsonObject());
  }

  /** Executes the given notebooks and writes their outputs into them. */
  public static void main(String[] files) throws IOException {
    for (String file : files) {
      Files.writeString(Path.of(file), read(Path.of(file)).executed().text());
      System.out.println(file);
    }
    System.exit(0); // AWT and pools of the harness may still hold threads
  }

  /** The file's text. */
  public String text() {
    return GSON.toJson(root) + "\n";
  }

  /** What the code cells printed, one text a cell; images are left out. */
  public String printed() {
    StringBuilder all = new StringBuilder();
    for (JsonElement cell : root.getAsJsonArray("cells")) {
      if (cell.getAsJsonObject().has("outputs")) {
        for (JsonElement output : cell.getAsJsonObject().getAsJsonArray("outputs")) {
          if (output.getAsJsonObject().has("text")) {
            output
                .getAsJsonObject()
                .getAsJsonArray("text")
                .forEach(t -> all.append(t.getAsString()));
          }
        }
        all.append("--\n");
      }
    }
    return all.toString();
  }

  /**
   * A copy with fresh outputs.
   *
   * @throws IllegalStateException if a cell does not compile or throws
   */
  public Notebook executed() {
    JsonObject copy = root.deepCopy();
    try (JShell shell = JShell.builder().executionEngine("local").build()) {
      for (String entry : classPath().split(File.pathSeparator, -1)) {
        shell.addToClasspath(entry);
      }
      int number = 0;
      for (JsonElement element : copy.getAsJsonArray("cells")) {
        JsonObject cell = element.getAsJsonObject();
        if (cell.get("cell_type").getAsString().equals("code")) {
          number++;
          cell.addProperty("execution_count", number);
          cell.add("outputs", outputs(shell, source(cell), number));
        }
      }
    }
    return new Notebook(copy);
  }

  private static String classPath() {
    // Under Maven's test runner the class path proper is only a stub that names the real one.
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static String source(JsonObject cell) {
    StringBuilder source = new StringBuilder();
    cell.getAsJsonArray("source").forEach(line -> source.append(line.getAsString()));
    return source.toString();
  }

  private static JsonArray outputs(JShell shell, String source, int number) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    Optional<Object> value;
    try {
      value = run(shell, source, number);
    } finally {
      System.setOut(before);
    }
    JsonArray outputs = new JsonArray();
    if (printed.size() > 0) {
      JsonObject stream = new JsonObject();
      stream.addProperty("name", "stdout");
      stream.addProperty("output_type", "stream");
      stream.add("text", lines(printed.toString(StandardCharsets.UTF_8)));
      outputs.add(stream);
    }
    value.ifPresent(v -> outputs.add(result(v, number)));
    return outputs;
  }

  /** Runs a cell; the value of its last snippet if that is an expression with one. */
  private static Optional<Object> run(JShell shell, String source, int number) {
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    String rest = source;
    Optional<Object> value = Optional.empty();
    while (!rest.isBlank()) {
      SourceCodeAnalysis.CompletionInfo info = analysis.analyzeCompletion(rest);
      if (!info.completeness().isComplete()) {
        throw new IllegalStateException("cell " + number + " breaks off:\n" + rest);
      }
      value = Optional.empty();
      for (SnippetEvent event : shell.eval(info.source())) {
        check(shell, event, number);
        if (event.snippet() instanceof VarSnippet v
            && v.subKind() == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND) {
          check(shell, shell.eval(Notebook.class.getName() + ".show(" + v.name() + ");").get(0), 0);
          value = Optional.ofNullable(shown);
        }
      }
      rest = info.remaining();
    }
    return value;
  }

  /** Takes a value out of the shell; called from cells. */
  public static void show(Object value) {
    shown = value;
  }

  private static void check(JShell shell, SnippetEvent event, int number) {
    if (event.exception() instanceof EvalException e) {
      throw new IllegalStateException(
          "cell " + number + " threw " + e.getExceptionClassName() + ": " + e.getMessage(), e);
    }
    if (event.status() == Snippet.Status.REJECTED) {
      StringBuilder why = new StringBuilder();
      shell.diagnostics(event.snippet()).forEach(d -> why.append(d.getMessage(null)).append('\n'));
      throw new IllegalStateException(
          "cell " + number + " does not compile:\n" + event.snippet().source() + "\n" + why);
    }
  }

  private static JsonObject result(Object value, int number) {
    JsonObject result = new JsonObject();
    JsonObject data = new JsonObject();
    if (value instanceof BufferedImage image) {
      data.addProperty("image/png", png(image));
    } else {
      data.add("text/plain", lines(value.toString()));
    }
    result.add("data", data);
    result.addProperty("execution_count", number);
    result.add("metadata", new JsonObject());
    result.addProperty("output_type", "execute_result");
    return result;
  }

  private static String png(RenderedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot be written", e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /** Jupyter keeps a text as the list of its lines, each with its line feed. */
  private static JsonArray lines(String text) {
    JsonArray lines = new JsonArray();
    int from = 0;
    while (from < text.length()) {
      int feed = text.indexOf('\n', from);
      int to = feed < 0 ? text.length() : feed + 1;
      lines.add(text.substring(from, to));
      from = to;
    }
    return lines;
  }
}
