package io.github.tiltbench.verifier.molecule;

/** What can be asked of a molecule. */
public enum Property {
  /**
   * 1 for a text that means a molecule, which is more than that it can be parsed: no atom has more
   * bonds than its element allows, aromatic atoms are in rings, no bond or branch is empty. Of
   * texts that RDKit calls invalid 1.5 % pass, and a search will find them: {@code [nH]} alone.
   */
  VALIDITY,

  /** The logarithm of the partition coefficient between octanol and water by JPlogP. */
  LOGP,

  /** The same by XLogP. */
  XLOGP,

  /** Topological polar surface area in square angstroms. */
  TPSA,

  /**
   * The geometric mean of eight desirabilities as in QED (Bickerton, 2012), with CDK's counts: near
   * RDKit's QED and not equal to it.
   */
  QED_LIKE
}
