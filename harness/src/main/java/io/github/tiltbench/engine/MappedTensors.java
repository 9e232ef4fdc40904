package io.github.tiltbench.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
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
  private static final int CHUNK = 1 << 20;

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
    DataType wanted = precision == Precision.FLOAT16 ? DataType.FLOAT16 : DataType.FLOAT32;
    PtNDArray array = (PtNDArray) stored(owner, mapped, tensor);
    if (array.getDataType() == wanted) {
      return array;
    }
    try (NDArray narrowOrWide = array) {
      return (PtNDArray) narrowOrWide.toType(wanted, false);
    }
  }

  /** An array of the mapped bytes where the engine can use them as they are, else a copy. */
  private static NDArray stored(NDManager owner, ByteBuffer mapped, StoredTensor tensor) {
    StoredType type = tensor.type();
    boolean known =
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
            && (type == StoredType.F32 || type == StoredType.F16);
    if (!known) {
      return single(owner, mapped, tensor);
    }
    DataType same = type == StoredType.F32 ? DataType.FLOAT32 : DataType.FLOAT16;
    NDArray array = owner.create(mapped, new Shape(tensor.shape()), same);
    if (tensor.from() % type.bytes() == 0) {
      return array;
    }
    try (NDArray unaligned = array) {
      return unaligned.duplicate();
    }
  }

  /**
   * A copy in single precision.
   *
   * <p>By chunks, since all of it would have to fit the buffers that a Java process may have: the
   * engine ends the process when it is handed bfloat16 itself.
   */
  private static NDArray single(NDManager owner, ByteBuffer mapped, StoredTensor tensor) {
    try (NDManager scope = owner.newSubManager()) {
      ByteBuffer chunk = ByteBuffer.allocateDirect(4 * CHUNK).order(ByteOrder.nativeOrder());
      NDList chunks = new NDList();
      int size = tensor.size();
      for (int i = 0; i < size || chunks.isEmpty(); i += CHUNK) {
        int many = Math.min(CHUNK, size - i);
        chunk.clear();
        for (int j = 0; j < many; j++) {
          chunk.putFloat(tensor.type().real(mapped));
        }
        try (NDArray alias = scope.create(chunk.flip(), new Shape(many), DataType.FLOAT32)) {
          chunks.add(alias.duplicate());
        }
      }
      NDArray whole = NDArrays.concat(chunks).reshape(new Shape(tensor.shape()));
      whole.attach(owner);
      return whole;
    }
  }
}
