package io.github.tiltbench.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes native arrays of the mapped bytes of safetensors files. */
final class MappedTensors {
  private MappedTensors() {}

  /** One array a tensor, owned by the manager. */
  static PtNDArray[] arrays(NDManager owner, List<StoredTensor> tensors, Precision precision) {
    Map<Path, FileChannel> files = new HashMap<>();
    try {
      PtNDArray[] arrays = new PtNDArray[tensors.size()];
      for (int i = 0; i < arrays.length; i++) {
        StoredTensor tensor = tensors.get(i);
        FileChannel file = files.get(tensor.file());
        if (file == null) {
          file = FileChannel.open(tensor.file());
          files.put(tensor.file(), file);
        }
        arrays[i] = array(owner, file, tensor, precision);
      }
      return arrays;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      files.values().forEach(MappedTensors::close);
    }
  }

  private static void close(FileChannel file) {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PtNDArray array(
      NDManager owner, FileChannel file, StoredTensor tensor, Precision precision)
      throws IOException {
    if (tensor.from() + tensor.bytes() > file.size()) {
      throw new IOException(tensor.file() + ": it was cut short after it was named");
    }
    ByteBuffer mapped =
        file.map(FileChannel.MapMode.READ_ONLY, tensor.from(), tensor.bytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    DataType wanted = precision == Precision.HALF ? DataType.FLOAT16 : DataType.FLOAT32;
    DataType stored = tensor.type() == StoredType.F16 ? DataType.FLOAT16 : DataType.FLOAT32;
    boolean usable =
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
            && tensor.from() % tensor.type().bytes() == 0
            && (tensor.type() == StoredType.F32 || tensor.type() == StoredType.F16);
    ByteBuffer values = usable ? mapped : single(mapped, tensor);
    DataType type = usable ? stored : DataType.FLOAT32;
    PtNDArray array = (PtNDArray) owner.create(values, new Shape(tensor.shape()), type);
    if (type == wanted) {
      return array;
    }
    try (NDArray narrowOrWide = array) {
      return (PtNDArray) narrowOrWide.toType(wanted, false);
    }
  }

  /** The values in single precision, in memory of their own. */
  private static ByteBuffer single(ByteBuffer mapped, StoredTensor tensor) {
    int size = tensor.size();
    ByteBuffer values =
        ByteBuffer.allocateDirect(Math.multiplyExact(4, size)).order(ByteOrder.nativeOrder());
    for (int i = 0; i < size; i++) {
      values.putFloat(tensor.type().real(mapped));
    }
    return values.flip();
  }
}
