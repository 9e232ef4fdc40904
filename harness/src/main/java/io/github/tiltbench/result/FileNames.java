package io.github.tiltbench.result;

import io.github.tiltbench.config.Digests;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** File names for prompts, which may be any text. */
final class FileNames {
  private static final Pattern PLAIN = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final Pattern HASHED = Pattern.compile(".*-[0-9a-f]{8}");
  private static final int LONGEST = 40;

  private FileNames() {}

  /**
   * The prompt itself if it is short, lower-case and plain; else a readable part of it and eight
   * digits of its digest. Different prompts get different names, also where case does not count.
   */
  static String of(String prompt) {
    boolean plain = prompt.length() <= LONGEST && PLAIN.matcher(prompt).matches();
    if (plain && !HASHED.matcher(prompt).matches()) {
      return prompt;
    }
    String slug = prompt.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String cut = slug.substring(0, Math.min(slug.length(), LONGEST)).replaceAll("^-|-$", "");
    String digest = Digests.sha256(prompt.getBytes(StandardCharsets.UTF_8)).substring(0, 8);
    return (cut.isEmpty() ? "prompt" : cut) + "-" + digest;
  }
}
