package io.github.tiltbench.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive written without Python: a zip of source text, a pickle that binds tensors
 * to attribute names, and the raw tensors.
 *
 * <p>The same module always gives the same bytes. The format is that of {@code torch.jit.save},
 * version 10.
 */
public final class Archive {
  private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

  private final String module;
  private final List<Entry> entries = new ArrayList<>();
  private final StringBuilder methods = new StringBuilder();

  private enum Role {
    PARAMETER,
    BUFFER,
    SLOT
  }

  private record Entry(String name, Tensor.Floats value, Role role) {}

  /** An archive for a module class of this name. */
  public Archive(String module) {
    this.module = module;
  }

  /** Adds a parameter: a tensor that training changes. */
  public Archive parameter(String name, Tensor.Floats value) {
    entries.add(new Entry(name, value, Role.PARAMETER));
    return this;
  }

  /** Adds a buffer: a constant tensor that moves with the module to its device. */
  public Archive buffer(String name, Tensor.Floats value) {
    entries.add(new Entry(name, value, Role.BUFFER));
    return this;
  }

  /** Adds an attribute without a value, which a method of the archive sets after loading. */
  public Archive slot(String name) {
    entries.add(new Entry(name, new Tensor.Floats(new float[0], 0), Role.SLOT));
    return this;
  }

  /**
   * Adds a method in TorchScript.
   *
   * @param arguments such as {@code x: Tensor, t: Tensor}
   * @param body statements, each line indented by four blanks
   */
  public Archive method(String name, String arguments, String result, String body) {
    methods
        .append("  def ")
        .append(name)
        .append("(self: __torch__.")
        .append(module)
        .append(arguments.isEmpty() ? "" : ",\n    " + arguments)
        .append(") -> ")
        .append(result)
        .append(":\n")
        .append(body.stripTrailing())
        .append('\n');
    return this;
  }

  /** The archive as {@code torch.jit.load} reads it. */
  public byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "data.pkl", pickle());
      put(zip, "code/__torch__.py", source().getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < entries.size(); i++) {
        float[] data = entries.get(i).value.data();
        ByteBuffer raw = ByteBuffer.allocate(data.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(data);
        put(zip, "data/" + i, raw.array());
      }
      put(zip, "constants.pkl", EMPTY_TUPLE);
      put(zip, "byteorder", "little".getBytes(StandardCharsets.UTF_8));
      put(zip, "version", "10\n".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private String source() {
    StringBuilder code = new StringBuilder("class " + module + "(Module):\n");
    code.append("  __parameters__ = [");
    entries.stream().filter(e -> e.role == Role.PARAMETER).forEach(e -> quoted(code, e.name));
    code.append("]\n  __buffers__ = [");
    entries.stream().filter(e -> e.role == Role.BUFFER).forEach(e -> quoted(code, e.name));
    code.append("]\n");
    entries.forEach(e -> code.append("  ").append(e.name).append(" : Tensor\n"));
    return code.append("  training : bool\n").append(methods).toString();
  }

  private static void quoted(StringBuilder code, String name) {
    code.append('"').append(name).append("\", ");
  }

  /** Pickle, protocol 2: a new module object whose state maps names to rebuilt tensors. */
  private byte[] pickle() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    raw(out, 0x80, 2);
    global(out, "__torch__", module);
    raw(out, ')', 0x81, '}', '(');
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      text(out, entry.name);
      global(out, "torch._utils", "_rebuild_tensor_v2");
      raw(out, '(', '(');
      text(out, "storage");
      global(out, "torch", "FloatStorage");
      text(out, Integer.toString(i));
      text(out, "cpu");
      number(out, entry.value.data().length);
      raw(out, 't', 'Q');
      number(out, 0);
      tuple(out, entry.value.shape());
      tuple(out, strides(entry.value.shape()));
      raw(out, entry.role == Role.PARAMETER ? 0x88 : 0x89);
      global(out, "collections", "OrderedDict");
      raw(out, ')', 'R', 't', 'R');
    }
    text(out, "training");
    raw(out, 0x89, 'u', 'b', '.');
    return out.toByteArray();
  }

  private static long[] strides(long[] shape) {
    long[] strides = new long[shape.length];
    long step = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = step;
      step *= shape[i];
    }
    return strides;
  }

  private static void raw(ByteArrayOutputStream out, int... opcodes) {
    for (int opcode : opcodes) {
      out.write(opcode);
    }
  }

  private static void global(ByteArrayOutputStream out, String namespace, String name) {
    out.writeBytes(("c" + namespace + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void text(ByteArrayOutputStream out, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    out.write('X');
    int32(out, utf8.length);
    out.writeBytes(utf8);
  }

  private static void number(ByteArrayOutputStream out, long value) {
    out.write('J');
    int32(out, Math.toIntExact(value));
  }

  private static void tuple(ByteArrayOutputStream out, long[] values) {
    out.write('(');
    for (long value : values) {
      number(out, value);
    }
    out.write('t');
  }

  private static void int32(ByteArrayOutputStream out, int value) {
    for (int shift = 0; shift < 32; shift += 8) {
      out.write(value >>> shift);
    }
  }

  private void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(module + "/" + name);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTimeLocal(java.time.LocalDateTime.of(1980, 1, 1, 0, 0)); // fixed: same bytes always
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
