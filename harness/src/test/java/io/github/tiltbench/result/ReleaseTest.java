package io.github.tiltbench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @TempDir Path folder;

  /** A build fills the version in; classes from elsewhere have none. */
  @Test
  void theVersionIsThatOfTheBuild() {
    String version = Release.here().version();
    assertTrue(version.matches("[0-9]+\\.[0-9]+\\.[0-9]+.*|unpackaged"), version);
    assertEquals(
        "1.2.3 (commit 0123456789ab)", new Release("1.2.3", Optional.of(COMMIT)).toString());
    assertEquals("1.2.3", new Release("1.2.3", Optional.empty()).toString());
  }

  /** The commit of a checkout that somebody happens to stand in is none of ours. */
  @Test
  void onlyABuildInsideACheckoutBelongsToIt() {
    assertEquals(Optional.of(folder), Release.checkout(folder.resolve("harness/target/classes")));
    assertEquals(
        Optional.of(folder), Release.checkout(folder.resolve("harness/target/harness-1.jar")));
    assertEquals(
        Optional.of(folder), Release.checkout(folder.resolve("harness/target/apps/a/harness.jar")));
    assertEquals(Optional.empty(), Release.checkout(folder.resolve("lib/harness-1.jar")));
    assertEquals(Optional.empty(), Release.checkout(folder.getRoot()));
  }

  @Test
  void theCommitIsReadFromTheCheckout() throws Exception {
    Path repo = folder.resolve("repo");
    Path git = Files.createDirectories(repo.resolve(".git"));
    Files.writeString(git.resolve("HEAD"), "ref: refs/heads/main\n");
    assertEquals(Optional.empty(), Release.commit(repo));
    Files.writeString(git.resolve("packed-refs"), "# pack\n" + COMMIT + " refs/heads/main\n");
    assertEquals(Optional.of(COMMIT), Release.commit(repo));
    Files.createDirectories(git.resolve("refs/heads"));
    Files.writeString(git.resolve("refs/heads/main"), "f".repeat(40) + "\n");
    assertEquals(Optional.of("f".repeat(40)), Release.commit(repo));
    Path linked = Files.createDirectories(git.resolve("worktrees/w"));
    Files.writeString(linked.resolve("HEAD"), "ref: refs/heads/main\n");
    Files.writeString(linked.resolve("commondir"), "../..\n");
    Path tree = Files.createDirectories(folder.resolve("tree"));
    Files.writeString(tree.resolve(".git"), "gitdir: " + linked + "\n");
    assertEquals(Optional.of("f".repeat(40)), Release.commit(tree));
    Files.writeString(git.resolve("HEAD"), COMMIT + "\n");
    assertEquals(Optional.of(COMMIT), Release.commit(repo));
  }
}
