package io.github.tiltbench.result;

import io.github.tiltbench.budget.Cost;
import io.github.tiltbench.diffusion.Batch;
import io.github.tiltbench.study.TrialId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a cohort gave, as bytes that another process unpacks to the same numbers, every bit of them.
 *
 * @param trials that finished, their samples at hand
 * @param failures of those that did not
 * @param divided calls that did not fit the memory of the machine
 */
public record Parcel(List<Trial> trials, List<Failure> failures, List<String> divided) {
  private static final int VERSION = 1;

  public Parcel {
    trials = List.copyOf(trials);
    failures = List.copyOf(failures);
    divided = List.copyOf(divided);
  }

  /** As bytes. */
  public byte[] packed() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(VERSION);
      out.writeInt(trials.size());
      for (Trial trial : trials) {
        write(out, trial);
      }
      out.writeInt(failures.size());
      for (Failure failure : failures) {
        write(out, failure.id());
        write(out, failure.kind());
        write(out, failure.message());
      }
      out.writeInt(divided.size());
      for (String calls : divided) {
        write(out, calls);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never: there is no disk
    }
    return bytes.toByteArray();
  }

  /**
   * From bytes.
   *
   * @throws IllegalArgumentException if another version has packed them, or they are torn
   */
  public static Parcel unpacked(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readInt() != VERSION) {
        throw new IllegalArgumentException("packed by another version of Tiltbench");
      }
      List<Trial> trials = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        trials.add(trial(in));
      }
      List<Failure> failures = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        failures.add(new Failure(id(in), text(in), text(in)));
      }
      List<String> divided = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        divided.add(text(in));
      }
      return new Parcel(trials, failures, divided);
    } catch (IOException e) {
      throw new IllegalArgumentException("a torn parcel of trials", e);
    }
  }

  private static void write(DataOutputStream out, Trial trial) throws IOException {
    write(out, trial.id());
    Batch samples = ((Stored.Inline) trial.samples()).batch();
    if (samples instanceof Batch.Tokens tokens) {
      out.writeBoolean(true);
      out.writeInt(tokens.length());
      write(out, tokens.data());
    } else {
      Batch.Reals reals = (Batch.Reals) samples;
      out.writeBoolean(false);
      write(out, reals.item());
      write(out, reals.data());
    }
    out.writeBoolean(trial.independent());
    write(out, trial.logWeights());
    write(out, trial.rewards());
    write(out, trial.crossRewards());
    Cost cost = trial.cost();
    for (long amount :
        new long[] {cost.nfe(), cost.rows(), cost.backward(), cost.reward(), cost.decode()}) {
      out.writeLong(amount);
    }
    out.writeInt(trial.scalars().size());
    for (Map.Entry<String, Double> scalar : trial.scalars().entrySet()) {
      write(out, scalar.getKey());
      out.writeDouble(scalar.getValue());
    }
    write(out, trial.traces());
    out.writeDouble(trial.wallSeconds());
  }

  private static Trial trial(DataInputStream in) throws IOException {
    TrialId id = id(in);
    Batch samples;
    if (in.readBoolean()) {
      int length = in.readInt();
      samples = new Batch.Tokens(ints(in), length);
    } else {
      int[] item = ints(in);
      samples = new Batch.Reals(doubles(in), item);
    }
    boolean independent = in.readBoolean();
    double[] logWeights = doubles(in);
    double[] rewards = doubles(in);
    Map<String, double[]> crossRewards = arrays(in);
    Cost cost = new Cost(in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong());
    Map<String, Double> scalars = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      scalars.put(text(in), in.readDouble());
    }
    return new Trial(
        id,
        new Stored.Inline(samples),
        independent,
        logWeights,
        rewards,
        crossRewards,
        cost,
        scalars,
        arrays(in),
        in.readDouble());
  }

  private static void write(DataOutputStream out, TrialId id) throws IOException {
    write(out, id.cell());
    write(out, id.prompt());
    out.writeInt(id.repetition());
  }

  private static TrialId id(DataInputStream in) throws IOException {
    return new TrialId(text(in), text(in), in.readInt());
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  private static void write(DataOutputStream out, int[] values) throws IOException {
    out.writeInt(values.length);
    for (int value : values) {
      out.writeInt(value);
    }
  }

  private static int[] ints(DataInputStream in) throws IOException {
    int[] values = new int[in.readInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readInt();
    }
    return values;
  }

  private static void write(DataOutputStream out, double[] values) throws IOException {
    out.writeInt(values.length);
    for (double value : values) {
      out.writeDouble(value);
    }
  }

  private static double[] doubles(DataInputStream in) throws IOException {
    double[] values = new double[in.readInt()];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readDouble();
    }
    return values;
  }

  private static void write(DataOutputStream out, Map<String, double[]> arrays) throws IOException {
    out.writeInt(arrays.size());
    for (Map.Entry<String, double[]> array : arrays.entrySet()) {
      write(out, array.getKey());
      write(out, array.getValue());
    }
  }

  private static Map<String, double[]> arrays(DataInputStream in) throws IOException {
    Map<String, double[]> arrays = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      arrays.put(text(in), doubles(in));
    }
    return arrays;
  }
}
