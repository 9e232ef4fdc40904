package io.github.tiltbench.cli;

import io.github.tiltbench.config.Decimals;
import io.github.tiltbench.diffusion.Condition;
import io.github.tiltbench.diffusion.GaussianProcess;
import io.github.tiltbench.diffusion.MaskedChain;
import io.github.tiltbench.diffusion.ReverseProcess;
import io.github.tiltbench.diffusion.StateSpace;
import io.github.tiltbench.diffusion.Template;
import io.github.tiltbench.model.ModelSpec;
import io.github.tiltbench.study.Component;
import io.github.tiltbench.study.Plan;
import io.github.tiltbench.verifier.Decoded;
import io.github.tiltbench.verifier.VerifierSpec;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The chains that a plan runs, as they came out of process and scheduler file. */
final class Schedules {
  private static final int SHOWN = 3;

  private Schedules() {}

  /** A line a model, and a warning where a chain clips states that a verifier decodes. */
  static List<String> of(Plan plan) {
    List<String> lines = new ArrayList<>();
    for (Component<ModelSpec> model : plan.study().models()) {
      List<ReverseProcess> chains = chains(plan, model.spec());
      ReverseProcess process = chains.get(0);
      lines.add("schedule: " + model.label() + ": " + line(chains));
      if (process instanceof GaussianProcess gaussian
          && gaussian.clip() < Double.POSITIVE_INFINITY
          && decoded(plan, model.spec())) {
        lines.add(
            "warning: "
                + model.label()
                + " clips latents to "
                + Decimals.text(gaussian.clip())
                + ": clip_sample is true, as it also is where a scheduler does not say; latents are"
                + " rarely trained to be: say clip_sample: false unless these are");
      }
    }
    return lines;
  }

  /** The chains of all prompts where the prompts fix tokens, else the chain of all. */
  private static List<ReverseProcess> chains(Plan plan, ModelSpec model) {
    return model.space() instanceof StateSpace.Sequence
        ? plan.study().prompts().stream().map(p -> model.reverse(new Condition(p))).toList()
        : List.of(model.reverse());
  }

  private static boolean decoded(Plan plan, ModelSpec model) {
    List<Component<VerifierSpec>> all = new ArrayList<>(plan.study().verifiers());
    all.addAll(plan.study().crossRewards());
    return all.stream()
        .map(Component::spec)
        .anyMatch(spec -> spec instanceof Decoded && spec.mismatch(model.space()).isEmpty());
  }

  private static String line(List<ReverseProcess> chains) {
    ReverseProcess process = chains.get(0);
    int steps = process.steps();
    if (!(process instanceof GaussianProcess gaussian)) {
      return range(chains.stream().mapToInt(ReverseProcess::steps)) + " steps" + free(chains);
    }
    String clip =
        gaussian.clip() < Double.POSITIVE_INFINITY
            ? "clean means clipped to " + Decimals.text(gaussian.clip())
            : "clean means not clipped";
    return String.format(
        Locale.ROOT,
        "%d steps%s at times %s; alpha-bar %.3g to %.6g, then %.6g; %s",
        steps,
        process.evaluations() > steps ? " (" + process.evaluations() + " predictions)" : "",
        times(gaussian, steps),
        gaussian.alphaBar(steps),
        gaussian.alphaBar(1),
        gaussian.alphaBar(0),
        clip);
  }

  /** What prompts leave of the positions, if they fix some. */
  private static String free(List<ReverseProcess> chains) {
    List<Template> templates =
        chains.stream()
            .filter(MaskedChain.class::isInstance)
            .map(chain -> ((MaskedChain) chain).template())
            .filter(template -> template.free() < template.tokens().length)
            .toList();
    return templates.isEmpty()
        ? ""
        : ", "
            + range(templates.stream().mapToInt(Template::free))
            + " of "
            + templates.get(0).tokens().length
            + " positions free";
  }

  private static String range(IntStream values) {
    IntSummaryStatistics all = values.summaryStatistics();
    return (all.getMin() == all.getMax() ? "" : all.getMin() + " to ") + all.getMax();
  }

  /** The first times and the last. */
  private static String times(GaussianProcess process, int steps) {
    return IntStream.rangeClosed(1, steps)
        .map(i -> steps + 1 - i)
        .filter(level -> level > steps - SHOWN || level == 1)
        .mapToObj(
            level -> (level == 1 && steps > SHOWN + 1 ? "..., " : "") + number(process.time(level)))
        .collect(Collectors.joining(", "));
  }

  private static String number(double time) {
    return Decimals.text(Math.rint(time * 1e3) / 1e3).replaceAll("\\.0$", "");
  }
}
