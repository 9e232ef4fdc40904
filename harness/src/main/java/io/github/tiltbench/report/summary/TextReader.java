package io.github.tiltbench.report.summary;

import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.MaskedChain;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.Template;
import io.github.tiltbench.diffusion.Vocabulary;
import io.github.tiltbench.metric.sample.Sequences;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.report.summary.StudyComponents.Hindrance;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Reads samples of tokens as the model of a cell means them. */
public final class TextReader {
  private final ModelSpec model;
  private final StateSpace.Sequence space;
  private final Map<String, Optional<Template>> templates = new HashMap<>();
  private final Map<String, Integer> words = new HashMap<>();

  private TextReader(ModelSpec model, StateSpace.Sequence space) {
    this.model = model;
    this.space = space;
  }

  /**
   * The reader of a model's samples.
   *
   * @throws Hindrance if the model is none of tokens
   */
  static TextReader of(ModelSpec model) {
    if (!(model.space() instanceof StateSpace.Sequence sequence)) {
      throw new Hindrance("the samples are no sequences of tokens");
    }
    return new TextReader(model, sequence);
  }

  /** Tokens by their ids, where nothing says what they stand for. */
  public static SampleText ids(int[] tokens) {
    return new SampleText(
        "", IntStream.of(tokens).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
  }

  /** A sample as text, the part that its prompt gave apart. */
  public SampleText text(String prompt, int[] tokens) {
    Vocabulary says = space.vocabulary();
    String all = says.text(tokens);
    String given =
        template(prompt).map(t -> says.text(Arrays.copyOf(tokens, t.prefix()))).orElse("");
    return all.startsWith(given)
        ? new SampleText(given, all.substring(given.length()))
        : new SampleText("", all);
  }

  /** The tokens at the positions that the prompt left free, blank from the end token on. */
  int[] free(String prompt, int[] tokens) {
    Optional<Template> template = template(prompt);
    int end =
        IntStream.range(0, tokens.length)
            .filter(at -> ends(tokens[at]))
            .findFirst()
            .orElse(tokens.length);
    return IntStream.range(0, tokens.length)
        .filter(at -> template.map(t -> t.free(at)).orElse(true))
        .map(at -> at < end ? tokens[at] : Sequences.BLANK)
        .toArray();
  }

  private boolean ends(int token) {
    Vocabulary says = space.vocabulary();
    return says.detokenizer().end().filter(says.text(token)::equals).isPresent();
  }

  /** The words that follow what the prompt gave, parted by blanks, a number each. */
  synchronized int[] words(String prompt, int[] tokens) {
    String written = text(prompt, tokens).written().strip();
    return written.isEmpty()
        ? new int[0]
        : Arrays.stream(written.split("\\s+")).mapToInt(this::number).toArray();
  }

  private int number(String word) {
    Integer known = words.putIfAbsent(word, words.size());
    return known == null ? words.size() - 1 : known;
  }

  private synchronized Optional<Template> template(String prompt) {
    return templates.computeIfAbsent(
        prompt,
        p ->
            model.reverse(new Condition(p)) instanceof MaskedChain chain
                ? Optional.of(chain.template())
                : Optional.empty());
  }
}
