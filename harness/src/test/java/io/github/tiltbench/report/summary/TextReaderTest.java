package io.github.tiltbench.report.summary;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.Detokenizer;
import io.github.tiltbench.diffusion.FirstHittingProcess;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.Template;
import io.github.tiltbench.diffusion.Vocabulary;
import io.github.tiltbench.model.ModelSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TextReaderTest {
  private static final StateSpace.Sequence SPACE =
      new StateSpace.Sequence(
          7,
          new Vocabulary(
              List.of("[BEGIN]", "the", "dog", "##s", "bark", ".", "[END]"),
              new Detokenizer.Words(Optional.of("[END]"), Set.of("[BEGIN]"))));

  /** Sequences that begin with a mark and their prompt, and end with a full stop. */
  private record Sentences(StateSpace space) implements ModelSpec {
    @Override
    public ReverseProcess reverse() {
      return reverse(Condition.NONE);
    }

    @Override
    public ReverseProcess reverse(Condition prompt) {
      int[] given = prompt.text().equals("the dog") ? new int[] {0, 1, 2} : new int[] {0};
      return new FirstHittingProcess(Template.of(SPACE, given, new int[] {5}));
    }

    @Override
    public Denoiser open() {
      throw new UnsupportedOperationException();
    }
  }

  private final TextReader reader = TextReader.of(new Sentences(SPACE));

  @Test
  void thePromptIsToldFromWhatFollows() {
    int[] tokens = {0, 1, 2, 3, 4, 2, 5};
    assertEquals(new SampleText("the dog", "s bark dog."), reader.text("the dog", tokens));
    assertEquals(new SampleText("", "the dogs bark dog."), reader.text("-", tokens));
    assertArrayEquals(new int[] {3, 4, 2}, reader.free("the dog", tokens));
    assertArrayEquals(new int[] {1, 2, 3, 4, 2}, reader.free("-", tokens));
  }

  @Test
  void nothingIsReadFromTheEndOn() {
    int[] tokens = {0, 1, 2, 4, 6, 2, 5};
    assertEquals(new SampleText("the dog", " bark"), reader.text("the dog", tokens));
    assertArrayEquals(new int[] {4, -1, -1}, reader.free("the dog", tokens));
    assertEquals("", reader.text("-", new int[] {0, 6, 6, 6, 6, 6, 5}).text());
  }

  @Test
  void wordsAreWhatBlanksPart() {
    int[] first = reader.words("the dog", new int[] {0, 1, 2, 4, 1, 4, 5});
    assertEquals(3, first.length, "bark the bark.");
    int[] second = reader.words("-", new int[] {0, 4, 1, 2, 3, 1, 5});
    assertEquals(4, second.length, "bark the dogs the.");
    assertEquals(first[0], second[0]);
    assertEquals(first[1], second[1]);
    assertEquals(0, reader.words("-", new int[] {0, 6, 6, 6, 6, 6, 5}).length);
  }

  @Test
  void imagesAreNoTokens() {
    ModelSpec images = new Sentences(new StateSpace.Euclidean(new int[] {2}));
    assertThrows(StudyComponents.Hindrance.class, () -> TextReader.of(images));
  }
}
