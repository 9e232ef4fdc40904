package io.github.tiltbench.study;

import io.github.tiltbench.algorithm.Algorithm;
import io.github.tiltbench.algorithm.guidance.ClassifierGuidance;
import io.github.tiltbench.algorithm.guidance.Dps;
import io.github.tiltbench.algorithm.guidance.LocalSearch;
import io.github.tiltbench.algorithm.search.Beam;
import io.github.tiltbench.algorithm.search.BestOfN;
import io.github.tiltbench.algorithm.search.Code;
import io.github.tiltbench.algorithm.search.Crepe;
import io.github.tiltbench.algorithm.search.DSearch;
import io.github.tiltbench.algorithm.search.Demon;
import io.github.tiltbench.algorithm.search.Dfs;
import io.github.tiltbench.algorithm.search.DiffusionTree;
import io.github.tiltbench.algorithm.search.EpsilonGreedy;
import io.github.tiltbench.algorithm.search.EvoSearch;
import io.github.tiltbench.algorithm.search.FirstOrder;
import io.github.tiltbench.algorithm.search.Pretrained;
import io.github.tiltbench.algorithm.search.RandomSearch;
import io.github.tiltbench.algorithm.search.Rbf;
import io.github.tiltbench.algorithm.search.Refine;
import io.github.tiltbench.algorithm.search.Reno;
import io.github.tiltbench.algorithm.search.Rerd;
import io.github.tiltbench.algorithm.search.SearchOverPaths;
import io.github.tiltbench.algorithm.search.Svdd;
import io.github.tiltbench.algorithm.search.Treasure;
import io.github.tiltbench.algorithm.search.ZeroOrder;
import io.github.tiltbench.algorithm.smc.BootstrapSmc;
import io.github.tiltbench.algorithm.smc.Das;
import io.github.tiltbench.algorithm.smc.FkSteering;
import io.github.tiltbench.algorithm.smc.ParticleGibbs;
import io.github.tiltbench.algorithm.smc.Psi;
import io.github.tiltbench.algorithm.smc.Tds;
import io.github.tiltbench.algorithm.smc.Urge;
import io.github.tiltbench.algorithm.twist.TriTsmc;
import io.github.tiltbench.config.CatalogueEntry;
import java.util.List;

/** The algorithms that ship here, by the names that a study gives them. */
final class Algorithms {
  static final List<CatalogueEntry<Algorithm>> ENTRIES =
      List.of(
          CatalogueEntry.of("pretrained", "the model as it is", new Pretrained()),
          CatalogueEntry.of("best-of-n", "the best of N samples", BestOfN.DEFAULT),
          CatalogueEntry.of(
              "random-search",
              "the best of K starting noises, arXiv 2501.09732",
              RandomSearch.DEFAULT),
          CatalogueEntry.of(
              "zero-order",
              "from a starting noise to the best of its neighbours, arXiv 2501.09732",
              ZeroOrder.DEFAULT),
          CatalogueEntry.of(
              "search-over-paths",
              "states noised again and solved anew, the best go on, arXiv 2501.09732",
              SearchOverPaths.DEFAULT),
          CatalogueEntry.of(
              "first-order",
              "the starting noise climbs the gradient of the reward, arXiv 2501.09732",
              FirstOrder.DEFAULT),
          CatalogueEntry.of(
              "reno",
              "the starting noise of a few steps climbs reward less penalty, arXiv 2406.04312",
              Reno.DEFAULT),
          CatalogueEntry.of(
              "demon",
              "each step's noise put together from K by their rewards, for 64 dimensions or"
                  + " more, arXiv 2410.05760",
              Demon.DEFAULT),
          CatalogueEntry.of(
              "rbf",
              "rollover budget forcing: what a level saves goes to the next, arXiv 2503.19385",
              Rbf.DEFAULT),
          CatalogueEntry.of(
              "dfs",
              "one particle that goes back up in noise where it is worth too little, arXiv"
                  + " 2505.23614",
              Dfs.DEFAULT),
          CatalogueEntry.of(
              "smc", "bootstrap particles with difference potentials", BootstrapSmc.DEFAULT),
          CatalogueEntry.of(
              "svdd",
              "the best, or a draw, of M candidates a step, arXiv 2408.08252",
              Svdd.DEFAULT),
          CatalogueEntry.of(
              "beam",
              "the A best of the children of A states go on (TreeG), arXiv 2502.11420",
              Beam.DEFAULT),
          CatalogueEntry.of(
              "dsearch",
              "svdd that widens while its beams are dropped, arXiv 2503.02039",
              DSearch.DEFAULT),
          CatalogueEntry.of(
              "code",
              "blockwise svdd: the best of N copies every few steps, arXiv 2502.00968",
              Code.DEFAULT),
          CatalogueEntry.of(
              "epsilon-greedy",
              "each step's noise is searched near the best so far, arXiv 2506.03164",
              EpsilonGreedy.DEFAULT),
          CatalogueEntry.of(
              "treasure",
              "a beam over orders of unmasking, a maximiser, arXiv 2509.23146",
              Treasure.DEFAULT),
          CatalogueEntry.of(
              "tree",
              "all chains kept as one tree of values: draws or the best, arXiv 2506.20701",
              DiffusionTree.DEFAULT),
          CatalogueEntry.of(
              "fk",
              "FK steering: difference, max and sum potentials, arXiv 2501.06848",
              FkSteering.DEFAULT),
          CatalogueEntry.of(
              "bfs",
              "fk as breadth-first search: ramped maxima, ssp at every level, arXiv 2505.23614",
              FkSteering.BREADTH_FIRST),
          CatalogueEntry.of(
              "particle-gibbs",
              "sweeps of SMC that keep a path of the sweep before, arXiv 2507.08390",
              ParticleGibbs.DEFAULT),
          CatalogueEntry.of(
              "evosearch",
              "populations of noises and of states evolve, arXiv 2505.17618",
              EvoSearch.DEFAULT),
          CatalogueEntry.of(
              "refine",
              "states noised again and solved back, taken by Metropolis' rule (IterRef)",
              Refine.DEFAULT),
          CatalogueEntry.of(
              "rerd",
              "samples of svdd renoised and brought down again by it, arXiv 2502.14944",
              Rerd.DEFAULT),
          CatalogueEntry.of(
              "crepe",
              "replica exchange over levels, exact on first-hitting chains, arXiv 2509.23265",
              Crepe.DEFAULT),
          CatalogueEntry.of(
              "psi",
              "tds from MCMC at level T; idle on analytic models, arXiv 2506.01320",
              Psi.DEFAULT),
          CatalogueEntry.of("tds", "twisted diffusion sampler, arXiv 2306.17775", Tds.DEFAULT),
          CatalogueEntry.of(
              "das", "gradient proposals with tempering, arXiv 2501.05803", Das.DEFAULT),
          CatalogueEntry.of("urge", "path weights of a drift, arXiv 2605.17850", Urge.DEFAULT),
          CatalogueEntry.of(
              "tri-tsmc",
              "twists learned in trust-region rounds, arXiv 2605.25123",
              TriTsmc.DEFAULT),
          CatalogueEntry.of(
              "dps",
              "gradients of the reward of the clean estimate, arXiv 2209.14687",
              Dps.DEFAULT),
          CatalogueEntry.of(
              "local-search",
              "gradient steps at every level, noised back and again, arXiv 2505.23614",
              LocalSearch.DEFAULT),
          CatalogueEntry.of(
              "classifier-guidance",
              "gradients of the reward of the state, arXiv 2105.05233",
              ClassifierGuidance.DEFAULT));

  private Algorithms() {}
}
