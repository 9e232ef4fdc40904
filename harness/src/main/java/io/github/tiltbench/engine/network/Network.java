package io.github.tiltbench.engine.network;

import io.github.tiltbench.engine.Archive;
import io.github.tiltbench.engine.Precision;
import io.github.tiltbench.engine.Safetensors;
import io.github.tiltbench.engine.Tensor;
import io.github.tiltbench.engine.Torch;
import io.github.tiltbench.engine.TorchModule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * A network as text: the TorchScript of its forward pass, its parameters and its constants.
 *
 * <p>It is written once and serves training, inference and gradients alike.
 *
 * @param arguments of {@code forward}, such as {@code x: Tensor, t: Tensor}
 * @param body of {@code forward}
 */
public record Network(
    String name, String arguments, String body, List<Parameter> parameters, List<Buffer> buffers) {

  private static final String CAST = "    self.%1$s = torch.to(self.%1$s, %2$d)\n";

  /** A convolution of all channels over more than one pixel, as {@link Script} writes it. */
  private static final Pattern CONVOLUTION =
      Pattern.compile(
          "torch\\.conv2d\\((\\w+), self\\.(\\w+), self\\.(\\w+),"
              + " \\[(\\d+), \\4], \\[([1-9]\\d*), \\5], \\[1, 1], 1\\)");

  private static final String LAY =
      "    self.%1$s_laid = ops.aten.mkldnn_reorder_conv2d_weight(ops.aten.to_mkldnn(self.%1$s),"
          + " [%2$s, %2$s], [%3$s, %3$s], [1, 1], 1)\n";

  /** A trainable tensor and how it starts. */
  public record Parameter(String name, long[] shape, Initial initial) {
    /** The number of elements. */
    public int size() {
      return Tensor.size(shape);
    }
  }

  /** A constant tensor that follows from the architecture and is not stored with the weights. */
  public record Buffer(String name, float[] data, long... shape) {}

  /** The starting value of each element of a parameter. */
  @FunctionalInterface
  public interface Initial {
    /** The value of the element at a row-major index. */
    float at(int index, RandomGenerator random);

    /** Every element the same. */
    static Initial constant(float value) {
      return (index, random) -> value;
    }

    /** Gaussian with standard deviation gain / sqrt(fanIn). */
    static Initial normal(double gain, int fanIn) {
      return (index, random) -> (float) (random.nextGaussian() * gain / Math.sqrt(fanIn));
    }
  }

  /** The number of trainable values. */
  public int size() {
    return parameters.stream().mapToInt(Parameter::size).sum();
  }

  /** Fresh weights, drawn in the order of the parameters. */
  public SortedMap<String, Tensor.Floats> initialise(RandomGenerator random) {
    SortedMap<String, Tensor.Floats> weights = new TreeMap<>();
    for (Parameter parameter : parameters) {
      float[] data = new float[parameter.size()];
      for (int i = 0; i < data.length; i++) {
        data[i] = parameter.initial.at(i, random);
      }
      weights.put(parameter.name, new Tensor.Floats(data, parameter.shape));
    }
    return weights;
  }

  /** Weights by name as one array, in the order of the parameters. */
  public float[] flat(Map<String, Tensor.Floats> weights) {
    float[] flat = new float[size()];
    int offset = 0;
    for (Parameter parameter : parameters) {
      System.arraycopy(weights.get(parameter.name).data(), 0, flat, offset, parameter.size());
      offset += parameter.size();
    }
    return flat;
  }

  /** The weights by name that {@link #flat} made one array of. */
  public SortedMap<String, Tensor.Floats> named(float[] flat) {
    SortedMap<String, Tensor.Floats> weights = new TreeMap<>();
    int offset = 0;
    for (Parameter parameter : parameters) {
      int end = offset + parameter.size();
      float[] data = Arrays.copyOfRange(flat, offset, end);
      weights.put(parameter.name, new Tensor.Floats(data, parameter.shape));
      offset = end;
    }
    return weights;
  }

  /**
   * The loadable archive of this network with these weights.
   *
   * @throws IllegalArgumentException if the weights are not those of this architecture
   */
  public byte[] archive(Map<String, Tensor.Floats> weights) {
    return filled(weights).method("forward", arguments, "Tensor", body).bytes();
  }

  /** Loads it with these weights in some precision, ready to run; the caller closes it. */
  TorchModule load(Map<String, Tensor.Floats> weights, Precision precision) {
    boolean laid = !Torch.onGpu() && hasOneDnn(System.getProperty("os.arch"));
    return TorchModule.loadInferring(inferring(weights, precision, laid));
  }

  /** The engine is built without oneDNN for Apple's processors; on Arm it lays out otherwise. */
  static boolean hasOneDnn(String processor) {
    return processor.equals("amd64") || processor.equals("x86_64");
  }

  /**
   * The archive that {@link #load} loads.
   *
   * @param laid whether weights in single precision are laid out for oneDNN
   */
  byte[] inferring(Map<String, Tensor.Floats> weights, Precision precision, boolean laid) {
    Archive archive = filled(weights).method(TorchModule.GRAPH, arguments, "Tensor", body);
    StringBuilder bind = new StringBuilder();
    String forward = body;
    if (precision != Precision.FLOAT32) {
      parameters.forEach(p -> bind.append(CAST.formatted(p.name, precision.number())));
    } else if (laid) {
      forward = laidOut(archive, bind);
    }
    bind.append("    return torch.zeros([1])\n");
    return archive
        .method("forward", arguments, "Tensor", forward)
        .method(TorchModule.BIND, "", "Tensor", bind.toString())
        .bytes();
  }

  /**
   * The body for inference on a CPU: the weights of convolutions are brought into the layout that
   * oneDNN works in once, where {@code torch.conv2d} does so at every call, which takes 4 % of a
   * forward of few rows. Such weights belong to no graph. Convolutions of single pixels stay, which
   * {@code conv2d} does faster by a product of matrices.
   */
  private String laidOut(Archive archive, StringBuilder bind) {
    return CONVOLUTION
        .matcher(body)
        .replaceAll(
            found -> {
              String weight = found.group(2);
              archive.slot(weight + "_laid");
              bind.append(LAY.formatted(weight, found.group(5), found.group(4)));
              return "ops.aten.mkldnn_convolution(%s, self.%s_laid, self.%s, [%5$s, %5$s], [%4$s, %4$s], [1, 1], 1)"
                  .formatted(
                      found.group(1), weight, found.group(3), found.group(4), found.group(5));
            });
  }

  private Archive filled(Map<String, Tensor.Floats> weights) {
    if (weights.size() != parameters.size()) {
      throw new IllegalArgumentException(
          name + " has " + parameters.size() + " parameters, the weights " + weights.size());
    }
    Archive archive = new Archive(name);
    for (Parameter parameter : parameters) {
      Tensor.Floats value = weights.get(parameter.name);
      if (value == null || !Arrays.equals(value.shape(), parameter.shape)) {
        throw new IllegalArgumentException(
            name + " needs a parameter " + parameter.name + " of another shape or has none");
      }
      archive.parameter(parameter.name, value);
    }
    buffers.forEach(b -> archive.buffer(b.name, new Tensor.Floats(b.data, b.shape)));
    return archive;
  }

  /** The archive of this network with the weights of a file. */
  public byte[] archive(Safetensors weights) {
    return archive(weights.tensors());
  }
}
