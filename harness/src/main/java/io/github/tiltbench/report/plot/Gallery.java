package io.github.tiltbench.report.plot;

import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.particle.Weights;
import io.github.tiltbench.report.page.Numbers;
import io.github.tiltbench.report.page.Picture;
import io.github.tiltbench.report.page.PictureRow;
import io.github.tiltbench.report.summary.SampleText;
import io.github.tiltbench.report.summary.StudyComponents;
import io.github.tiltbench.report.table.Excerpts;
import io.github.tiltbench.result.PlanFile;
import io.github.tiltbench.result.Results;
import io.github.tiltbench.result.Trial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Samples of cells as pictures or points.
 *
 * <p>Nothing is picked by its looks: the first trials of each prompt, in their order. From a
 * weighted trial the samples shown stand at evenly spaced ranks of its cumulative weight. What is
 * shown in a row is sorted by its reward, highest first.
 */
final class Gallery {
  private static final int PROMPTS = 8;
  private static final int COLUMNS = 8;
  private static final int POINTS = 600;

  private final Results results;
  private final StudyComponents parts;

  Gallery(Results results, StudyComponents parts) {
    this.results = results;
    this.parts = parts;
  }

  /** The excerpts of a task, a row an algorithm; none if there are none. */
  List<PictureRow> excerpts(Excerpts excerpts) {
    return excerpts.task().largest().stream()
        .map(
            cell ->
                new PictureRow(
                    cell.label(),
                    excerpts.excerpts().stream()
                        .filter(e -> e.cell().equals(cell))
                        .map(this::picture)
                        .toList()))
        .filter(r -> !r.pictures().isEmpty())
        .toList();
  }

  private Picture picture(Excerpts.Excerpt e) {
    boolean told = results.plan().prompts().size() == 1 || !e.sample().given().isEmpty();
    String prompt = told ? "" : "\nprompt: " + e.trial().id().prompt();
    String caption =
        e.place()
            + "\nreward "
            + Numbers.short4(e.reward())
            + judged(e.trial(), e.index())
            + prompt;
    Optional<String> drawing = parts.drawing(e.cell(), e.sample().text());
    return new Picture.Text(e.sample().given(), e.sample().written(), drawing, caption);
  }

  /** Samples of one cell, a row a prompt; empty if they are points. */
  List<PictureRow> pictures(PlanFile.Row cell) {
    return prompts().stream()
        .map(p -> row(p, pictures(cell, p, COLUMNS, "")))
        .filter(r -> !r.pictures().isEmpty())
        .toList();
  }

  /** The first sample of each of some cells side by side, a row a prompt. */
  List<PictureRow> sideBySide(List<PlanFile.Row> cells) {
    return prompts().stream()
        .map(
            p ->
                row(
                    p,
                    cells.stream()
                        .flatMap(c -> pictures(c, p, 1, c.label() + "\n").stream())
                        .toList()))
        .filter(r -> !r.pictures().isEmpty())
        .toList();
  }

  private static PictureRow row(String prompt, List<Scored> pictures) {
    return new PictureRow(
        prompt,
        pictures.stream()
            .sorted(Comparator.comparingDouble(Scored::reward).reversed())
            .map(Scored::picture)
            .toList());
  }

  private List<String> prompts() {
    return results.plan().prompts().stream().limit(PROMPTS).toList();
  }

  private record Scored(Picture picture, double reward) {}

  private List<Scored> pictures(PlanFile.Row cell, String prompt, int most, String head) {
    List<Scored> pictures = new ArrayList<>();
    for (Trial trial : results.trials(cell)) {
      if (trial.id().prompt().equals(prompt) && pictures.size() < most) {
        Batch samples = results.samples(trial);
        if (samples instanceof Batch.Reals r && !image(r.item())) {
          return List.of();
        }
        for (int i : shown(trial.logWeights(), most - pictures.size())) {
          String caption = head + "reward " + Numbers.short4(trial.rewards()[i]) + judged(trial, i);
          pictures.add(new Scored(picture(cell, prompt, samples, i, caption), trial.rewards()[i]));
        }
      }
    }
    return pictures;
  }

  /** What judges that guided nothing say of a sample, a line each. */
  private String judged(Trial trial, int index) {
    return results.plan().crossRewards().stream()
        .filter(trial.crossRewards()::containsKey)
        .map(j -> "\n" + j + " " + Numbers.short4(trial.crossRewards().get(j)[index]))
        .collect(Collectors.joining());
  }

  private Picture picture(
      PlanFile.Row cell, String prompt, Batch samples, int index, String caption) {
    if (samples instanceof Batch.Tokens tokens) {
      SampleText text = parts.text(cell, prompt, tokens.row(index));
      return new Picture.Text(text.given(), text.written(), Optional.empty(), caption);
    }
    Batch.Reals reals = (Batch.Reals) samples;
    int[] item = reals.item();
    int channels = item.length == 3 ? item[0] : 1;
    return new Picture.Raster(
        reals.row(index), channels, item[item.length - 2], item[item.length - 1], caption);
  }

  private static boolean image(int[] item) {
    return item.length == 2 || (item.length == 3 && (item[0] == 1 || item[0] == 3));
  }

  /** All samples of a cell as points of one or more coordinates; empty if they are pictures. */
  List<double[]> points(PlanFile.Row cell) {
    List<double[]> points = new ArrayList<>();
    for (Trial trial : results.trials(cell)) {
      if (!(results.samples(trial) instanceof Batch.Reals reals) || image(reals.item())) {
        return List.of();
      }
      for (int i : shown(trial.logWeights(), POINTS - points.size())) {
        points.add(reals.row(i));
      }
    }
    return points;
  }

  /** Indices of at most so many samples, each as often as its weight says. */
  static int[] shown(double[] logWeights, int most) {
    Weights weights = new Weights(logWeights);
    int count = Math.min(most, logWeights.length);
    boolean equal = Arrays.stream(logWeights).distinct().count() == 1;
    if (equal || weights.extinct()) {
      return IntStream.range(0, Math.max(0, count)).toArray();
    }
    double[] w = weights.normalised();
    int[] index = new int[Math.max(0, count)];
    double cumulated = w[0];
    int at = 0;
    for (int i = 0; i < count; i++) {
      while (cumulated < (i + 0.5) / count && at < w.length - 1) {
        cumulated += w[++at];
      }
      index[i] = at;
    }
    return index;
  }
}
