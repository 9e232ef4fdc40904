"""As much of PyTorch as the example of a diffusers pipeline needs, on lists of numbers."""

import contextlib
import struct

float16, float32, float64 = "torch.float16", "torch.float32", "torch.float64"


class Array:
    def __init__(self, values, shape, dtype=float32):
        self.values, self.shape, self.dtype = list(values), tuple(shape), dtype

    def reshape(self, shape):
        return Array(self.values, shape, self.dtype)

    def to(self, where):
        return self

    def detach(self):
        return self

    cpu = float = requires_grad_ = detach

    def numpy(self):
        return self

    def astype(self, name):
        return self

    def tobytes(self):
        return struct.pack(f"<{len(self.values)}f", *self.values)


class _Width:
    itemsize = 4


class Numbers(Array):
    """What numpy() gives: its data type has a width."""

    def __init__(self, array):
        super().__init__(array.values, array.shape)
        self.dtype = _Width


Array.numpy = lambda self: Numbers(self)


def frombuffer(data, dtype):
    return Array(struct.unpack(f"<{len(data) // 4}f", data[: len(data) // 4 * 4]), [len(data) // 4])


def cat(arrays):
    return Array([v for a in arrays for v in a.values], [len(arrays)])


def no_grad():
    return contextlib.nullcontext()


enable_grad = no_grad


class cuda:
    @staticmethod
    def is_available():
        return False


class autograd:
    @staticmethod
    def grad(output, x, cotangent):
        return (Array([u * output.slope for u in cotangent.values], x.shape),)
