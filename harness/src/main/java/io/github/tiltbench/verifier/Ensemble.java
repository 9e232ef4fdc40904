package io.github.tiltbench.verifier;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.engine.program.Program;
import io.github.tiltbench.engine.program.Programs;
import io.github.tiltbench.particle.Readings;
import io.github.tiltbench.particle.Scope;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Several verifiers as one: a candidate's mean rank among the candidates it stands with, the lowest
 * having rank 1 and equals the mean of theirs.
 *
 * <p>Ranks need no common unit, but they are of one set: what is kept of a candidate are the scores
 * of the members, and it is ranked anew wherever it stands. Source: Ma et al., arXiv 2501.09732.
 *
 * @param members at least two that score samples one by one; a study may name verifiers of its own
 */
public record Ensemble(List<VerifierSpec> members) implements VerifierSpec {
  /** Refuses fewer than two members and those whose own scores are of a set. */
  public Ensemble {
    members = List.copyOf(members);
    if (members.size() < 2) {
      throw new IllegalArgumentException("members must be at least two");
    }
    if (members.stream().anyMatch(member -> member.scope() != Scope.POINT)) {
      throw new IllegalArgumentException("members must score samples one by one, not sets of them");
    }
    if (members.stream().flatMap(m -> m.estimate().stream().boxed()).distinct().count() > 1) {
      throw new IllegalArgumentException("members must agree on the level of their estimates");
    }
  }

  @Override
  public ComparingVerifier open(StateSpace space) {
    return new Opened(members.stream().map(member -> member.open(space)).toList());
  }

  @Override
  public ComparingVerifier open(StateSpace space, Programs running) {
    return new Opened(members.stream().map(member -> member.open(space, running)).toList());
  }

  @Override
  public List<Program> programs() {
    return members.stream().flatMap(member -> member.programs().stream()).toList();
  }

  @Override
  public Optional<String> lack() {
    return members.stream().flatMap(member -> member.lack().stream()).findFirst();
  }

  @Override
  public Optional<String> mismatch(StateSpace space) {
    return members.stream().flatMap(member -> member.mismatch(space).stream()).findFirst();
  }

  @Override
  public Optional<String> mismatch(String prompt) {
    return members.stream().flatMap(member -> member.mismatch(prompt).stream()).findFirst();
  }

  @Override
  public Optional<String> remark(String prompt) {
    return members.stream().flatMap(member -> member.remark(prompt).stream()).findFirst();
  }

  @Override
  public List<Path> files() {
    return members.stream().flatMap(member -> member.files().stream()).toList();
  }

  @Override
  public Scope scope() {
    return Scope.SET;
  }

  @Override
  public OptionalDouble estimate() {
    return members.stream().flatMapToDouble(member -> member.estimate().stream()).findFirst();
  }

  @Override
  public ScoreRange range() {
    return ScoreRange.RANKS;
  }

  @Override
  public boolean decodes() {
    return members.stream().anyMatch(VerifierSpec::decodes);
  }

  @Override
  public Set<String> families() {
    return members.stream()
        .flatMap(member -> member.families().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The mean over columns of each row's rank in its column. */
  static double[] meanRanks(double[][] rows) {
    double[] mean = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < rows[i].length; k++) {
        mean[i] += rank(rows, i, k) / rows[i].length;
      }
    }
    return mean;
  }

  private static double rank(double[][] rows, int row, int column) {
    int lower = 0;
    int equal = 0;
    for (double[] other : rows) {
      lower += other[column] < rows[row][column] ? 1 : 0;
      equal += other[column] == rows[row][column] ? 1 : 0;
    }
    return lower + (equal + 1) / 2.0;
  }

  private record Opened(List<Verifier> members) implements ComparingVerifier {
    @Override
    public Readings read(Batch clean, Optional<Batch.Reals> estimate, Condition[] condition) {
      double[][] rows = new double[clean.size()][members.size()];
      for (int k = 0; k < members.size(); k++) {
        double[] score = score(members.get(k), clean, estimate, condition);
        for (int i = 0; i < rows.length; i++) {
          rows[i][k] = score[i];
        }
      }
      return new Readings(rows, Ensemble::meanRanks);
    }

    private static double[] score(
        Verifier member, Batch clean, Optional<Batch.Reals> estimate, Condition[] condition) {
      return member instanceof ComparingVerifier comparing
          ? comparing.read(clean, estimate, condition).scores()
          : member.score(clean, condition);
    }

    @Override
    public boolean batched() {
      return members.stream().anyMatch(Verifier::batched);
    }

    @Override
    public void close() {
      members.forEach(Verifier::close);
    }
  }
}
