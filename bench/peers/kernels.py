"""Kernels in NumPy and PyTorch, as the other side of `kernels`.

Each work is offered in the forms that a user might write, with and without memory given for the result, and the fastest is
the one that is timed. Requests, as `serve` has them:

  load FOLDER COUNT       reads the operands 0.npy, 1.npy, ..
  choose WORK             tries all forms of a work and keeps the fastest: answers `FORM|SECONDS|`
  time WORK COUNT         runs it so many times: answers seconds a run
  write WORK PATH         writes its result as .npy
"""
import sys

from serve import blas, lacking, seconds, serve

try:
    import numpy
    import torch
    import torch.nn.functional as F
except ImportError as missing:
    lacking(missing)

# A form is tried for about so many seconds.
TRIAL = 0.01
RATE, DECAY = 1e-3, 1e-2


class Problem:
    def __init__(self, folder, count):
        self.arrays = [numpy.load(f"{folder}/{i}.npy") for i in range(int(count))]
        self.tensors = [torch.from_numpy(array) for array in self.arrays]
        self.chosen = {}

    def choose(self, work):
        kind, *arguments = work.split(":")
        tried = []
        for form, run in getattr(self, kind)(*arguments):
            # Small work of PyTorch's is faster on one thread, whatever it may use.
            for threads in sorted({1, THREADS}):
                torch.set_num_threads(threads)
                run()
                count = int(min(max(1, TRIAL / seconds(run)), 10_000))
                tried.append((min(seconds(run, count) for _ in range(3)), form, threads, run))
        fastest, form, threads, run = min(tried, key=lambda trial: trial[0])
        self.chosen[work] = threads, run
        return f"{form}|{fastest}|"

    def time(self, work, count):
        threads, run = self.chosen[work]
        torch.set_num_threads(threads)
        return seconds(run, int(count))

    def write(self, work, path):
        if work.startswith("adam"):
            # A step from the start, where the timed steps come one after the other.
            numpy.save(path, self.stepper(work, foreach=False)().detach().numpy())
        else:
            numpy.save(path, numpy.asarray(self.chosen[work][1]()))

    def elementwise(self, name):
        """NumPy and PyTorch know the function by one name."""
        out = numpy.empty_like(self.arrays[0])
        of_numpy, of_torch = getattr(numpy, name), getattr(torch, name)
        yield f"numpy {name}", lambda: of_numpy(*self.arrays, out=out)
        tensor = torch.from_numpy(out)
        yield f"torch {name}", lambda: of_torch(*self.tensors, out=tensor)

    def copy(self):
        out = numpy.empty_like(self.arrays[0])
        tensor = torch.from_numpy(out)
        yield "numpy copyto", lambda: numpy.copyto(out, self.arrays[0]) or out
        yield "torch copy_", lambda: tensor.copy_(self.tensors[0])

    def gelu(self, form):
        yield "torch gelu", lambda: F.gelu(self.tensors[0], approximate=form)

    def matmul(self, form):
        """A product, `T` where a side is stored transposed; of matrices, stacks of them or vectors."""
        (a, x), (b, y) = ((array.swapaxes(-1, -2), tensor.transpose(-1, -2)) if side == "T" else (array, tensor)
                          for side, array, tensor in zip(form, self.arrays, self.tensors))
        out = numpy.matmul(a, b)
        if out.ndim == 0:
            yield "numpy dot", lambda: numpy.dot(a, b)
            yield "torch dot", lambda: torch.dot(x, y)
            return
        yield "numpy matmul", lambda: numpy.matmul(a, b, out=out)
        tensor = torch.empty(out.shape, dtype=x.dtype)
        if x.ndim == 1:
            yield "torch matmul", lambda: torch.matmul(x, y)
        else:
            yield "torch matmul", lambda: torch.matmul(x, y, out=tensor)
        if x.ndim == y.ndim == 3:
            yield "torch bmm", lambda: torch.bmm(x, y, out=tensor)

    def outer(self):
        (a, b), (x, y) = self.arrays, self.tensors
        out = numpy.outer(a, b)
        tensor = torch.from_numpy(out)
        yield "numpy outer", lambda: numpy.outer(a, b, out=out)
        yield "torch outer", lambda: torch.outer(x, y, out=tensor)

    def contract(self, notation):
        """`nabk,bc->nack` or `nabk,nbc->nack`: by einsum, or as products of the second side's transpose."""
        (a, b), (x, y) = self.arrays, self.tensors
        yield "numpy einsum", lambda: numpy.einsum(notation, a, b, optimize=True)
        yield "torch einsum", lambda: torch.einsum(notation, x, y)
        b, y = b.swapaxes(-1, -2), y.transpose(-1, -2)
        if b.ndim == 3:
            b, y = b[:, None], y[:, None]
        yield "numpy matmul", lambda: numpy.matmul(b, a)
        yield "torch matmul", lambda: torch.matmul(y, x)

    def softmax(self):
        x, = self.tensors
        out = torch.empty_like(x)
        yield "torch softmax", lambda: torch.softmax(x, 1)
        yield "torch softmax", lambda: torch._softmax(x, 1, False, out=out)

    def log_softmax(self):
        x, = self.tensors
        out = torch.empty_like(x)
        yield "torch log_softmax", lambda: torch.log_softmax(x, 1)
        yield "torch log_softmax", lambda: torch._log_softmax(x, 1, False, out=out)

    def layer_norm(self):
        x, gain, bias = self.tensors
        yield "torch layer_norm", lambda: F.layer_norm(x, gain.shape, gain, bias, 1e-5)

    def cross_entropy(self):
        x, targets = self.tensors[0], self.tensors[1].long()
        yield "torch cross_entropy", lambda: F.cross_entropy(x, targets)

    def cross_entropy_gradient(self):
        x, targets = self.tensors[0].detach().requires_grad_(), self.tensors[1].long()

        @torch.enable_grad()
        def run():
            return torch.autograd.grad(F.cross_entropy(x, targets), x)[0]
        yield "torch cross_entropy, grad", run

    def attention(self):
        q, k, v = self.tensors
        length = q.shape[2]
        hidden = torch.ones(length, length, dtype=torch.bool).triu(1)

        def written():
            scores = (q @ k.transpose(2, 3) / q.shape[3] ** 0.5).masked_fill_(hidden, float("-inf"))
            return torch.softmax(scores, 3) @ v
        yield "torch, written out", written
        if hasattr(F, "scaled_dot_product_attention"):
            yield "torch sdpa", lambda: F.scaled_dot_product_attention(q, k, v, is_causal=True)

    def sum(self, axes):
        axes = tuple(int(axis) for axis in axes)
        yield "numpy sum", lambda: numpy.sum(self.arrays[0], axes)
        yield "torch sum", lambda: torch.sum(self.tensors[0], axes)

    def adam(self):
        return self.steppers("adam")

    def adamw(self):
        return self.steppers("adamw")

    def steppers(self, work):
        yield f"torch {work}", self.stepper(work, foreach=False)
        yield f"torch {work}, foreach", self.stepper(work, foreach=True)

    def stepper(self, work, foreach):
        theta = self.tensors[0].clone().requires_grad_()
        theta.grad = self.tensors[1]
        optimizer = (torch.optim.Adam([theta], lr=RATE, foreach=foreach) if work == "adam" else
                     torch.optim.AdamW([theta], lr=RATE, weight_decay=DECAY, foreach=foreach))

        def run():
            optimizer.step()
            return theta
        return run


def main():
    torch.set_num_threads(THREADS)
    torch.set_grad_enabled(False)
    numpy.ones((2, 2)) @ numpy.ones((2, 2))
    torch.ones(2, 2) @ torch.ones(2, 2)
    versions = f"NumPy {numpy.__version__} and PyTorch {torch.__version__}"
    serve(f"{versions}, threads {torch.get_num_threads()}, BLAS {blas()}", Problem)


if __name__ == "__main__":
    THREADS = int(sys.argv[1])
    main()
