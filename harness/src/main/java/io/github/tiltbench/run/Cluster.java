package io.github.tiltbench.run;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/**
 * Machines that compute cohorts for a run of this process, which stores what they give: an optional
 * part of the program, found by {@link ServiceLoader}.
 */
public interface Cluster extends AutoCloseable {
  /** Length of a {@link #secret}. */
  int SECRET_BYTES = 32;

  /**
   * Computes cohorts, each wherever there is room; returns when all are answered.
   *
   * @param answer takes the answer to an errand as it comes, in any order, one at a time
   * @throws IllegalStateException if the cluster has given up on one
   */
  void run(List<Errand> errands, Consumer<byte[]> answer) throws InterruptedException;

  /** Where it is, for the provenance. */
  @Override
  String toString();

  /** Leaves the cluster. */
  @Override
  void close();

  /** A word by which the processes of one cluster know each other: 256 random bits. */
  static String secret() {
    byte[] bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** A kind of cluster. */
  interface Kind {
    /** Places of the kind as a user writes them, such as {@code spark://HOST:PORT}. */
    List<String> places();

    /** Whether a place is one of its own. */
    boolean reaches(String place);

    /**
     * Joins the cluster at a place.
     *
     * @param study name of the study, which the cluster shows
     */
    Cluster join(String place, String study);
  }

  /**
   * Joins the cluster at a place.
   *
   * @throws IllegalArgumentException if no kind on the class path reaches it
   */
  static Cluster join(String place, String study) {
    List<String> known = new ArrayList<>();
    for (Kind kind : ServiceLoader.load(Kind.class)) {
      if (kind.reaches(place)) {
        return kind.join(place, study);
      }
      known.addAll(kind.places());
    }
    throw new IllegalArgumentException(
        "--on "
            + place
            + ": "
            + (known.isEmpty()
                ? "no cluster is on the class path; TILTBENCH_SPARK=1 adds Spark"
                : "a place is one of " + String.join(", ", known)));
  }
}
