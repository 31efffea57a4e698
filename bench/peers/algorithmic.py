"""Training steps of looped decoders on algorithmic tasks in PyTorch, as the other side of `algorithmic`.

Each row of a batch is read at its own loop, back through all loops; the gradient is clipped by the norm of all weights, and
torch.optim.AdamW takes the step. Numbers are of the weights' type. Requests, as `serve` has them:

  load FOLDER LAYERS HEADS RATE DECAY CLIP    reads tokens.npy, targets.npy, loops.npy (a row's own) and weights.npz
  choose WORK                                 tries all forms of a work and keeps the fastest: answers `FORM|SECONDS|NOTE`
  time WORK COUNT                             runs it so many times: answers seconds a run
  write WORK PATH                             writes its result as .npz: the losses of its steps, and the weights after them
  peak                                        answers the greatest memory that the process has had, in bytes

Works, each two steps on one batch from the given weights: `single`, in one pass; `looped`, in each row's own loops; `shift`,
the first step in one pass and the second in loops. `step` is one looped step.
"""
import resource
import sys

from serve import blas, lacking, seconds, serve

try:
    import numpy
    import torch
    import torch.nn.functional as F
    from gpt2 import IGNORED, block, norm
except ImportError as missing:
    lacking(missing)

# Loops of the steps of each work: one pass, or all.
ONE, ALL = 1, None
WORKS = {"single": (ONE, ONE), "looped": (ALL, ALL), "shift": (ONE, ALL), "step": (ALL,)}


class Problem:
    def __init__(self, folder, layers, heads, rate, decay, clip):
        self.layers, self.heads = int(layers), int(heads)
        self.rate, self.decay, self.clip = float(rate), float(decay), float(clip)
        self.tokens, self.targets, self.loops = (
            torch.from_numpy(numpy.load(f"{folder}/{name}.npy")).long() for name in ("tokens", "targets", "loops"))
        arrays = numpy.load(f"{folder}/weights.npz")
        self.initial = {name: torch.from_numpy(arrays[name]) for name in arrays.files}
        length = self.tokens.shape[1]
        self.hidden = torch.ones(length, length, dtype=torch.bool).triu(1)
        self.chosen = {}

    def loss(self, w, most):
        own = self.loops.clamp(max=most or self.loops.max())
        x = w["read_in.weight"][self.tokens]
        h, read = torch.zeros_like(x), torch.zeros_like(x)
        for loop in range(1, int(own.max()) + 1):
            h = h + x
            for layer in range(self.layers):
                h = block(h, w, f"h.{layer}.", self.heads, self.hidden, by_hand=False)
            h = norm(h, w, "ln_f")
            read = torch.where((own == loop)[:, None, None], h, read)
        logits = read @ w["read_out.weight"].T + w["read_out.bias"]
        return F.cross_entropy(logits.flatten(0, 1), self.targets.flatten(), ignore_index=IGNORED)

    def run(self, work, foreach):
        w = {name: tensor.clone().requires_grad_() for name, tensor in self.initial.items()}
        optimizer = torch.optim.AdamW(w.values(), lr=self.rate, weight_decay=self.decay, foreach=foreach)
        losses = []
        for most in WORKS[work]:
            loss = self.loss(w, most)
            losses.append(loss.detach())
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(w.values(), self.clip)
            optimizer.step()
        return {"losses": torch.stack(losses), **{name: tensor.detach() for name, tensor in w.items()}}

    def choose(self, work):
        times = {}
        for foreach in (False, True):
            self.chosen[work] = lambda foreach=foreach: self.run(work, foreach)
            times[foreach] = seconds(self.chosen[work])
        best = min(times, key=times.get)
        self.chosen[work] = lambda: self.run(work, best)
        return f"{'tensors together' if best else 'tensor by tensor'}|{times[best]}|"

    def time(self, work, count):
        return seconds(self.chosen[work], int(count))

    def write(self, work, path):
        numpy.savez(path, **{name: tensor.numpy() for name, tensor in self.chosen[work]().items()})

    def peak(self):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(threads):
    torch.set_num_threads(threads)
    torch.ones(2, 2) @ torch.ones(2, 2)
    serve(f"PyTorch {torch.__version__}, threads {torch.get_num_threads()}, BLAS {blas()}", Problem)


if __name__ == "__main__":
    main(int(sys.argv[1]))
