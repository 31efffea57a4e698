"""The looped decoder in PyTorch, as the other side of `gpt2` and `block`.

Attention is written out (scores, mask, softmax, mixture); numbers are of the weights' type. Requests, as `serve` has them:

  load FOLDER LAYERS HEADS LOOPS    reads tokens.npy, targets.npy, weights.npz and directions.npz; of a direction, the last
                                    axis of each array numbers the directions
  choose WORK                       tries all forms of a work and keeps the fastest: answers `FORM|SECONDS|NOTE`
  time WORK COUNT                   runs it so many times: answers seconds a run
  write WORK PATH                   writes its result as .npz
  size                              answers the number of weights

Works: `logits`; `gradient` (with the loss); `hvp`, of the first direction; `products`, of all directions.
"""
import sys

from serve import blas, lacking, seconds, serve

try:
    import functorch
    import numpy
    import torch
    import torch.nn.functional as F
except ImportError as missing:
    lacking(missing)

IGNORED = -1
# A work that takes longer than this many seconds is tried once, not repeatedly.
PATIENCE = 2.0


def norm(x, w, name):
    return F.layer_norm(x, x.shape[-1:], w[f"{name}.weight"], w[f"{name}.bias"], 1e-5)


def norm_by_hand(x, w, name):
    """The same in operations that have a forward mode in every version."""
    centred = x - x.mean(-1, keepdim=True)
    variance = (centred * centred).mean(-1, keepdim=True)
    return centred * torch.rsqrt(variance + 1e-5) * w[f"{name}.weight"] + w[f"{name}.bias"]


def gelu_by_hand(x):
    return 0.5 * x * (1 + torch.tanh((2 / torch.pi) ** 0.5 * (x + 0.044715 * x * x * x)))


def linear(x, w, name):
    return x @ w[f"{name}.weight"] + w[f"{name}.bias"]


def block(x, w, name, heads, hidden, by_hand):
    layer_norm = norm_by_hand if by_hand else norm
    n, length, width = x.shape
    # (N,L,3 width) -> three of (N,H,L,D)
    split = linear(layer_norm(x, w, f"{name}ln_1"), w, f"{name}attn.c_attn").view(n, length, 3, heads, width // heads)
    q, k, v = split.permute(2, 0, 3, 1, 4)
    scores = (q @ k.transpose(2, 3) / (width // heads) ** 0.5).masked_fill(hidden, float("-inf"))
    mixed = (scores.softmax(3) @ v).transpose(1, 2).reshape(n, length, width)
    x = x + linear(mixed, w, f"{name}attn.c_proj")
    wide = linear(layer_norm(x, w, f"{name}ln_2"), w, f"{name}mlp.c_fc")
    wide = gelu_by_hand(wide) if by_hand else F.gelu(wide, approximate="tanh")
    return x + linear(wide, w, f"{name}mlp.c_proj")


def logits(w, tokens, layers, heads, loops, by_hand=False):
    x = w["read_in.weight"][tokens]
    hidden = torch.ones(tokens.shape[1], tokens.shape[1], dtype=torch.bool).triu(1)
    h = torch.zeros_like(x)
    for _ in range(loops):
        h = h + x
        for layer in range(layers):
            h = block(h, w, f"h.{layer}.", heads, hidden, by_hand)
        h = (norm_by_hand if by_hand else norm)(h, w, "ln_f")
    return h @ w["read_out.weight"].T + w["read_out.bias"]


class Problem:
    def __init__(self, folder, layers, heads, loops):
        self.shape = int(layers), int(heads), int(loops)
        self.tokens = torch.from_numpy(numpy.load(f"{folder}/tokens.npy")).long()
        self.targets = torch.from_numpy(numpy.load(f"{folder}/targets.npy")).long()
        arrays, directions = numpy.load(f"{folder}/weights.npz"), numpy.load(f"{folder}/directions.npz")
        self.names = list(arrays.files)
        self.weights = [torch.from_numpy(arrays[name]) for name in self.names]
        self.directions = [torch.from_numpy(directions[name]) for name in self.names]
        self.first = [d[..., 0].contiguous() for d in self.directions]
        self.count = self.directions[0].shape[-1]
        self.chosen = {}

    def size(self):
        return sum(w.numel() for w in self.weights)

    def loss(self, weights, by_hand=False):
        x = logits(dict(zip(self.names, weights)), self.tokens, *self.shape, by_hand=by_hand).flatten(0, 1)
        if not by_hand:
            return F.cross_entropy(x, self.targets.flatten(), ignore_index=IGNORED)
        counted = self.targets.flatten() != IGNORED
        x, targets = x[counted], self.targets.flatten()[counted]
        return (torch.logsumexp(x, 1) - x.gather(1, targets[:, None])[:, 0]).mean()

    def forms(self, work):
        """Name and maker of each form of a work; each gives named tensors."""
        if work == "logits":
            yield "plain", self.logits
        elif work == "gradient":
            yield "reverse", self.gradient
        elif work == "hvp":
            yield "reverse twice", lambda: self.twice(self.first)
            yield "functional.vhp", lambda: self.functional("vhp")
            yield "functional.hvp", lambda: self.functional("hvp")
            yield "forward over reverse", lambda: self.forward_over_reverse(self.first)
        elif work == "products":
            yield "reverse twice, one graph", self.one_graph
            yield "reverse twice, batched", self.batched
            yield "forward over reverse, batched", self.forward_over_reverse_batched
        else:
            raise ValueError(f"there is no work '{work}'")

    def logits(self):
        with torch.no_grad():
            return {"logits": logits(dict(zip(self.names, self.weights)), self.tokens, *self.shape)}

    def leaves(self):
        return [w.detach().requires_grad_() for w in self.weights]

    def gradient(self):
        leaves = self.leaves()
        loss = self.loss(leaves)
        return {"loss": loss.detach(), **dict(zip(self.names, torch.autograd.grad(loss, leaves)))}

    def graph(self):
        leaves = self.leaves()
        return torch.autograd.grad(self.loss(leaves), leaves, create_graph=True), leaves

    def twice(self, direction):
        gradient, leaves = self.graph()
        return dict(zip(self.names, torch.autograd.grad(gradient, leaves, direction)))

    def functional(self, name):
        loss = lambda *weights: self.loss(weights)
        product = getattr(torch.autograd.functional, name)(loss, tuple(self.weights), tuple(self.first))[1]
        return dict(zip(self.names, product))

    def forward_over_reverse(self, direction):
        gradient = functorch.grad(lambda weights: self.loss(weights, by_hand=True))
        return dict(zip(self.names, functorch.jvp(gradient, (self.weights,), (direction,))[1]))

    def one_graph(self):
        gradient, leaves = self.graph()
        rows = [torch.autograd.grad(gradient, leaves, [d[..., k] for d in self.directions], retain_graph=True)
                for k in range(self.count)]
        return {name: torch.stack(parts, -1) for name, parts in zip(self.names, zip(*rows))}

    def batched(self):
        gradient, leaves = self.graph()
        seeds = [d.movedim(-1, 0) for d in self.directions]
        products = torch.autograd.grad(gradient, leaves, seeds, is_grads_batched=True)
        return {name: product.movedim(0, -1) for name, product in zip(self.names, products)}

    def forward_over_reverse_batched(self):
        gradient = functorch.grad(lambda weights: self.loss(weights, by_hand=True))
        product = lambda direction: functorch.jvp(gradient, (self.weights,), (direction,))[1]
        products = functorch.vmap(product, in_dims=-1, out_dims=-1)(self.directions)
        return dict(zip(self.names, products))

    def choose(self, name):
        """The fastest form that works: the best of a few runs after one to warm up, or of one where a run is long."""
        best, failures = None, []
        for form, run in self.forms(name):
            try:
                fastest = seconds(run)
                if fastest < PATIENCE:
                    fastest = min(seconds(run) for _ in range(3))
            except (NotImplementedError, RuntimeError) as failure:
                # Batching or forward mode of some operations is missing, which ones depends on the version.
                failures.append(f"{form}: {failure}")
                continue
            if best is None or fastest < best[0]:
                best = (fastest, form, run)
        if best is None:
            raise RuntimeError(f"no form of '{name}' works: {failures}")
        self.chosen[name] = best[2]
        return f"{best[1]}|{best[0]}|"

    def time(self, name, count):
        return seconds(self.chosen[name], int(count))

    def write(self, name, path):
        numpy.savez(path, **{key: tensor.detach().numpy() for key, tensor in self.chosen[name]().items()})


def main(threads):
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(threads)
    torch.ones(2, 2) @ torch.ones(2, 2)
    serve(f"PyTorch {torch.__version__}, threads {torch.get_num_threads()}, BLAS {blas()}", Problem)


if __name__ == "__main__":
    main(int(sys.argv[1]))
