"""Answers Tiltbench's questions for a reward or a denoiser; the standard library is enough.

Import this before anything that might print: from then on what is printed goes to standard error,
since standard output carries the answers. Then call serve(). PROGRAMS.md of Tiltbench is the
protocol.
"""

import json
import os
import signal
import struct
import sys
import traceback

_out = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)

_LETTERS = {"F32": "f", "F64": "d"}


class Tensor:
    """An array as it came: a data type, a shape and little-endian bytes."""

    def __init__(self, dtype, shape, data):
        self.dtype, self.shape, self.data = dtype, tuple(shape), data

    def values(self):
        """All numbers in one tuple, row by row."""
        count = len(self.data) // struct.calcsize(_LETTERS[self.dtype])
        return struct.unpack(f"<{count}{_LETTERS[self.dtype]}", self.data)

    def rows(self):
        """One tuple of numbers a row."""
        values, width = self.values(), 1
        for extent in self.shape[1:]:
            width *= extent
        return [values[i * width : (i + 1) * width] for i in range(self.shape[0])]

    def numpy(self):
        """A NumPy array of one's own."""
        import numpy

        name = {"F32": "<f4", "F64": "<f8"}[self.dtype]
        return numpy.frombuffer(self.data, name).reshape(self.shape).copy()

    def torch(self, device="cpu"):
        """A PyTorch tensor of one's own."""
        import torch

        dtype = {"F32": torch.float32, "F64": torch.float64}[self.dtype]
        return torch.frombuffer(bytearray(self.data), dtype=dtype).reshape(self.shape).to(device)


def _tensor(value):
    """The same of a PyTorch or NumPy array, or of numbers in lists."""
    if isinstance(value, Tensor):
        return value
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        value = (value if str(value.dtype) == "torch.float64" else value.float()).numpy()
    if hasattr(value, "astype"):
        dtype = "F32" if value.dtype.itemsize <= 4 else "F64"
        return Tensor(dtype, value.shape, value.astype("<f4" if dtype == "F32" else "<f8").tobytes())
    shape, flat = [], list(value)
    shape.append(len(flat))
    while flat and hasattr(flat[0], "__len__") and not isinstance(flat[0], (str, bytes)):
        shape.append(len(flat[0]))
        flat = [number for part in flat for number in part]
    return Tensor("F64", shape, struct.pack(f"<{len(flat)}d", *flat))


def _decode(content):
    """The texts and tensors of a safetensors file."""
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    fields, start = header.pop("__metadata__", {}), 8 + length
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        data = content[start + begin : start + end]
        tensors[name] = Tensor(entry["dtype"], entry["shape"], data)
    return fields, tensors


def _encode(fields, tensors):
    """The bytes of a safetensors file."""
    header, data = {"__metadata__": fields}, b""
    for name, value in tensors.items():
        tensor = _tensor(value)
        offsets = [len(data), len(data) + len(tensor.data)]
        header[name] = {"dtype": tensor.dtype, "shape": tensor.shape, "data_offsets": offsets}
        data += tensor.data
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def autograd(function):
    """The vjp of a function whose first argument and result are PyTorch tensors."""

    def vjp(x, *others, cotangent):
        import torch

        with torch.enable_grad():
            x = x.detach().requires_grad_()
            output = function(x, *others)
            (gradient,) = torch.autograd.grad(output, x, cotangent.to(output))
        return output, gradient

    return vjp


def serve(name, version, reward=None, denoiser=None, dtype="F32"):
    """Answers until Tiltbench has no more questions.

    A reward is a dict: item (the shape of a state), score(x, conditions), and if it has a gradient
    vjp(x, conditions, cotangent), which gives scores and gradients. A denoiser is a dict: item,
    prediction_type, denoise(x, time, alpha_bar, conditions) and perhaps vjp with the same arguments
    and cotangent. More keys: range of a reward, scheduler of a denoiser, batched (True if rows are
    cheaper in company), rows (the most at a time). States come in dtype, as a Tensor.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is Tiltbench's, which then ends this
    parts = {"score": reward, "denoise": denoiser}
    hello = {"protocol": "1", "name": name, "version": version, "dtype": dtype}
    for key, part in (("reward", reward), ("denoiser", denoiser)):
        if part is not None:
            said = {k: v for k, v in part.items() if not callable(v)}
            hello[key] = json.dumps({**said, "differentiable": "vjp" in part})
    while True:
        head = sys.stdin.buffer.read(8)
        if len(head) < 8:
            return
        fields, tensors = _decode(sys.stdin.buffer.read(struct.unpack("<Q", head)[0]))
        same = {"kind": fields["kind"], "id": fields["id"]}
        try:
            if fields["kind"] == "hello":
                answer = _encode({**same, **hello}, {})
            else:
                values = {**tensors, "conditions": json.loads(fields["conditions"])}
                if fields["kind"] == "vjp":
                    output, gradient = parts[fields["of"]]["vjp"](**values)
                    answer = _encode(same, {"output": output, "gradient": gradient})
                else:
                    output = parts[fields["kind"]][fields["kind"]](**values)
                    answer = _encode(same, {"output": output})
        except Exception as error:  # one bad answer is no reason to end
            traceback.print_exc()
            message = f"{type(error).__name__}: {error}"
            answer = _encode({"kind": "error", "id": fields["id"], "message": message}, {})
        _out.write(struct.pack("<Q", len(answer)) + answer)
        _out.flush()
