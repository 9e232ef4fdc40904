package io.github.tiltbench.model.training;

import io.github.tiltbench.config.OwnFiles;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.Denoiser;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.random.Purpose;
import io.github.tiltbench.random.Seed;
import io.github.tiltbench.verifier.Verifier;
import io.github.tiltbench.verifier.VerifierSpec;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * Equally many unsteered samples of each class of a model, to look at and to judge.
 *
 * @param perClass one batch a class
 */
record ClassSamples(List<String> labels, List<Batch.Reals> perClass) {
  private static final int ZOOM = 2;

  /** Runs the model's own chain. */
  static ClassSamples of(ModelSpec model, List<String> labels, int count, long seed) {
    ReverseProcess process = model.reverse();
    List<Batch.Reals> batches = new ArrayList<>();
    try (Denoiser denoiser = model.open()) {
      for (String label : labels) {
        Seed noise = Seed.of(seed, label, 0);
        Condition[] condition = repeat(label, count);
        int[] levels = new int[count];
        Batch x = process.prior(count, noise.noise(Purpose.PRIOR, process.steps()));
        for (int level = process.steps(); level >= 1; level--) {
          Arrays.fill(levels, level);
          x =
              process
                  .law(x, level, denoiser.denoise(x, levels, condition))
                  .sample(noise.noise(Purpose.STEP, level));
        }
        batches.add((Batch.Reals) x);
      }
    }
    return new ClassSamples(labels, batches);
  }

  /** How many of them a verifier that says 1 or 0 accepts. */
  Map<String, Object> accepted(VerifierSpec spec) {
    int hits = 0;
    int count = 0;
    StateSpace space = new StateSpace.Euclidean(perClass.get(0).item());
    try (Verifier verifier = spec.open(space)) {
      for (int label = 0; label < labels.size(); label++) {
        Batch.Reals batch = perClass.get(label);
        double[] score = verifier.score(batch, repeat(labels.get(label), batch.size()));
        hits += (int) Arrays.stream(score).filter(s -> s == 1).count();
        count += score.length;
      }
    }
    return ReportNumbers.share(hits, count);
  }

  private static Condition[] repeat(String label, int count) {
    Condition[] condition = new Condition[count];
    Arrays.fill(condition, new Condition(label));
    return condition;
  }

  /** Writes the first {@code columns} samples of each class, one row a class; -1 is black. */
  void write(int columns, Path png) throws IOException {
    int side = perClass.get(0).item()[1];
    BufferedImage image =
        new BufferedImage(
            columns * side * ZOOM, labels.size() * side * ZOOM, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < image.getHeight(); y++) {
      double[] row = perClass.get(y / ZOOM / side).data();
      for (int x = 0; x < image.getWidth(); x++) {
        int sample = x / ZOOM / side;
        double value = row[(sample * side + y / ZOOM % side) * side + x / ZOOM % side];
        long grey = Math.round((Math.max(-1, Math.min(1, value)) + 1) * 127.5);
        image.getRaster().setSample(x, y, 0, (int) grey);
      }
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    ImageIO.write(image, "png", content);
    OwnFiles.write(png, content.toByteArray());
  }
}
