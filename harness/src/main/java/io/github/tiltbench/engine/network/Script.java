package io.github.tiltbench.engine.network;

import io.github.tiltbench.engine.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes a network's forward pass as TorchScript, one assignment a line, gathering parameters.
 * Where inputs and constants are {@link #cast} the text holds for weights of any {@link Precision}.
 */
final class Script {
  private final List<Network.Parameter> parameters = new ArrayList<>();
  private final List<Network.Buffer> buffers = new ArrayList<>();
  private final StringBuilder body = new StringBuilder();
  private int values;

  List<Network.Parameter> parameters() {
    return parameters;
  }

  List<Network.Buffer> buffers() {
    return buffers;
  }

  /** Assigns an expression to a new value and returns its name. */
  String let(String format, Object... arguments) {
    String name = "v" + values++;
    body.append("    ")
        .append(name)
        .append(" = ")
        .append(String.format(Locale.ROOT, format, arguments))
        .append('\n');
    return name;
  }

  String body(String result) {
    return body + "    return " + result + "\n";
  }

  String parameter(String name, Network.Initial initial, long... shape) {
    parameters.add(new Network.Parameter(name, shape, initial));
    return "self." + name;
  }

  String buffer(String name, float[] data, long... shape) {
    buffers.add(new Network.Buffer(name, data, shape));
    return "self." + name;
  }

  String conv(String name, String x, int in, int out, int kernel, int stride, double gain) {
    String w =
        parameter(
            name + "_w",
            Network.Initial.normal(gain, in * kernel * kernel),
            out,
            in,
            kernel,
            kernel);
    String b = parameter(name + "_b", Network.Initial.constant(0), out);
    int pad = kernel / 2;
    return let(
        "torch.conv2d(%s, %s, %s, [%d, %d], [%d, %d], [1, 1], 1)",
        x, w, b, stride, stride, pad, pad);
  }

  /** A convolution of each channel by itself. */
  String depthwise(String name, String x, int channels, int kernel, int stride) {
    String w =
        parameter(
            name + "_w", Network.Initial.normal(1, kernel * kernel), channels, 1, kernel, kernel);
    int pad = kernel / 2;
    return let(
        "torch.conv2d(%s, %s, None, [%d, %d], [%d, %d], [1, 1], %d)",
        x, w, stride, stride, pad, pad, channels);
  }

  String linear(String name, String x, int in, int out, double gain) {
    String w = parameter(name + "_w", Network.Initial.normal(gain, in), out, in);
    String b = parameter(name + "_b", Network.Initial.constant(0), out);
    return let("torch.linear(%s, %s, %s)", x, w, b);
  }

  String groupNorm(String name, String x, int channels, int groups) {
    String w = parameter(name + "_w", Network.Initial.constant(1), channels);
    String b = parameter(name + "_b", Network.Initial.constant(0), channels);
    return let("torch.group_norm(%s, %d, %s, %s, 1.0e-05)", x, groups, w, b);
  }

  String layerNorm(String name, String x, int features) {
    String w = parameter(name + "_w", Network.Initial.constant(1), features);
    String b = parameter(name + "_b", Network.Initial.constant(0), features);
    return let("torch.layer_norm(%s, [%d], %s, %s, 1.0e-05)", x, features, w, b);
  }

  /** Sines and cosines (B, {@code 2 * octaves}) of {@code t} (B) in [0, 1], an octave apart. */
  String waves(String t, int octaves) {
    float[] frequencies = new float[octaves];
    for (int i = 0; i < octaves; i++) {
      frequencies[i] = (float) (Math.PI * (1 << i));
    }
    String f = buffer("frequencies", frequencies, 1, octaves);
    String angles = let("torch.mul(torch.unsqueeze(%s, 1), %s)", t, f);
    return let("torch.cat([torch.sin(%s), torch.cos(%s)], 1)", angles, angles);
  }

  /** A value in the precision of a parameter. */
  String cast(String x, String parameter) {
    return let("torch.type_as(%s, %s)", x, parameter);
  }

  /** A value in single precision. */
  String single(String x) {
    return let("torch.to(%s, %d)", x, Precision.FLOAT32.number());
  }

  String silu(String x) {
    return let("torch.silu(%s)", x);
  }

  String add(String x, String y) {
    return let("torch.add(%s, %s)", x, y);
  }
}
