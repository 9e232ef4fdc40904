package io.github.tiltbench.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Pair;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A loaded TorchScript module that takes plain arrays and gives plain arrays.
 *
 * <p>Any thread may call {@link #forward} and {@link #trace} at any time; each call owns its native
 * memory and frees it. Training ({@link #parameters}) is for one thread.
 */
public final class TorchModule implements AutoCloseable {
  /** The method of an archive that takes its weights. */
  public static final String BIND = "bind";

  /** The method of an archive that gives what {@code forward} does and can be part of a graph. */
  public static final String GRAPH = "graph";

  private static final String METHOD = "module_method:";

  private final NDManager root;
  private final PtSymbolBlock block;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private boolean inferring;

  private TorchModule(NDManager root, PtSymbolBlock block) {
    this.root = root;
    this.block = block;
    for (Pair<String, ai.djl.nn.Parameter> entry : block.getDirectParameters()) {
      PtNDArray array = (PtNDArray) entry.getValue().getArray();
      parameters.put(entry.getValue().getName(), new Parameter(array));
    }
  }

  /** Loads an archive for inference and for gradients with respect to inputs. */
  public static TorchModule load(byte[] archive) {
    return load(root -> fromBytes(root, archive), false);
  }

  /**
   * Loads an archive and calls its method {@value #BIND}, which takes weights as a list if there
   * are some, sets attributes that have no value yet, and returns any tensor. Weights that a file
   * holds in single precision, if that is what is wanted on a CPU, are its mapped pages and shared
   * by all who map it; others are copies of this module's own.
   *
   * @param precision of the weights; bfloat16 is made of single precision by {@value #BIND}
   * @throws UncheckedIOException if a file cannot be read
   */
  public static TorchModule load(byte[] archive, List<StoredTensor> weights, Precision precision) {
    TorchModule module = load(archive);
    try {
      Torch.run(
          () -> {
            PtNDArray[] arrays = MappedTensors.arrays(module.root, weights, precision);
            module.bind(arrays);
            if (precision == Precision.BFLOAT16) {
              List.of(arrays).forEach(NDArray::close); // the module has its own
            }
          });
      return module;
    } catch (RuntimeException | OutOfMemoryError e) {
      module.close();
      throw e;
    }
  }

  /**
   * Loads an archive whose {@code forward} is for inference alone: its method {@value #BIND} makes
   * ready what {@code forward} takes, {@value #GRAPH} stands in for it where a graph is kept.
   */
  public static TorchModule loadInferring(byte[] archive) {
    TorchModule module = load(archive, List.of(), Precision.FLOAT32);
    module.inferring = true;
    Torch.run(() -> module.parameters.values().forEach(p -> p.array.close())); // it has its own
    module.parameters.clear();
    return module;
  }

  /** As in training: what is made in a call for inference could not be part of a graph. */
  private void bind(NDArray... weights) {
    try (NDManager scope = root.newSubManager()) {
      NDList arguments = new NDList(method(scope, BIND));
      for (NDArray weight : weights) {
        weight.setName("w[]");
        arguments.add(weight);
      }
      IValueUtils.forward(block, arguments, true);
    }
  }

  /** What names a method other than {@code forward} among the arguments of a call. */
  private static NDArray method(NDManager scope, String name) {
    NDArray method = scope.create(0f);
    method.setName(METHOD + name);
    return method;
  }

  /** Loads an archive file, of any size, for inference and gradients with respect to inputs. */
  public static TorchModule load(Path archive) {
    // Loaded as for training: otherwise the weights would be unusable in a graph.
    String[] none = {};
    return load(root -> JniUtils.loadModule(root, archive, true, none, none, true), false);
  }

  /** Loads an archive whose parameters gather gradients too. */
  public static TorchModule loadTrainable(byte[] archive) {
    return load(root -> fromBytes(root, archive), true);
  }

  private static PtSymbolBlock fromBytes(PtNDManager root, byte[] archive) {
    try {
      return JniUtils.loadModule(root, new ByteArrayInputStream(archive), true, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TorchModule load(Function<PtNDManager, PtSymbolBlock> loader, boolean trainable) {
    return Torch.call(() -> loaded(loader, trainable));
  }

  private static TorchModule loaded(
      Function<PtNDManager, PtSymbolBlock> loader, boolean trainable) {
    NDManager root = Torch.newManager();
    try {
      PtSymbolBlock block = loader.apply((PtNDManager) root);
      JniUtils.enableInferenceMode(block);
      for (Pair<String, ai.djl.nn.Parameter> entry : block.getDirectParameters()) {
        entry.getValue().getArray().setRequiresGradient(trainable);
      }
      return new TorchModule(root, block);
    } catch (RuntimeException e) {
      root.close();
      if (OutOfDeviceMemory.saidBy(e)) {
        throw e;
      }
      String cause = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new IllegalArgumentException("not a loadable TorchScript archive: " + cause, e);
    }
  }

  /**
   * Puts values on the module's device, for any number of its calls as an input other than the
   * first; gone with the module if not closed before.
   */
  public Tensor.Kept keep(Tensor tensor) {
    return Torch.call(() -> new Tensor.Kept(HostArrays.toDevice(root, tensor)));
  }

  /** Runs the module's {@code forward}; one result for each tensor it returns. */
  public List<Tensor.Floats> forward(Tensor... inputs) {
    return Torch.call(
        () -> {
          try (NDManager scope = root.newSubManager()) {
            return HostArrays.toHost(IValueUtils.forward(block, arguments(scope, inputs), false));
          }
        });
  }

  /**
   * Runs {@code forward} and shows its only result to a reader.
   *
   * @param reader of the values, which are gone when it returns
   */
  public void forward(Consumer<FloatBuffer> reader, Tensor... inputs) {
    Torch.run(
        () -> {
          try (NDManager scope = root.newSubManager()) {
            NDList arguments = arguments(scope, inputs);
            reader.accept(
                HostArrays.floats(IValueUtils.forward(block, arguments, false).singletonOrThrow()));
          }
        });
  }

  /**
   * Runs {@code forward} and keeps its graph, for {@link Trace#pullback} with respect to the first
   * input.
   */
  public Trace trace(Tensor... inputs) {
    return trace(true, inputs);
  }

  /** Runs {@code forward} and keeps its graph, for gradients of the parameters only. */
  public Trace traceParameters(Tensor... inputs) {
    return trace(false, inputs);
  }

  private Trace trace(boolean wrtInput, Tensor... inputs) {
    return Torch.call(
        () -> {
          NDManager scope = root.newSubManager();
          JniUtils.setGradMode(true);
          try {
            NDList arguments = arguments(scope, inputs);
            NDArray leaf = arguments.get(0);
            if (wrtInput) {
              leaf.setRequiresGradient(true);
            }
            if (inferring) {
              arguments.add(method(scope, GRAPH));
            }
            NDArray output = IValueUtils.forward(block, arguments, true).singletonOrThrow();
            return new Trace(scope, leaf, output);
          } catch (RuntimeException e) {
            scope.close();
            throw e;
          } finally {
            JniUtils.setGradMode(false);
          }
        });
  }

  /** The number of native arrays and scopes now alive; flat over time unless something leaks. */
  public int liveArrays() {
    return root.getManagedArrays().size();
  }

  /** The trainable parameters by name, in the archive's order. */
  public Map<String, Parameter> parameters() {
    return java.util.Collections.unmodifiableMap(parameters);
  }

  @Override
  public void close() {
    Torch.run(
        () -> {
          block.close();
          root.close();
        });
  }

  /** A forward pass whose graph is alive until {@link #close}. */
  public static final class Trace implements AutoCloseable {
    private final NDManager scope;
    private final NDArray leaf;
    private final NDArray output;
    private final long[] shape;

    private Trace(NDManager scope, NDArray leaf, NDArray output) {
      this.scope = scope;
      this.leaf = leaf;
      this.output = output;
      this.shape = output.getShape().getShape();
    }

    /** The value of {@code forward}. */
    public Tensor.Floats output() {
      return Torch.call(() -> HostArrays.toHost(output));
    }

    /** Shows the value of {@code forward} to a reader, which must not keep it. */
    public void output(Consumer<FloatBuffer> reader) {
      Torch.run(() -> reader.accept(HostArrays.floats(output)));
    }

    /** The product of a cotangent (shaped like the output) with the Jacobian; call it once. */
    public Tensor.Floats pullback(float[] cotangent) {
      return Torch.call(
          () -> {
            backward(cotangent);
            try (NDArray gradient = leaf.getGradient()) {
              return HostArrays.toHost(gradient);
            }
          });
    }

    /** The same product, shown to a reader, which must not keep it; call it once. */
    public void pullback(float[] cotangent, Consumer<FloatBuffer> reader) {
      pullback(new Tensor.Floats(cotangent, shape), reader);
    }

    /** The same product, shown to a reader, which must not keep it; call it once. */
    public void pullback(Tensor cotangent, Consumer<FloatBuffer> reader) {
      Torch.run(
          () -> {
            backward(cotangent);
            try (NDArray gradient = leaf.getGradient()) {
              reader.accept(HostArrays.floats(gradient));
            }
          });
    }

    /** Adds the cotangent's pullback to the gradient of each parameter; call it once. */
    public void backward(float[] cotangent) {
      backward(new Tensor.Floats(cotangent, shape));
    }

    private void backward(Tensor cotangent) {
      Torch.run(
          () ->
              JniUtils.backward(
                  (PtNDArray) output,
                  (PtNDArray) HostArrays.toDevice(scope, cotangent),
                  false,
                  false));
    }

    @Override
    public void close() {
      Torch.run(scope::close);
    }
  }

  /** One trainable parameter. */
  public static final class Parameter {
    private static final NDIndex EVERYWHERE = new NDIndex("...");

    private final PtNDArray array;
    private final int size;

    private Parameter(PtNDArray array) {
      this.array = array;
      this.size = Math.toIntExact(array.size());
    }

    /** The number of elements. */
    public int size() {
      return size;
    }

    /** Copies the gathered gradient to {@code target} from {@code offset} on and clears it. */
    public void takeGradient(float[] target, int offset) {
      Torch.run(
          () -> {
            try (NDManager scope = array.getManager().newSubManager()) {
              PtNDArray gradient = array.getGradient();
              gradient.attach(scope); // with the copy on the host that a GPU's array is read by
              HostArrays.floats(gradient).get(target, offset, size());
            }
            JniUtils.zeroGrad(array);
          });
    }

    /** Replaces the values. */
    public void set(float[] source, int offset) {
      ByteBuffer staging = HostArrays.staging(4 * size());
      staging.asFloatBuffer().put(source, offset, size());
      NDManager manager = array.getManager();
      Torch.run(
          () -> {
            // In place: set(Buffer) would make the array an alias of the buffer.
            try (NDArray value = manager.create(staging, array.getShape(), DataType.FLOAT32)) {
              array.set(EVERYWHERE, value);
            }
          });
    }
  }

  private static NDList arguments(NDManager scope, Tensor... inputs) {
    if (inputs[0] instanceof Tensor.Kept) { // results belong to where the first input does
      throw new IllegalArgumentException("the first input of a call is not one that is kept");
    }
    NDList arguments = new NDList();
    for (Tensor input : inputs) {
      arguments.add(HostArrays.toDevice(scope, input));
    }
    return arguments;
  }
}
