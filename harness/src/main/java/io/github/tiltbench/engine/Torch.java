package io.github.tiltbench.engine;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The engine of this process: started offline, once, with one intra-op thread unless told
 * otherwise, and left by all threads before the process ends.
 *
 * <p>System properties read at the start: {@code ai.djl.pytorch.num_threads} and {@code
 * ai.djl.pytorch.num_interop_threads} (both default to 1 here, to all cores in DJL).
 */
public final class Torch {
  private static final ThreadLocal<Boolean> PREPARED = ThreadLocal.withInitial(() -> false);

  /** Of a thread that was told none: nothing; of one started by another: that of the other. */
  private static final InheritableThreadLocal<Device> TOLD = new InheritableThreadLocal<>();

  private static final Gate GATE = new Gate();
  private static Engine engine;
  private static String failure;

  private Torch() {}

  /** Started by whoever comes first; who comes after a failure hears of the same. */
  private static synchronized Engine engine() {
    if (failure != null) {
      throw new EngineUnavailable(failure, null);
    }
    if (engine == null) {
      try {
        engine = EngineStart.start();
      } catch (EngineUnavailable e) {
        failure = e.getMessage();
        throw e;
      }
    }
    return engine;
  }

  /**
   * Makes an engine call on a thread that is fit for it; every call goes through here.
   *
   * @throws EngineUnavailable if the engine does not start
   * @throws OutOfDeviceMemory if the device has too little memory for it
   */
  static <T> T call(Supplier<T> call) {
    return GATE.pass(
        () -> {
          if (!PREPARED.get()) {
            engine();
            // Both are per thread, and both default to on in a thread DJL has not seen.
            JniUtils.setGradMode(false);
            JniUtils.setGraphExecutorOptimize(false);
            PREPARED.set(true);
          }
          try {
            return call.get();
          } catch (RuntimeException e) {
            throw OutOfDeviceMemory.translated(e);
          }
        });
  }

  /** Makes an engine call that gives nothing. */
  static void run(Runnable call) {
    call(
        () -> {
          call.run();
          return null;
        });
  }

  /**
   * Lets no call into the engine any more, for good, and waits for those inside: a process that
   * ends while a thread is inside libtorch takes its memory away from under it. Calls that come
   * later wait for the end of the process.
   *
   * @return whether nobody is inside; if not in time, the engine stays open
   */
  public static boolean close(Duration most) {
    return GATE.close(most);
  }

  /**
   * The devices that a choice names.
   *
   * @param choice {@code cpu}, {@code gpu}, {@code gpu:N} or {@code auto}
   * @throws IllegalArgumentException if it names none that is here
   */
  public static List<Device> devices(String choice) {
    return choice.equals("cpu") ? List.of(Device.CPU) : Device.chosen(choice, gpus(), reason());
  }

  /** How many GPUs the engine sees. */
  public static int gpus() {
    return call(() -> engine().getGpuCount());
  }

  /** Lets networks that this thread, or one it starts, loads from now on run on a device. */
  public static void use(Device device) {
    TOLD.set(device);
  }

  /** Gives memory that is kept for later calls back to the GPU, for a call of another size. */
  public static void releaseMemory() {
    if (onGpu()) {
      run(JniUtils::emptyCudaCache);
    }
  }

  /** Where networks that this thread loads run; if it was told none, on the first of all GPUs. */
  public static Device device() {
    Device told = TOLD.get();
    return told == null ? devices("auto").get(0) : told;
  }

  /** Whether networks that this thread loads run on a GPU. */
  public static boolean onGpu() {
    return device().isGpu();
  }

  /** Why {@code auto} takes the CPU or a GPU here. */
  public static String reason() {
    return reason(gpus(), EngineStart.builtForGpu());
  }

  static String reason(int gpus, boolean built) {
    if (gpus > 0) {
      return "the engine sees " + (gpus == 1 ? "one GPU" : gpus + " GPUs");
    }
    return built
        ? "built for a GPU, but the engine sees none; nvidia-smi shows what the driver sees"
        : "built for the CPU; TILTBENCH_PROFILE=gpu builds with the CUDA libraries";
  }

  /** What a user should know of the devices before a long run, if anything. */
  public static Optional<String> warning() {
    return EngineStart.builtForGpu() && gpus() == 0
        ? Optional.of("networks run on the CPU: " + reason())
        : Optional.empty();
  }

  /** Versions of the libraries by name, for provenance. */
  public static Map<String, String> versions() {
    return call(
        () ->
            new TreeMap<>(Map.of("djl", Engine.getDjlVersion(), "pytorch", engine().getVersion())));
  }

  /** Device, versions and threads in one line. */
  public static String describe() {
    return "device " + device() + ", " + versions() + ", intra-op threads " + threads();
  }

  /** The number of intra-op threads in use. */
  public static int threads() {
    return call(JniUtils::getNumThreads);
  }

  /** Sets the number of intra-op threads for the whole process. */
  public static void threads(int count) {
    run(() -> JniUtils.setNumThreads(count));
  }

  static NDManager newManager() {
    Device device = device();
    ai.djl.Device place =
        device.isGpu() ? ai.djl.Device.gpu(device.gpu().getAsInt()) : ai.djl.Device.cpu();
    return NDManager.newBaseManager(place, engine().getEngineName());
  }
}
