package io.github.tiltbench.run;

import io.github.tiltbench.result.Failure;
import io.github.tiltbench.result.Trial;
import io.github.tiltbench.study.TrialId;
import java.util.List;
import java.util.Set;

/**
 * Told how a run goes; called by one thread at a time, but for {@link #begun}, {@link #more} and
 * {@link #relearning}.
 */
public interface Observer {
  /**
   * Before the first trial.
   *
   * @param trials to run now
   * @param nfe that they will take
   * @param finished trials that an earlier run has stored
   */
  default void started(int trials, long nfe, int finished) {}

  /**
   * Judges that joined the study are about to score trials that an earlier run has stored.
   *
   * @param trials how many
   * @param judges which
   */
  default void judging(int trials, Set<String> judges) {}

  /**
   * A look at what is there asks for more.
   *
   * @param trials to run besides
   * @param nfe that they will take
   */
  default void more(int trials, long nfe) {}

  /** A worker sets out to run trials; several workers may say so at once. */
  default void begun(List<TrialId> trials) {}

  /** A trial is stored. */
  default void finished(Trial trial) {}

  /**
   * Calls do not fit the memory of a device and are divided from now on; that is stored.
   *
   * @param calls which
   */
  default void divided(String calls) {}

  /**
   * What was learned before cannot be read and is learned anew.
   *
   * @param why names the file
   */
  default void relearning(String why) {}

  /** A trial failed and its failure is stored. */
  default void failed(Failure failure) {}

  /** Tells several, one after the other. */
  static Observer all(Observer... observers) {
    return new Observer() {
      @Override
      public void started(int trials, long nfe, int finished) {
        List.of(observers).forEach(o -> o.started(trials, nfe, finished));
      }

      @Override
      public void judging(int trials, Set<String> judges) {
        List.of(observers).forEach(o -> o.judging(trials, judges));
      }

      @Override
      public void more(int trials, long nfe) {
        List.of(observers).forEach(o -> o.more(trials, nfe));
      }

      @Override
      public void begun(List<TrialId> trials) {
        List.of(observers).forEach(o -> o.begun(trials));
      }

      @Override
      public void finished(Trial trial) {
        List.of(observers).forEach(o -> o.finished(trial));
      }

      @Override
      public void divided(String calls) {
        List.of(observers).forEach(o -> o.divided(calls));
      }

      @Override
      public void relearning(String why) {
        List.of(observers).forEach(o -> o.relearning(why));
      }

      @Override
      public void failed(Failure failure) {
        List.of(observers).forEach(o -> o.failed(failure));
      }
    };
  }
}
