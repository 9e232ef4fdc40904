package io.github.tiltbench.run;

import io.github.tiltbench.result.Failure;
import io.github.tiltbench.result.Trial;

/** Told how a run goes; called by one thread at a time. */
public interface Observer {
  /**
   * Before the first trial.
   *
   * @param trials to run now
   * @param nfe that they will take
   * @param finished trials that an earlier run has stored
   */
  default void started(int trials, long nfe, int finished) {}

  /** A trial is stored. */
  default void finished(Trial trial) {}

  /** A trial failed and its failure is stored. */
  default void failed(Failure failure) {}
}
