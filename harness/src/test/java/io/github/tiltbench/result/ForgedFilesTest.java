package io.github.tiltbench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.diffusion.Batch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that no run can have written: each is refused with its place, in the program's words. */
class ForgedFilesTest {
  @TempDir Path folder;

  private Path write(Trial trial) {
    try (Store store = Shelf.open(folder, Shard.ALL, "w")) {
      store.append(trial);
    }
    return cell().resolve("trials-w.jsonl");
  }

  private Path cell() {
    return folder.resolve("cells").resolve(Shelf.id(0).cell());
  }

  private static String replaced(String text, String from, String to) {
    assertTrue(text.contains(from), from + " is not in " + text);
    return text.replace(from, to);
  }

  /** What is said of a stored trial that was changed and sealed again. */
  private String forged(Trial trial, String from, String to) throws IOException {
    Path file = write(trial);
    String body = Line.parse(Files.readAllBytes(file)).lines().get(0).body();
    Files.write(file, Line.seal(replaced(body, from, to)));
    Results results = Results.read(folder);
    assertEquals(0, results.trials().size());
    assertEquals(1, results.damages().size());
    String damage = results.damages().get(0).toString();
    assertTrue(damage.startsWith(file + ":1"), damage);
    assertPlain(damage);
    return damage.substring(damage.indexOf(": ") + 2);
  }

  private static void assertPlain(String message) {
    assertFalse(message.matches("(?s).*(Exception|java\\.|https?:|\\n).*"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"item\":[2] | \"item\":[0] | item must be at least 1 but has 0",
        "\"item\":[2] | \"item\":[-2] | item must be at least 1 but has -2",
        "\"item\":[2] | \"item\":[65536,65536,2] | item is too large for a line",
        "\"item\":[2] | \"item\":[3] | reals has a sample of 2 numbers",
        "\"item\":[2] | \"items\":[2] | unknown key 'items' in samples; did you mean 'item'?",
        "0.1] | \"NaN\"] | samples must be finite but have NaN",
        "0.1] | \"Infinity\"] | samples must be finite but have Infinity",
        "0.1] | NaN] | not JSON: a value is wanted here, not 'N'",
        "0.1] | \"0.1\"] | reals must be a number, not '0.1'",
        "0.1] | null] | reals must be a number, not nothing",
        "0.1] | 1e999] | reals must be a number that fits a double, not '1e999'",
        "\"nfe\":20 | \"nfe\":1.5 | nfe must be a whole number, not '1.5'",
        "\"nfe\":20 | \"nfe\":-1 | cost: a cost is never negative",
        "\"nfe\":20 | \"nfe\":null | nfe has no value",
        "\"nfe\":20, | `` | cost needs nfe",
        "\"nfe\":20, | \"nfe\":20,\"nfe\":20, | duplicate key 'nfe', first at line 1, column 56",
        "\"wall_s\":0.25 | \"wall_s\":-1 | wall_s must be at least 0 but is -1.0",
        "\"wall_s\":0.25 | \"wall_s\":\"NaN\" | wall_s must be at least 0 but is NaN",
        "\"repetition\":0 | \"repetition\":-1 | repetition must be at least 0 but is -1",
        "\"repetition\":0 | \"repetition\":99999999999 | repetition must be a whole number from"
            + " -2147483648 to 2147483647, not '99999999999'",
        "[\"-Infinity\",-0.5] | [\"NaN\",-0.5] | logWeights must not hold NaN",
        "[\"-Infinity\",-0.5] | [-0.5] | logWeights has 1 values for 2",
        "[\"-Infinity\",-0.5] | null | log_weights must be a list, not nothing",
        "\"traces\":{\"ess\":[4.0,2.5]} | \"traces\":[] | traces must be a mapping, not a list",
        "\"traces\":{\"ess\":[4.0,2.5]} | \"traces\":{\"ess\":4} | ess must be a list, not '4'",
        "\"independent\":false | \"independent\":0 | independent must be true or false, not '0'",
        "\"scalars\":{ | \"scalars\":[],\"s\":{ | unknown key 's' in a trial; known: cell, prompt,"
            + " repetition, cost, cross_rewards, independent, log_weights, rewards, samples, scalars,"
            + " traces, wall_s",
        "\"prompt\":\"bag\" | \"prompt\":[\"bag\"] | prompt must be one value, not a list",
      })
  void aTrialThatNoRunWroteIsDamage(String from, String to, String problem) throws IOException {
    assertEquals(problem, forged(Shelf.trial(Shelf.id(0), 0.25), from, to));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1,2,3] | [1,0.7,3] | tokens must be a whole number, not '0.7'",
        "[1,2,3] | [1,-2,3] | tokens must be at least 0 but has -2",
        "[1,2,3] | [1,2] | tokens has a sequence of 2 tokens",
        "[1,2,3] | [1,9999999999,3] | tokens must be a whole number from -2147483648 to 2147483647,"
            + " not '9999999999'",
        "\"length\":3 | \"length\":0 | length must be at least 1 but is 0",
      })
  void tokensThatNoRunWroteAreDamage(String from, String to, String problem) throws IOException {
    Batch.Tokens tokens = new Batch.Tokens(new int[] {1, 2, 3, 4, 5, 6}, 3);
    Trial trial = Shelf.trial(Shelf.id(0), 0.25).with(new Stored.Inline(tokens));
    assertEquals(problem, forged(trial, from, to));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"file\":\"bag-0.npy\" | \"file\":\"../bag-0.npy\" | file must be a plain name but is"
            + " ../bag-0.npy",
        "\"size\":2 | \"size\":-2 | size must be at least 0 but is -2",
        "\"size\":2 | \"size\":\"2\" | size must be a whole number, not '2'",
        "\"sha256\":\" | \"sha256\":\"A | sha256 must be 64 hexadecimal digits",
      })
  void samplesElsewhereAreDamage(String from, String to, String problem) throws IOException {
    String said = forged(Shelf.large(Shelf.id(0)), from, to);
    assertTrue(said.startsWith(problem), said);
  }

  @Test
  void aLineThatIsNotUtf8IsDamageEvenWithTheRightChecksum() throws IOException {
    Path file = write(Shelf.trial(Shelf.id(0), 0.25));
    byte[] body = "{\"prompt\":\"b\u00e4g\"".getBytes(StandardCharsets.ISO_8859_1);
    CRC32 crc = new CRC32();
    crc.update(body);
    String line = new String(body, StandardCharsets.ISO_8859_1);
    String sealed = line + ",\"crc\":\"%08x\"}\n".formatted(crc.getValue());
    Files.write(file, sealed.getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(
        file + ":1: damaged line; what it alone recorded is run again",
        Results.read(folder).damages().get(0).toString());
  }

  /** What is said of a plan that was changed. */
  private String plan(String from, String to) throws IOException {
    write(Shelf.trial(Shelf.id(0), 0.25));
    Path file = folder.resolve("plan.json");
    Files.writeString(file, replaced(Files.readString(file), from, to));
    String message = assertThrows(StoreException.class, () -> Results.read(folder)).getMessage();
    assertTrue(message.startsWith(file + ":1"), message);
    assertPlain(message);
    return message.substring(message.indexOf(": ") + 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"repetitions\":3 | \"repetitions\":-1 | repetitions must be at least 1 but is -1",
        "\"repetitions\":3 | \"repetitions\":2000000000 | repetitions makes more than 10000000 trials"
            + " with 2000000000",
        "\"repetitions\":3 | \"repetitions\":3000000000 | repetitions must be a whole number from"
            + " -2147483648 to 2147483647, not '3000000000'",
        "\"repetitions\":3 | \"repetitions\":null | repetitions has no value",
        "\"repetitions\":3 | \"repetition\":3 | unknown key 'repetition' in a plan; did you mean"
            + " 'repetitions'?",
        "\"count\":2 | \"count\":0 | count must be at least 1 but is 0",
        "\"prompts\":[\"bag\",\"boot\"] | \"prompts\":[] | prompts is an empty list",
        "\"prompts\":[\"bag\",\"boot\"] | \"prompts\":[\"bag\",\"bag\"] | prompts has 'bag' twice",
        "\"prompts\":[\"bag\",\"boot\"] | \"prompts\":[\"bag\",null] | prompts has no value",
        "\"prompts\":[\"bag\",\"boot\"] | \"prompts\":null | prompts must be a list, not nothing",
        "\"metrics\":[\"reward\" | \"metrics\":[\"rewards\" | metrics cannot be 'rewards'; did you"
            + " mean 'reward'?",
        "\"layouts\":[] | \"layouts\":[\"scalling\"] | layouts cannot be 'scalling'; did you mean"
            + " 'scaling'?",
        "\"unit\":\"nfe\" | \"unit\":\"nfes\" | unit cannot be 'nfes'; did you mean 'nfe'?",
        "\"skips\":[] | \"skips\":[null] | skips must be a mapping, not nothing",
      })
  void aPlanThatNoRunWroteIsRefusedAtItsPlace(String from, String to, String problem)
      throws IOException {
    assertEquals(problem, plan(from, to));
  }

  @Test
  void keysOfAPlanAreWhole() throws IOException {
    String key = Shelf.PLAN.cells().get(0).key().hex();
    assertEquals("key has no value", plan("\"" + key + "\"", "null"));
    String brief = key.substring(0, 12);
    assertEquals(
        "key must be 64 hexadecimal digits but is " + brief,
        plan("\"" + key + "\"", "\"" + brief + "\""));
    String other = Shelf.PLAN.cells().get(1).key().hex();
    String twice = plan(other, key);
    assertEquals("cells has '" + brief + "' twice", twice);
  }

  @Test
  void aPlanThatIsNotUtf8NamesItself() throws IOException {
    write(Shelf.trial(Shelf.id(0), 0.25));
    Path file = folder.resolve("plan.json");
    String text = Files.readString(file).replace("\"bag\"", "\"b\u00e4g\"");
    Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    String message = assertThrows(StoreException.class, () -> Results.read(folder)).getMessage();
    assertTrue(message.startsWith(file + ":1:"), message);
    assertTrue(message.contains(": not UTF-8: byte 0xE4 at offset "), message);
  }

  @Test
  void aPlanThatIsAPipeIsNotWaitedFor() throws IOException {
    write(Shelf.trial(Shelf.id(0), 0.25));
    Path file = folder.resolve("plan.json");
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("/dev/zero"));
    String message = assertThrows(StoreException.class, () -> Results.read(folder)).getMessage();
    assertEquals(file + ": is a device or a pipe, not a file", message);
    Files.delete(file); // not left for the folder's own deletion, which warns of links
  }

  /** What is said of a cell whose definition was changed, and that the next run mends it. */
  private String definition(String text) throws IOException {
    write(Shelf.trial(Shelf.id(0), 0.25));
    Path file = cell().resolve("cell.json");
    String whole = Files.readString(file);
    Files.writeString(file, text);
    List<Damage> damages = Results.read(folder).damages();
    assertEquals(1, damages.size());
    assertPlain(damages.get(0).toString());
    Shelf.open(folder, Shard.ALL, "x").close();
    assertEquals(List.of(), Results.read(folder).damages());
    assertEquals(whole, Files.readString(file));
    String damage = damages.get(0).toString();
    assertTrue(damage.startsWith(file.toString()), damage);
    return damage.substring(damage.indexOf(": ") + 2);
  }

  @Test
  void aDefinitionThatItsKeyIsNotMadeFromIsFoundAndMended() throws IOException {
    write(Shelf.trial(Shelf.id(0), 0.25));
    String whole = Files.readString(cell().resolve("cell.json"));
    String not = "definition is not the one that the key is made from";
    assertEquals(not, definition(replaced(whole, "\"seed\":", "\"seed\":1")));
    assertEquals(not, definition(replaced(whole, "\"beta\":", "\"beta\":1")));
    assertEquals("is empty", definition(""));
    assertEquals("is empty", definition("\n"));
    assertEquals("a cell needs definition and key", definition("{}"));
    assertEquals(
        "definition must be a mapping, not nothing",
        definition(
            replaced(whole, whole, "{\"definition\":null,\"key\":\"" + "0".repeat(64) + "\"}")));
    assertEquals(
        "key must be 64 hexadecimal digits but is 12",
        definition("{\"definition\":{},\"key\":\"12\"}"));
    String other = Shelf.PLAN.cells().get(1).definition();
    String key = Shelf.PLAN.cells().get(1).key().hex();
    assertEquals(
        "key is that of another cell than " + Shelf.id(0).cell(),
        definition("{\"definition\":" + other + ",\"key\":\"" + key + "\"}"));
  }

  @Test
  void aDefinitionMayBeWrittenWithOtherWhiteSpace() throws IOException {
    write(Shelf.trial(Shelf.id(0), 0.25));
    Path file = cell().resolve("cell.json");
    Files.writeString(file, Files.readString(file).replace(",", " ,\r\n\t"));
    assertEquals(List.of(), Results.read(folder).damages());
  }

  @Test
  void aMissingDefinitionIsFoundAndMended() throws IOException {
    write(Shelf.trial(Shelf.id(0), 0.25));
    Path file = cell().resolve("cell.json");
    Files.delete(file);
    assertEquals(file + ": is missing", Results.read(folder).damages().get(0).toString());
    Shelf.open(folder, Shard.ALL, "x").close();
    assertEquals(List.of(), Results.read(folder).damages());
  }

  @Test
  void aStoreThatWasCopiedThroughAnotherSystemIsWhole() throws IOException {
    Path trials = write(Shelf.trial(Shelf.id(0), 0.25));
    for (Path file :
        List.of(
            trials,
            folder.resolve("plan.json"),
            folder.resolve("provenance.jsonl"),
            cell().resolve("cell.json"))) {
      Files.writeString(file, Files.readString(file).replace("\n", "\r\n"));
    }
    Results results = Results.read(folder);
    assertEquals(List.of(), results.damages());
    assertEquals(1, results.trials().size());
    assertEquals(Optional.of("8"), Provenance.cohort(folder));
  }

  @Test
  void aTornFirstLineOfProvenanceDoesNotForgetTheCohort() throws IOException {
    write(Shelf.trial(Shelf.id(0), 0.25));
    Path file = folder.resolve("provenance.jsonl");
    String whole = Files.readString(file);
    Files.writeString(file, whole.substring(0, 30));
    String message =
        assertThrows(StoreException.class, () -> Provenance.cohort(folder)).getMessage();
    assertTrue(message.startsWith(file + ": its only line is cut short; "), message);
    assertTrue(message.contains("--cohort"), message);

    Shelf.open(folder, Shard.ALL, "x").close();
    assertEquals(Optional.of("8"), Provenance.cohort(folder), "the next line says it too");
    List<Damage> damages = Results.read(folder).damages();
    assertEquals(1, damages.size());
    assertTrue(damages.get(0).toString().startsWith(file + ":1:"), damages.toString());
    assertEquals(3, Files.readString(file).split("\n", -1).length, "on a line of its own");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"cohort\":\"8\" | \"cohort\":null | cohort has no value",
        "\"cohort\":\"8\" | \"cohort\":\"-8\" | cohort must be a number of trials or rows but is -8",
        "\"cores\":2 | \"cores\":2.5 | cores must be a whole number, not '2.5'",
        "\"writer\" | \"writers\" | unknown key 'writers' in provenance; did you mean 'writer'?",
        "{\"library\":\"1.0\"} | [] | libraries must be a mapping, not a list",
      })
  void aLineOfProvenanceThatNoRunWroteIsDamage(String from, String to, String problem)
      throws IOException {
    write(Shelf.trial(Shelf.id(0), 0.25));
    Path file = folder.resolve("provenance.jsonl");
    Files.writeString(file, replaced(Files.readString(file), from, to));
    String damage = Results.read(folder).damages().get(0).toString();
    assertTrue(damage.startsWith(file + ":1:"), damage);
    assertTrue(damage.endsWith(": " + problem), damage);
    assertThrows(StoreException.class, () -> Provenance.cohort(folder));
  }
}
