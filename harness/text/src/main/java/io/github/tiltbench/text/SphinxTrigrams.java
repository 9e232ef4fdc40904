package io.github.tiltbench.text;

import edu.cmu.sphinx.linguist.WordSequence;
import edu.cmu.sphinx.linguist.dictionary.Dictionary;
import edu.cmu.sphinx.linguist.dictionary.Pronunciation;
import edu.cmu.sphinx.linguist.dictionary.Word;
import edu.cmu.sphinx.linguist.language.ngram.trie.NgramTrieModel;
import edu.cmu.sphinx.util.LogMath;
import edu.cmu.sphinx.util.props.PropertySheet;
import io.github.tiltbench.verifier.text.WordModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The trigram model of general English that CMU Sphinx ships for its recogniser. */
public final class SphinxTrigrams implements WordModel {
  private static final String PLACE = "/edu/cmu/sphinx/models/en-us/en-us.lm.bin";
  private static final Pronunciation[] SILENT = {};

  /** Held here, since a logger that nobody holds forgets its level. */
  private static final Logger LOGGER = Logger.getLogger(NgramTrieModel.class.getName());

  private final NgramTrieModel model;
  private final Set<String> vocabulary;

  /** Reads the model. */
  public SphinxTrigrams() {
    LOGGER.setLevel(Level.WARNING);
    URL place = SphinxTrigrams.class.getResource(PLACE);
    this.model =
        new NgramTrieModel("", place, null, 0, false, ORDER, new Spellings(), false, 1, 0, 1);
    try {
      model.allocate();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.vocabulary = model.getVocabulary();
  }

  @Override
  public boolean knows(String word) {
    return vocabulary.contains(word);
  }

  @Override
  public double logProbability(List<String> words) {
    Word[] sequence = words.stream().map(SphinxTrigrams::word).toArray(Word[]::new);
    return LogMath.getLogMath().logToLn(model.getProbability(new WordSequence(sequence)));
  }

  private static Word word(String spelling) {
    return new Word(spelling, SILENT, false);
  }

  /** A dictionary in which every word is and none is pronounced. */
  private static final class Spellings implements Dictionary {
    @Override
    public Word getWord(String text) {
      return word(text);
    }

    @Override
    public Word getSentenceStartWord() {
      return word(START);
    }

    @Override
    public Word getSentenceEndWord() {
      return word(END);
    }

    @Override
    public Word getSilenceWord() {
      return word(SILENCE_SPELLING);
    }

    @Override
    public Word[] getFillerWords() {
      return new Word[0];
    }

    @Override
    public void allocate() {}

    @Override
    public void deallocate() {}

    @Override
    public void newProperties(PropertySheet sheet) {}
  }
}
