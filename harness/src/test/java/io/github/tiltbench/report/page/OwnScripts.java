package io.github.tiltbench.report.page;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

/** The two scripts that are part of the program. */
public final class OwnScripts {
  private OwnScripts() {}

  /** A page without them; it must have both. */
  public static String without(String page) {
    String rest = page;
    for (PageScript script : List.of(PageScript.plotly(), PageScript.report())) {
      String element = "<script>" + script.text() + "</script>";
      assertTrue(rest.contains(element));
      rest = rest.replace(element, "");
    }
    return rest;
  }
}
