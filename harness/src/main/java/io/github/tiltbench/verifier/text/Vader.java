package io.github.tiltbench.verifier.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The compound sentiment of a text by the lexicon and rules of VADER (Hutto and Gilbert, 2014).
 *
 * <p>Every rule is that of npm {@code vader-sentiment} 1.1.3, also where it differs from the
 * original in Python: negations count as they are written in lower case only, and the idioms are
 * looked up for words three and more from the start.
 */
final class Vader {
  private static final double BOOST = 0.293;
  private static final double CAPITALS = 0.733;
  private static final double NEGATION = -0.74;

  /** What brings the sum of valences near 1; about the largest sum to expect. */
  private static final double ALPHA = 15;

  private static final Pattern SPACE =
      Pattern.compile(
          "[\\s\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]");
  private static final Pattern PUNCTUATION =
      Pattern.compile("[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~]");
  private static final List<String> MARKS =
      List.of(
          ".", "!", "?", ",", ";", ":", "-", "'", "\"", "!!", "!!!", "??", "???", "?!?", "!?!",
          "?!?!", "!?!?");

  private static final Set<String> NEGATIONS =
      words(
          """
          aint arent cannot cant couldnt darent didnt doesnt ain't aren't can't couldn't daren't
          didn't doesn't dont hadnt hasnt havent isnt mightnt mustnt neither don't hadn't hasn't
          haven't isn't mightn't mustn't neednt needn't never none nope nor not nothing nowhere
          oughtnt shant shouldnt uhuh wasnt werent oughtn't shan't shouldn't uh-uh wasn't weren't
          without wont wouldnt won't wouldn't rarely seldom despite
          """);
  private static final Map<String, Double> BOOSTERS = boosters();
  private static final Map<String, Double> IDIOMS =
      Map.of(
          "the shit", 3.0,
          "the bomb", 3.0,
          "bad ass", 1.5,
          "yeah right", -2.0,
          "cut the mustard", 2.0,
          "kiss of death", -1.5,
          "hand to mouth", -2.0);
  private static final Map<String, Double> LEXICON = lexicon();

  private final List<String> words;
  private final List<String> lower;
  private final boolean capitalsTell;

  private Vader(List<String> words) {
    this.words = words;
    this.lower = words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
    long capitals = words.stream().filter(Vader::capital).count();
    this.capitalsTell = capitals > 0 && capitals < words.size();
  }

  private static Set<String> words(String text) {
    return Set.of(text.strip().split("\\s+"));
  }

  private static Map<String, Double> boosters() {
    Map<String, Double> boosters = new HashMap<>();
    words(
            """
            absolutely amazingly awfully completely considerably decidedly deeply effing enormously
            entirely especially exceptionally extremely fabulously flipping flippin fricking frickin
            frigging friggin fully fucking greatly hella highly hugely incredibly intensely majorly
            more most particularly purely quite really remarkably so substantially thoroughly totally
            tremendously uber unbelievably unusually utterly very
            """)
        .forEach(word -> boosters.put(word, BOOST));
    words(
            """
            almost barely hardly kinda kindof kind-of less little marginally occasionally partly
            scarcely slightly somewhat sorta sortof sort-of
            """)
        .forEach(word -> boosters.put(word, -BOOST));
    List.of("just enough", "kind of", "sort of").forEach(pair -> boosters.put(pair, -BOOST));
    return boosters;
  }

  private static Map<String, Double> lexicon() {
    Map<String, Double> lexicon = new HashMap<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Vader.class.getResourceAsStream("vader-lexicon.tsv")),
                StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        int tab = line.indexOf('\t');
        lexicon.put(line.substring(0, tab), Double.valueOf(line.substring(tab + 1)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lexicon;
  }

  /** From -1, all negative, to 1, all positive; 0 where no word of the lexicon stands. */
  static double compound(String text) {
    Vader read = new Vader(tokens(text));
    double sum = 0;
    for (double valence : read.valences()) { // one by one: its sign decides what emphasis adds
      sum += valence;
    }
    sum += Math.signum(sum) * emphasis(text);
    return Math.max(-1, Math.min(1, sum / Math.sqrt(sum * sum + ALPHA)));
  }

  /** Words and emoticons of two characters and more, without one mark before or behind a word. */
  private static List<String> tokens(String text) {
    Set<String> bare =
        SPACE
            .splitAsStream(PUNCTUATION.matcher(text).replaceAll(""))
            .filter(word -> word.length() > 1)
            .collect(Collectors.toSet());
    return SPACE
        .splitAsStream(text)
        .filter(token -> token.length() > 1)
        .map(token -> bare(token, bare))
        .toList();
  }

  private static String bare(String token, Set<String> words) {
    for (String mark : MARKS) {
      if (token.startsWith(mark) && words.contains(token.substring(mark.length()))) {
        return token.substring(mark.length());
      }
      String before = token.substring(0, Math.max(0, token.length() - mark.length()));
      if (token.endsWith(mark) && words.contains(before)) {
        return before;
      }
    }
    return token;
  }

  private double[] valences() {
    double[] valence = new double[words.size()];
    for (int i = 0; i < valence.length; i++) {
      boolean kindOf = lower.get(i).equals("kind") && follows(i, "of");
      valence[i] = kindOf || BOOSTERS.containsKey(lower.get(i)) ? 0 : valence(i);
    }
    int but = words.contains("but") ? words.indexOf("but") : words.indexOf("BUT");
    for (int i = 0; but >= 0 && i < valence.length; i++) {
      valence[i] *= i < but ? 0.5 : i > but ? 1.5 : 1;
    }
    return valence;
  }

  private boolean follows(int i, String word) {
    return i + 1 < lower.size() && lower.get(i + 1).equals(word);
  }

  private double valence(int i) {
    if (!LEXICON.containsKey(lower.get(i))) {
      return 0;
    }
    double valence = LEXICON.get(lower.get(i));
    if (capitalsTell && capital(words.get(i))) {
      valence += valence > 0 ? CAPITALS : -CAPITALS;
    }
    double[] weight = {1, 0.95, 0.9};
    for (int back = 1; back <= weight.length && back <= i; back++) {
      if (!LEXICON.containsKey(lower.get(i - back))) {
        valence += boost(i - back, valence) * weight[back - 1];
        valence = negated(valence, i, back);
        if (back == weight.length) {
          valence = idiom(valence, i);
        }
      }
    }
    return least(valence, i);
  }

  /** What a word before one of some valence adds to it. */
  private double boost(int i, double valence) {
    Double boost = BOOSTERS.get(lower.get(i));
    if (boost == null) {
      return 0;
    }
    double signed = valence < 0 ? -boost : boost;
    if (capitalsTell && capital(words.get(i))) {
      signed += valence > 0 ? CAPITALS : -CAPITALS;
    }
    return signed;
  }

  private double negated(double valence, int i, int back) {
    boolean intense = intense(i - 1);
    if (back == 2 && is(i - 2, "never") && intense) {
      return valence * 1.5;
    }
    if (back == 3 && ((is(i - 3, "never") && intense(i - 2)) || intense)) {
      return valence * 1.25;
    }
    String before = words.get(i - back);
    return NEGATIONS.contains(before) || before.contains("n't") ? valence * NEGATION : valence;
  }

  private boolean intense(int i) {
    return is(i, "so") || is(i, "this");
  }

  private boolean is(int i, String word) {
    return words.get(i).equals(word);
  }

  private double idiom(double valence, int i) {
    String three = words.get(i - 3);
    String two = words.get(i - 2);
    String one = words.get(i - 1);
    String here = words.get(i);
    double found =
        List.of(
                one + " " + here,
                two + " " + one + " " + here,
                two + " " + one,
                three + " " + two + " " + one,
                three + " " + two)
            .stream()
            .filter(IDIOMS::containsKey)
            .findFirst()
            .map(IDIOMS::get)
            .orElse(valence);
    if (i + 1 < words.size()) {
      found = IDIOMS.getOrDefault(here + " " + words.get(i + 1), found);
    }
    if (i + 2 < words.size()) {
      found = IDIOMS.getOrDefault(here + " " + words.get(i + 1) + " " + words.get(i + 2), found);
    }
    boolean damped =
        BOOSTERS.containsKey(three + " " + two) || BOOSTERS.containsKey(two + " " + one);
    return damped ? found - BOOST : found;
  }

  /** "least" before a word negates it, unless it is "at least" or "very least". */
  private double least(double valence, int i) {
    boolean least = i > 0 && lower.get(i - 1).equals("least");
    boolean spared = i > 1 && Set.of("at", "very").contains(lower.get(i - 2));
    return least && !spared ? valence * NEGATION : valence;
  }

  /** Exclamation marks, four at most, and two question marks or more. */
  private static double emphasis(String text) {
    long exclamations = Math.min(4, text.chars().filter(c -> c == '!').count());
    long questions = text.chars().filter(c -> c == '?').count();
    double asked = questions < 2 ? 0 : questions <= 3 ? questions * 0.18 : 0.96;
    return exclamations * 0.292 + asked;
  }

  /** Whether a word has capitals of ASCII and no small letters. */
  private static boolean capital(String word) {
    return word.chars().anyMatch(c -> c >= 'A' && c <= 'Z')
        && word.chars().noneMatch(c -> c >= 'a' && c <= 'z');
  }
}
