package io.github.tiltbench.engine.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.verifier.ProgramReward;
import io.github.tiltbench.verifier.ScoreRange;
import io.github.tiltbench.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a program does wrong is one line that says what, where and what would be right. */
class FaultyProgramTest {
  private static final StateSpace SPACE = new StateSpace.Euclidean(new int[] {2});
  private static final Batch.Reals ROWS = new Batch.Reals(new double[] {1, 2, 3, 4}, new int[] {2});
  private static final Condition[] NONE = {Condition.NONE, Condition.NONE};

  @TempDir Path folder;

  private static ProgramReward reward(Program program, boolean gradient) {
    return new ProgramReward(program, new int[] {2}, gradient, ScoreRange.REALS);
  }

  private String atOpening(Program program) {
    return assertThrows(ProgramFailure.class, () -> reward(program, false).open(SPACE))
        .getMessage();
  }

  private Program faulty(String fault) {
    double call = fault.equals("hangs") ? 1 : 60;
    return new Scripts(folder).with("faulty.py").program(60, call, "faulty.py", fault);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dies|it ended with code 3 before it answered score of 2 rows; its last words: out of paper",
        "killed|it was killed by signal 9 before it answered score of 2 rows",
        "hangs|it gave no answer to score of 2 rows in 1 s and was ended; to wait longer, write"
            + " timeouts: {call: 2}",
        "rubbish|it wrote 'score: 1.0' where the length of an answer was due; what it prints must"
            + " go to standard error",
        "wrong count|it answered score of 2 rows with output of shape [3], not [2]",
        "wrong shape|it answered score of 2 rows with output of shape [2, 2], not [2]",
        "texts|it could not answer score of 2 rows: error: required argument is not a float",
        "raises|it could not answer score of 2 rows: ValueError: the judge is asleep"
      })
  void aWrongAnswerIsOneLineAndTheNextQuestionIsAnswered(String fault, String line) {
    try (Verifier verifier = reward(faulty(fault), false).open(SPACE)) {
      for (int i = 0; i < 2; i++) { // started anew, it fails anew
        String message =
            assertThrows(ProgramFailure.class, () -> verifier.score(ROWS, NONE)).getMessage();
        assertEquals("python3 faulty.py " + fault + ": " + line, message);
      }
    }
    assertNothingIsLeft();
  }

  @Test
  void whatIsPrintedIsNoAnswer() {
    try (Verifier verifier = reward(faulty("prints"), false).open(SPACE)) {
      assertArrayEquals(new double[] {1, 3}, verifier.score(ROWS, NONE));
    }
    assertEquals(
        "python3 faulty.py prints before hello: it wrote 'loading weights' where the length of an"
            + " answer was due; what it prints must go to standard error",
        atOpening(faulty("prints before hello")));
  }

  @Test
  void anAnswerTooManyIsNotTakenForTheNext() {
    try (Verifier verifier = reward(faulty("answers twice"), false).open(SPACE)) {
      assertArrayEquals(new double[] {1, 3}, verifier.score(ROWS, NONE));
      assertEquals(
          "python3 faulty.py answers twice: its answer to score of 2 rows has id '1', not '2'",
          assertThrows(ProgramFailure.class, () -> verifier.score(ROWS, NONE)).getMessage());
    }
  }

  @Test
  void aGradientOfAnotherShapeIsRefused() {
    try (Verifier verifier = reward(faulty(""), true).open(SPACE)) {
      assertEquals(
          "python3 faulty.py : it answered vjp of 2 rows with gradient of shape [2, 1], not [2, 2]",
          assertThrows(ProgramFailure.class, () -> verifier.gradient(ROWS, NONE)).getMessage());
    }
  }

  @Test
  void aProgramThatDoesNotStartIsNamed() {
    assertEquals(
        "python3 faulty.py dies at hello: it ended with code 1 before it answered hello; its last"
            + " words: no such weights",
        atOpening(faulty("dies at hello")));
    Scripts scripts = new Scripts(folder).with("faulty.py");
    assertEquals(
        "python3 faulty.py hangs at hello: it gave no answer to hello in 0.5 s and was ended; to"
            + " wait longer, write timeouts: {start: 1}",
        atOpening(scripts.program(0.5, 1, "faulty.py", "hangs at hello")));
    Program right = scripts.program("faulty.py");
    Program misspelt =
        new Program(List.of("pyhton3", "faulty.py"), right.files(), "1", Optional.empty());
    assertEquals(
        "pyhton3 faulty.py: there is no program 'pyhton3' on the path; did you mean 'python3'?",
        atOpening(misspelt));
    Program newer = new Program(right.command(), right.files(), "2", Optional.empty());
    Scripts sound = scripts.example("reward.py");
    assertEquals(
        "python3 reward.py: it says that it is version 1; the study has version: 2",
        atOpening(
            new Program(
                List.of("python3", "reward.py"),
                sound.program("reward.py").files(),
                newer.version(),
                Optional.empty())));
    assertNothingIsLeft();
  }

  @Test
  void aProgramIsHeldToWhatTheStudySays() {
    Program program = new Scripts(folder).example("reward.py").program("reward.py");
    String start = "python3 reward.py: it ";
    ProgramReward wide = new ProgramReward(program, new int[] {3}, false, ScoreRange.REALS);
    StateSpace three = new StateSpace.Euclidean(new int[] {3});
    assertEquals(
        start + "scores states of shape [2]; the study has item: [3]",
        assertThrows(ProgramFailure.class, () -> wide.open(three)).getMessage());
    assertEquals(
        start + "has no gradient; the study has gradient: true",
        assertThrows(ProgramFailure.class, () -> reward(program, true).open(SPACE)).getMessage());
    ProgramReward share = new ProgramReward(program, new int[] {2}, false, ScoreRange.ZERO_OR_ONE);
    assertEquals(
        "python3 reward.py: its scores are reals; the study has range: zero-or-one",
        assertThrows(ProgramFailure.class, () -> share.open(SPACE)).getMessage());
    Program model = new Scripts(folder).with("mixture.py").program("mixture.py");
    assertEquals("python3 mixture.py: it is no reward, only denoiser", atOpening(model));
  }

  @Test
  void filesThatHaveChangedAreNotRun() throws IOException {
    Program program = new Scripts(folder).example("reward.py").program("reward.py");
    Path script = folder.resolve("reward.py");
    Files.writeString(script, Files.readString(script) + "\n");
    String message = atOpening(program);
    assertTrue(
        message.startsWith(
            "python3 reward.py: reward.py has changed since the study was read: its sha256 is "),
        message);
  }

  @Test
  void whatAProgramSaysJustBeforeItDiesIsHeard() throws IOException {
    Scripts scripts =
        new Scripts(folder)
            .with(
                "hasty.py",
                """
                import os, sys
                import tiltbench_worker
                def score(x, conditions):
                    os.write(2, b"x" * 60_000 + b"\\nlast\\n")
                    os._exit(1)
                tiltbench_worker.serve("hasty", "1", reward={"item": [2], "score": score})
                """);
    Path logs = folder.resolve("logs");
    try (Programs programs = Programs.logged(logs, "w");
        Verifier verifier = reward(scripts.program("hasty.py"), false).open(SPACE, programs)) {
      for (int i = 0; i < 8; i++) {
        assertEquals(
            "python3 hasty.py: it ended with code 1 before it answered score of 2 rows; its last"
                + " words: last",
            assertThrows(ProgramFailure.class, () -> verifier.score(ROWS, NONE)).getMessage());
      }
    }
    String log = Files.readString(logs.resolve("w-0.log"));
    assertEquals(8 * 60_000, log.chars().filter(c -> c == 'x').count());
  }

  /** It is asked three times in vain, and then no more. */
  @Test
  void aProgramThatDoesNotStartAgainIsGivenUp() {
    Scripts scripts =
        new Scripts(folder)
            .with(
                "once.py",
                """
                import os, sys
                import tiltbench_worker
                if os.path.exists("begun"):
                    sys.exit("once is enough")
                open("begun", "w").close()
                reward = {"item": [2], "score": lambda x, conditions: os._exit(1)}
                tiltbench_worker.serve("once", "1", reward=reward)
                """);
    try (Verifier verifier = reward(scripts.program("once.py"), false).open(SPACE)) {
      String last = "";
      for (int i = 0; i < 5; i++) {
        last = assertThrows(ProgramFailure.class, () -> verifier.score(ROWS, NONE)).getMessage();
      }
      assertEquals("python3 once.py: it is not started any more, after 3 starts that failed", last);
    }
  }

  @Test
  void standardErrorIsKeptAndWhatIsLeftOutIsCounted() throws IOException {
    Scripts scripts =
        new Scripts(folder)
            .with(
                "loud.py",
                """
                import sys
                import tiltbench_worker
                sys.stderr.write("first\\n" + "x" * 3_000_000 + "\\nlast\\n")
                tiltbench_worker.serve("loud", "1", reward={"item": [2], "score": None})
                """);
    Path logs = folder.resolve("logs");
    try (Programs programs = Programs.logged(logs, "w")) {
      programs.get(scripts.program("loud.py"));
    }
    String log = Files.readString(logs.resolve("w-0.log"));
    assertTrue(log.startsWith("== python3 loud.py, process "), log.substring(0, 80));
    assertTrue(log.contains("\nfirst\nxxx"));
    int left = 3_000_000 + "first\n\nlast\n".length() - (ErrorLog.MOST - log.indexOf("first"));
    String note = "\n== " + left + " bytes more, of which only the last 4096 are kept:\n";
    assertTrue(log.contains(note), log.substring(log.length() - 4200));
    assertTrue(log.endsWith("x\nlast\n"));
  }

  /** No process, and no copy of a file. */
  private static void assertNothingIsLeft() {
    assertEquals(
        List.of(),
        ProcessHandle.current()
            .children()
            .filter(p -> p.info().command().orElse("").contains("python"))
            .toList());
  }

  @Test
  void aProgramAndItsCopiesEndWithTheirWorker() throws Exception {
    Scripts scripts =
        new Scripts(folder)
            .with(
                "child.py",
                """
                import os, subprocess, sys
                import tiltbench_worker
                child = subprocess.Popen(["sleep", "600"])
                open(sys.argv[1], "w").write(os.getcwd())
                def score(x, conditions):
                    return [float(os.getpid()), float(child.pid)]
                tiltbench_worker.serve("child", "1", reward={"item": [2], "score": score}, dtype="F64")
                """);
    Path place = folder.resolve("place");
    double[] pids;
    Program program = scripts.program("child.py", place.toString());
    try (Verifier verifier = reward(program, false).open(SPACE)) {
      pids = verifier.score(ROWS, NONE);
      assertTrue(runs((long) pids[0]));
      assertTrue(runs((long) pids[1]));
      assertTrue(Files.exists(Path.of(Files.readString(place), "child.py")));
    }
    assertFalse(Files.exists(Path.of("/proc/" + (long) pids[0])), "a process is left");
    assertFalse(Files.exists(Path.of(Files.readString(place))), "a copy is left");
    for (int i = 0; i < 200 && runs((long) pids[1]); i++) {
      Thread.sleep(10); // its new parent hears of its end a little later
    }
    assertFalse(runs((long) pids[1]), "a process of the program is left");
  }

  private static boolean runs(long pid) throws IOException {
    Path status = Path.of("/proc/" + pid + "/stat");
    return Files.exists(status) && !Files.readString(status).contains(") Z ");
  }
}
