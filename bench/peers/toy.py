"""The toy models in PyTorch, as the other side of `peers`.

Each work is offered in several forms that a PyTorch user might write, and the fastest is the one that is timed. Requests, as
`serve` has them:

  load FOLDER ARCHITECTURE LABELS   reads theta.npy, contexts.npy and vector.npy, and LABELS.npy: `weights` of each target
                                    of each context, or `targets`, one a sample; the spectrum is that of hessian.npy
  choose WORK                       tries all forms of a work and keeps the fastest: answers `FORM|SECONDS|NOTE`
  time WORK COUNT                   runs it so many times: answers seconds a run
  write WORK PATH                   writes its result as .npy
"""
import gc
import sys
import time

from serve import blas, lacking, serve

try:
    import numpy
    import torch
    import functorch
    import torch.nn.functional as F
except ImportError as missing:
    lacking(missing)

LOOPS = 3
RATE = 1e-2
# A form that is this many times slower than another at its first run is not tried again.
HOPELESS = 4
# Several threads suffer most from other load on the machine, so they must win by this factor to be taken.
CLEARLY = 1.1


def attend(form, e, z, p):
    """c W_V E E' W_K' W_Q z for the tokens z (N,M,d) among e (N,L,d)."""
    wq, wk, wv = p[:3]
    if form == "merged":
        return (z @ (wq.T @ wk) @ e.transpose(1, 2) @ e) @ wv.T / e.shape[1]
    if form == "gram":
        return (z @ (wq.T @ wk) @ (e.transpose(1, 2) @ e)) @ wv.T / e.shape[1]
    query, key, value = z @ wq.T, e @ wk.T, e @ wv.T
    return query @ key.transpose(1, 2) @ value / e.shape[1]


def logits(form, architecture, e, p):
    if architecture == "Single":
        z = attend(form, e, e[:, -1:], p)
    else:
        for _ in range(LOOPS - 1):
            e = e + attend(form, e, e, p)
        z = e[:, -1:]
        z = z + attend(form, e, z, p)
    return z[:, 0] @ p[3].T


class Whole:
    """A work that is run as a whole: `run` returns its result."""

    note = ""

    def __init__(self, run):
        self.run = run

    def seconds(self):
        start = time.perf_counter()
        self.run()
        return time.perf_counter() - start

    def estimate(self, limit):
        """Seconds of a run, the second one unless the first took longer than the limit."""
        first = self.seconds()
        return self.seconds() if first < limit else first

    def result(self):
        return self.run()


class Rows:
    """A Hessian in chunks of rows from one graph of the gradient. Where all rows would take more seconds than there is
    patience for, the first few are timed and the time of the rows is scaled; the time of the graph is not."""

    def __init__(self, problem, loss, chunk):
        self.problem, self.loss = problem, loss
        self.size = problem.theta.numel()
        self.rows = self.chunk = min(chunk, self.size)

    def measure(self):
        start = time.perf_counter()
        theta = self.problem.theta.clone().requires_grad_()
        gradient, = torch.autograd.grad(self.loss(self.problem.views(theta)), theta, create_graph=True)
        built = time.perf_counter()
        rows = []
        for first in range(0, self.rows, self.chunk):
            seeds = torch.eye(self.size)[first:min(first + self.chunk, self.rows)]
            rows.append(torch.autograd.grad(gradient, theta, seeds, is_grads_batched=True, retain_graph=True)[0])
        rows = torch.cat(rows)
        return rows, built - start, time.perf_counter() - built

    def seconds(self):
        _, graph, rows = self.measure()
        return graph + rows * self.size / self.rows

    def estimate(self, limit):
        """Times one chunk as `Whole` does, and settles how many will be timed."""
        estimate = self.seconds()
        if estimate < limit:
            estimate = self.seconds()
        self.rows = min(self.size, max(1, int(PATIENCE / estimate * self.size / self.chunk)) * self.chunk)
        return estimate

    @property
    def note(self):
        return "" if self.rows == self.size else f"{self.rows} of {self.size} columns"

    def result(self):
        return self.measure()[0]


class Problem:
    def __init__(self, folder, architecture, labels):
        self.architecture = architecture
        self.read = lambda name: torch.from_numpy(numpy.load(f"{folder}/{name}.npy"))
        self.theta, self.contexts, self.vector = map(self.read, ("theta", "contexts", "vector"))
        self.counted = labels == "weights"
        self.labels = self.read(labels)
        self.width = self.contexts.shape[2]
        self.chosen = {}

    def views(self, theta):
        """W_Q, W_K, W_V and W_h as views of theta."""
        d = self.width
        *square, head = theta.split([d * d] * 3 + [theta.numel() - 3 * d * d])
        return [w.view(d, d) for w in square] + [head.view(-1, d)]

    def loss(self, form, by_hand=False):
        """The loss as a function of the matrices. Written by hand, it has the forward mode that log_softmax lacks."""
        def function(p):
            x = logits(form, self.architecture, self.contexts, p)
            if self.counted:
                logs = x - torch.logsumexp(x, 1, keepdim=True) if by_hand else F.log_softmax(x, 1)
                return -(self.labels * logs).sum()
            if by_hand:
                return (torch.logsumexp(x, 1) - x.gather(1, self.labels[:, None])[:, 0]).mean()
            return F.cross_entropy(x, self.labels)
        return function

    def forms(self, work):
        """Name and maker of each form of a work."""
        if work in ("eigenvalues", "eigenvectors"):
            hessian = self.read("hessian")
            array = hessian.numpy()
            if work == "eigenvalues":
                yield "torch eigvalsh", lambda: Whole(lambda: torch.linalg.eigvalsh(hessian))
                yield "numpy eigvalsh", lambda: Whole(lambda: numpy.linalg.eigvalsh(array))
            else:
                yield "torch eigh", lambda: Whole(lambda: torch.linalg.eigh(hessian)[0])
                yield "numpy eigh", lambda: Whole(lambda: numpy.linalg.eigh(array)[0])
            return
        for form in ("natural",) if PLAIN else ("natural", "merged", "gram"):
            loss = self.loss(form)
            if work == "step":
                yield f"{form}, flat theta", lambda f=loss: self.step(f, flat=True)
                yield f"{form}, four tensors", lambda f=loss: self.step(f, flat=False)
                yield f"{form}, four tensors, foreach", lambda f=loss: self.step(f, flat=False, foreach=True)
            elif work == "gradient":
                yield f"{form}, flat theta", lambda f=loss: Whole(lambda: self.gradient_flat(f))
                yield f"{form}, four tensors", lambda f=loss: Whole(lambda: self.gradient(f))
            elif work == "hvp":
                yield f"{form}, reverse twice", lambda f=loss: Whole(lambda: self.reverse_twice(f))
                yield f"{form}, functional.vhp", lambda f=loss: Whole(lambda: self.functional("vhp", f))
                yield f"{form}, functional.hvp", lambda f=loss: Whole(lambda: self.functional("hvp", f))
                yield f"{form}, forward over reverse", lambda f=self.loss(form, True): Whole(
                    lambda: functorch.jvp(functorch.grad(lambda t: f(self.views(t))), (self.theta,), (self.vector,))[1])
            elif work == "hessian":
                yield from self.hessian_forms(form, loss)
            else:
                raise ValueError(f"there is no work '{work}'")

    def hessian_forms(self, form, loss):
        chunks = (64, 256) if self.counted else (1, 8)
        for chunk in () if PLAIN and self.counted else chunks:
            yield f"{form}, batched rows by {chunk}", lambda: Rows(self, loss, chunk)
        if not self.counted:
            return
        whole = torch.autograd.functional.hessian
        by_hand = self.loss(form, True)
        yield f"{form}, hessian vectorized", lambda: Whole(
            lambda: whole(lambda t: loss(self.views(t)), self.theta, vectorize=True))
        yield f"{form}, hessian row by row", lambda: Whole(lambda: whole(lambda t: loss(self.views(t)), self.theta))
        yield f"{form}, hessian forward-mode", lambda: Whole(lambda: whole(
            lambda t: by_hand(self.views(t)), self.theta, vectorize=True, outer_jacobian_strategy="forward-mode"))
        if PLAIN:
            return
        yield f"{form}, functorch forward over reverse", lambda: Whole(
            lambda: functorch.jacfwd(functorch.grad(lambda t: by_hand(self.views(t))))(self.theta))

    def step(self, loss, flat, **adam):
        """Training steps, one after the other; the result is theta after the first."""
        def make():
            theta = self.theta.clone().requires_grad_()
            tensors = [theta] if flat else [w.detach().clone().requires_grad_() for w in self.views(self.theta)]
            optimizer = torch.optim.Adam(tensors, lr=RATE, **adam)

            def run():
                optimizer.zero_grad(set_to_none=True)
                loss(self.views(theta) if flat else tensors).backward()
                optimizer.step()
                return tensors
            return run

        work = Whole(make())
        work.result = lambda: torch.cat([w.detach().reshape(-1) for w in make()()])
        return work

    def gradient_flat(self, loss):
        theta = self.theta.clone().requires_grad_()
        value = loss(self.views(theta))
        return torch.cat([value.detach().reshape(1), torch.autograd.grad(value, theta)[0]])

    def gradient(self, loss):
        tensors = [w.detach().requires_grad_() for w in self.views(self.theta)]
        value = loss(tensors)
        return torch.cat([w.reshape(-1) for w in (value.detach(), *torch.autograd.grad(value, tensors))])

    def reverse_twice(self, loss):
        theta = self.theta.clone().requires_grad_()
        gradient, = torch.autograd.grad(loss(self.views(theta)), theta, create_graph=True)
        return torch.autograd.grad(gradient, theta, self.vector)[0]

    def functional(self, name, loss):
        return getattr(torch.autograd.functional, name)(lambda t: loss(self.views(t)), self.theta, self.vector)[1]

    def choose(self, name):
        """The fastest form that works, on one thread or several: the best of three estimates are timed again."""
        tried = []
        for form, make in self.forms(name):
            for threads in sorted({1, THREADS}):
                try:
                    torch.set_num_threads(threads)
                    work = make()
                    best = min((trial[0] for trial in tried), default=float("inf"))
                    tried.append((work.estimate(HOPELESS * best), form, threads, work))
                except NotImplementedError:
                    # The forward mode of some operations is missing; of which ones depends on the version.
                    break
        tried.sort(key=lambda trial: trial[0])
        final = []
        for estimate, form, threads, work in tried[:3]:
            torch.set_num_threads(threads)
            final.append((min(work.seconds() for _ in range(3)), form, threads, work))
        seconds, form, threads, work = min(final, key=lambda trial: trial[0] * (1 if trial[2] == 1 else CLEARLY))
        self.chosen[name] = threads, work
        plural = "" if threads == 1 else "s"
        return f"{form}, {threads} thread{plural}|{seconds}|{work.note}"

    def time(self, name, count):
        threads, work = self.chosen[name]
        torch.set_num_threads(threads)
        gc.collect()
        return sum(work.seconds() for _ in range(int(count))) / int(count)

    def write(self, name, path):
        numpy.save(path, numpy.asarray(self.chosen[name][1].result()))


def main():
    torch.set_default_dtype(torch.float64)
    numpy.linalg.eigvalsh(numpy.eye(2))
    serve(f"PyTorch {torch.__version__}, at most {THREADS} threads, BLAS {blas()}", Problem)


if __name__ == "__main__":
    THREADS, PATIENCE, PLAIN = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3] == "1"
    main()
