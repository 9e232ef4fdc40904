package io.github.tiltbench.engine.network;

import java.util.List;
import java.util.function.Function;

/** The last layer of a classifier, and what becomes its result. */
final class ClassHead {
  private ClassHead() {}

  /** The network whose result is the log-probabilities. */
  static Network network(String name, Function<Script, String> trunk, int features, int classes) {
    Script script = new Script();
    return written(name, script, head(script, trunk.apply(script), features, classes));
  }

  /** The network whose result is the features with the log-probabilities behind them. */
  static Network withFeatures(
      String name, Function<Script, String> trunk, int features, int classes) {
    Script script = new Script();
    String h = trunk.apply(script);
    String log = head(script, h, features, classes);
    return written(name, script, script.let("torch.cat([%s, %s], 1)", h, log));
  }

  private static String head(Script script, String h, int features, int classes) {
    return script.let("torch.log_softmax(%s, 1)", script.linear("head", h, features, classes, 1));
  }

  private static Network written(String name, Script script, String result) {
    return new Network(name, "x: Tensor", script.body(result), script.parameters(), List.of());
  }
}
