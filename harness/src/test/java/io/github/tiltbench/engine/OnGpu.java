package io.github.tiltbench.engine;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs the tests of a class on a GPU, where there is one: {@code mvn -Pgpu-tests test} runs the
 * classes tagged {@code gpu}, which others leave out. The property {@code tiltbench.test.device}
 * names another device, such as {@code gpu:1} or, to see that they run at all, {@code cpu}.
 */
public final class OnGpu implements ExecutionCondition, BeforeEachCallback, AfterEachCallback {
  private Device before;

  private static String choice() {
    return System.getProperty("tiltbench.test.device", "gpu");
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    try {
      return ConditionEvaluationResult.enabled("on " + Torch.devices(choice()).get(0));
    } catch (IllegalArgumentException e) {
      return ConditionEvaluationResult.disabled(e.getMessage());
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    before = Torch.device();
    Torch.use(Torch.devices(choice()).get(0));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Torch.use(before);
  }
}
