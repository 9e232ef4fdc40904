package io.github.tiltbench.algorithm.twist;

import io.github.tiltbench.algorithm.Problem;
import io.github.tiltbench.algorithm.Session;
import io.github.tiltbench.algorithm.smc.Move;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Prediction;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StepLaw;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.random.Noise;
import io.github.tiltbench.random.Purpose;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Learns a twist by rounds of: run trajectories by it, weigh them, step towards the target, project
 * the step onto the family.
 *
 * <p>Trajectories are not resampled, so that their weights are ratios of the laws of whole paths.
 *
 * @param rollouts trajectories a round
 * @param radius how far a round may go, KL in nats
 * @param ridge how much the present twist counts for, times the rule of thumb (numbers a step) / (4
 *     ESS)
 */
record TwistLearning(Problem problem, Session session, int rollouts, double radius, double ridge) {
  private static final double SETBACK = 0.5;
  private static final int REFITS = 3;
  private static final double STIFFER = 4;

  /**
   * The trajectories of a round.
   *
   * @param path log-weights under the target
   * @param ratio what of them the moves make, the rest is the reward's
   * @param goal rewards over beta
   */
  private record Round(Weights path, Weights ratio, double[] goal, Twist.Gathered gathered) {
    /** ESS as a fraction; 0 where no trajectory was admissible. */
    double ess() {
      return path.extinct() ? 0 : path.ess() / path.size();
    }

    /**
     * ESS as a fraction under another twist: 1 / (1 + chi^2), with chi^2 estimated from these
     * trajectories, which flatters a twist that was fitted to them.
     */
    double foreseen(Twist twist) {
      double[] log = gathered.logRatio(twist);
      Arrays.setAll(log, i -> goal[i] - log[i]);
      return Math.exp(2 * path.logMean() - path.plus(log).logMean());
    }
  }

  /** Starts from a twist and goes through the rounds; closes all twists but the one it returns. */
  LearnedTwist learn(Twist start, int rounds) {
    Twist twist = start;
    Map<String, Double> scalars = new TreeMap<>();
    try {
      for (int j = 0; j < rounds; j++) {
        Round round = run(twist, j);
        tell(scalars, round, j + 1);
        if (round.path.extinct()) {
          continue; // nothing to step towards; the next round has other draws
        }
        TrustRegion step = TrustRegion.step(round.path, radius);
        scalars.put("fit_tau_" + (j + 1), step.tau());
        scalars.put("fit_kl_" + (j + 1), step.divergence());
        Twist next = project(twist, round, step);
        if (next != twist) {
          twist.close();
        }
        twist = next;
      }
    } catch (RuntimeException | Error e) {
      twist.close();
      throw e;
    }
    scalars.put("fit_nfe", (double) rounds * rollouts * problem.process().steps());
    scalars.put("fit_reward", (double) rounds * rollouts);
    return new LearnedTwist(twist, scalars);
  }

  private void tell(Map<String, Double> scalars, Round round, int number) {
    double[] log = round.path.log();
    for (int i = 0; i < rollouts; i++) {
      double moved = Double.isFinite(log[i]) ? round.goal[i] - log[i] : -round.ratio.log()[i];
      scalars.merge("fit_best", round.goal[i] * problem.beta(), Math::max);
      scalars.merge("fit_moved_" + number, moved / rollouts, Double::sum);
    }
    scalars.put("fit_ess_" + number, round.ess());
  }

  private Round run(Twist twist, int j) {
    ReverseProcess process = problem.process();
    Twist.Gathered gathered = twist.gather(rollouts);
    StepLaw prior = process.initial(rollouts);
    Move move = twist.start(prior, noise(process.steps() + 1, j));
    gathered.start(prior, move.next());
    Weights ratio = new Weights(move.logRatio());
    for (int level = process.steps(); level >= 1; level--) {
      Batch x = move.next();
      Prediction prediction = session.denoise(x, level);
      StepLaw law = process.law(x, level, prediction);
      if (law.deterministic()) {
        move = Move.own(law, noise(level, j));
      } else {
        move = twist.move(law, x, prediction, level, noise(level, j));
        gathered.step(law, x, prediction, level, move.next());
      }
      ratio = ratio.plus(move.logRatio());
    }
    double[] goal = session.score(move.next());
    Arrays.setAll(goal, i -> goal[i] / problem.beta());
    return new Round(ratio.plus(goal), ratio, goal, gathered);
  }

  private Noise noise(int level, int j) {
    return session.noise(Purpose.FIT, level).from(j * rollouts);
  }

  /** Stiffer while the new twist looks much worse than the present one, which stays if it must. */
  private Twist project(Twist twist, Round round, TrustRegion step) {
    if (step.divergence() == 0) {
      return twist;
    }
    double present = round.ess();
    double stiffness = ridge * twist.parametersPerStep() / (4 * step.ess());
    for (int refit = 0; refit <= REFITS; refit++) {
      Twist next = round.gathered.project(step.weights(), stiffness);
      if (round.foreseen(next) >= SETBACK * present) {
        return next;
      }
      next.close();
      stiffness *= STIFFER;
    }
    return twist;
  }
}
