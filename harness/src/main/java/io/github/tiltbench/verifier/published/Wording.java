package io.github.tiltbench.verifier.published;

import io.github.tiltbench.diffusion.Condition;
import java.util.Map;

/**
 * What a reward reads for what a sample was asked to be.
 *
 * @param template a text in which {@value #PLACE} stands for the condition's
 * @param texts whole texts by that of the condition, where the template is not meant
 */
record Wording(String template, Map<String, String> texts) {
  /** Where the condition's text goes. */
  static final String PLACE = "{}";

  /** Refuses a template without a text. */
  static void check(String template) {
    if (template.isBlank()) {
      throw new IllegalArgumentException("prompt is empty");
    }
  }

  /**
   * The text for a condition.
   *
   * @throws IllegalArgumentException where it takes the condition's and there is none
   */
  String of(Condition condition) {
    String own = texts.get(condition.text());
    if (own == null && template.contains(PLACE) && condition.equals(Condition.NONE)) {
      throw new IllegalArgumentException(
          "it reads what a sample was asked to be; give it a text of its own by its key prompt");
    }
    return own == null ? template.replace(PLACE, condition.text()) : own;
  }
}
