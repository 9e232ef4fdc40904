package io.github.tiltbench.run;

import io.github.tiltbench.algorithm.FitFormat;
import io.github.tiltbench.algorithm.Learner;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.result.Fits;
import io.github.tiltbench.study.FitKey;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * What the algorithms of a run have learned, each thing once a prompt; shared by its workers.
 *
 * <p>Where it has a folder, a fit that an earlier run or another process has stored there is read
 * in place of being learned, and one that is learned is stored. Without one it is kept in memory
 * alone: a fit depends on the study's seed and the prompt only, so whoever learns it anew gets the
 * same bits.
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
  private final Optional<Fits> stored;
  private final Consumer<String> unread;

  /** Keeps fits in memory. */
  FitCache() {
    this(Optional.empty(), why -> {});
  }

  /**
   * Keeps fits in a folder too.
   *
   * @param unread told why a stored fit is learned anew, by any thread
   */
  FitCache(Fits stored, Consumer<String> unread) {
    this(Optional.of(stored), unread);
  }

  private FitCache(Optional<Fits> stored, Consumer<String> unread) {
    this.stored = stored;
    this.unread = unread;
  }

  /**
   * The fit of a key: read or made by whoever asks first, on its own thread, while all others wait.
   *
   * @param problem that it is a fit of
   * @param maker learns it
   * @throws ExecutionException for everybody who asks, if making it failed
   */
  <F> Fit of(Key key, Learner<F> learner, Problem problem, Callable<Fit> maker)
      throws InterruptedException, ExecutionException {
    CompletableFuture<Fit> mine = new CompletableFuture<>();
    CompletableFuture<Fit> theirs = fits.putIfAbsent(key, mine);
    if (theirs != null) {
      return theirs.get();
    }
    try {
      Optional<FitFormat<F>> format = learner.format(problem);
      boolean kept =
          stored.isPresent() && format.isPresent() && key.learning.definition().isPresent();
      mine.complete(kept ? kept(stored.get(), key, learner, format.get(), maker) : maker.call());
    } catch (Throwable e) { // whatever it is, those who wait must hear of it
      mine.completeExceptionally(e);
    }
    return mine.get();
  }

  @SuppressWarnings("unchecked") // the maker's learner is this one
  private <F> Fit kept(
      Fits folder, Key key, Learner<F> learner, FitFormat<F> format, Callable<Fit> maker)
      throws Exception {
    String definition = key.learning.definition(key.prompt);
    try {
      Optional<Fits.Fit> found = folder.read(definition);
      if (found.isPresent()) {
        F learned = format.read().apply(found.get().numbers());
        return new Fit(learned, found.get().spent(), () -> learner.release(learned));
      }
    } catch (IOException e) {
      unread.accept(e.getMessage());
    } catch (IllegalArgumentException e) {
      unread.accept(folder.file(definition) + ": " + e.getMessage());
    }
    Fit fit = maker.call();
    try {
      folder.write(definition, new Fits.Fit(format.write().apply((F) fit.learned), fit.spent));
    } catch (RuntimeException | Error e) {
      fit.free.run();
      throw e;
    }
    return fit;
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
