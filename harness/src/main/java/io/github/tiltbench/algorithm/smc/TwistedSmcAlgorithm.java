package io.github.tiltbench.algorithm.smc;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Samples;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.Support;
import io.github.tiltbench.budget.Cost;
import java.util.List;
import java.util.Optional;

/** An algorithm that is SMC on a twisted chain and differs from others by its policy alone. */
interface TwistedSmcAlgorithm extends Algorithm {
  /** Particles a population; 0 takes as many as the budget pays for. */
  int particles();

  /** How the particles are spread over the levels. */
  Optional<Profile> profile();

  /** The sampler at a problem that it makes sense on. */
  TwistedSmc at(Problem problem);

  @Override
  default Support supports(Problem problem) {
    return at(problem).supports();
  }

  @Override
  default List<String> warnings(Problem problem) {
    return at(problem).warnings();
  }

  @Override
  default Samples sample(Problem problem, Session session) {
    return at(problem).sample(session);
  }

  @Override
  default Cost cost(Problem problem) {
    return at(problem).cost();
  }

  @Override
  default boolean usesBudget() {
    return particles() == 0;
  }

  /** After a pilot: what it found is not known before. */
  @Override
  default boolean costIsUpperBound() {
    return profile().orElse(null) instanceof Profile.Optimal;
  }
}
