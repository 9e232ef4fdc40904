package io.github.tiltbench.run;

import io.github.tiltbench.algorithm.Learner;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.study.FitKey;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * What the algorithms of a run have learned, each thing once a prompt; shared by its workers.
 *
 * <p>It is kept in memory alone. A fit depends on the study's seed and the prompt only, so a run
 * that goes on after a stop, or another shard, learns it anew and gets the same bits.
 */
final class FitCache implements AutoCloseable {
  /** Which fit. */
  record Key(FitKey learning, String prompt) {}

  /**
   * One fit.
   *
   * @param learned what {@link Learner#fit} gave
   * @param spent what it cost
   * @param free releases it
   */
  record Fit(Object learned, Cost spent, Runnable free) {}

  private final Map<Key, CompletableFuture<Fit>> fits = new ConcurrentHashMap<>();

  /**
   * The fit of a key: made by whoever asks first, on its own thread, while all others wait.
   *
   * @throws ExecutionException for everybody who asks, if making it failed
   */
  Fit of(Key key, Callable<Fit> maker) throws InterruptedException, ExecutionException {
    CompletableFuture<Fit> mine = new CompletableFuture<>();
    CompletableFuture<Fit> theirs = fits.putIfAbsent(key, mine);
    if (theirs != null) {
      return theirs.get();
    }
    try {
      mine.complete(maker.call());
    } catch (Throwable e) { // whatever it is, those who wait must hear of it
      mine.completeExceptionally(e);
    }
    return mine.get();
  }

  /** Frees all that was learned; nobody may sample with it any more. */
  @Override
  public void close() {
    for (CompletableFuture<Fit> fit : fits.values()) {
      if (fit.isDone() && !fit.isCompletedExceptionally()) {
        fit.join().free().run();
      }
    }
  }
}
