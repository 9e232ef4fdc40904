package io.github.tiltbench.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Map;
import java.util.TreeMap;

/**
 * The engine of this process: started offline, once, with one intra-op thread unless told
 * otherwise.
 *
 * <p>System properties read at the start: {@code ai.djl.pytorch.num_threads} and {@code
 * ai.djl.pytorch.num_interop_threads} (both default to 1 here, to all cores in DJL).
 */
public final class Torch {
  private static final ThreadLocal<Boolean> PREPARED = ThreadLocal.withInitial(() -> false);

  private Torch() {}

  /** Starts the engine if it is not running and makes the calling thread fit for network calls. */
  public static void prepareThread() {
    Engine engine = Holder.ENGINE;
    if (engine != null && !PREPARED.get()) {
      // Both are per thread, and both default to on in a thread DJL has not seen.
      JniUtils.setGradMode(false);
      JniUtils.setGraphExecutorOptimize(false);
      PREPARED.set(true);
    }
  }

  /** The device networks run on: {@code cpu} or {@code gpu0}, the first GPU the engine sees. */
  public static String device() {
    return onGpu() ? "gpu0" : "cpu";
  }

  /** Whether networks run on a GPU. */
  public static boolean onGpu() {
    return Holder.ENGINE.getGpuCount() > 0;
  }

  /** Versions of the libraries by name, for provenance. */
  public static Map<String, String> versions() {
    return new TreeMap<>(
        Map.of("djl", Engine.getDjlVersion(), "pytorch", Holder.ENGINE.getVersion()));
  }

  /** Device, versions and threads in one line. */
  public static String describe() {
    return "device " + device() + ", " + versions() + ", intra-op threads " + threads();
  }

  /** The number of intra-op threads in use. */
  public static int threads() {
    prepareThread();
    return JniUtils.getNumThreads();
  }

  /** Sets the number of intra-op threads for the whole process. */
  public static void threads(int count) {
    prepareThread();
    JniUtils.setNumThreads(count);
  }

  static NDManager newManager() {
    prepareThread();
    return NDManager.newBaseManager(
        onGpu() ? Device.gpu() : Device.cpu(), Holder.ENGINE.getEngineName());
  }

  private static final class Holder {
    static final Engine ENGINE = start();

    private static Engine start() {
      System.setProperty("ai.djl.offline", "true");
      byDefault("ai.djl.pytorch.num_threads", "1");
      byDefault("ai.djl.pytorch.num_interop_threads", "1");
      byDefault("org.slf4j.simpleLogger.defaultLogLevel", "warn");
      byDefault("org.slf4j.simpleLogger.log.ai.djl.util.cuda.CudaUtils", "error");
      return Engine.getEngine("PyTorch");
    }

    private static void byDefault(String key, String value) {
      if (System.getProperty(key) == null) {
        System.setProperty(key, value);
      }
    }
  }
}
