"""Spectral densities of the looped decoder's Hessian in PyTorch, as the other side of `curvature`.

Two published procedures, written anew after their descriptions; both take their probes one after the other and one product
a step, by reverse mode over reverse mode:

  pyhessian    Yao, Gholami, Keutzer, Mahoney (2020): the gradient's graph is built once and kept; after the three-term
               recurrence every new vector is made orthogonal to all before, one by one, tensor by tensor
  curvlinops   Dangel et al. (2025), after Papyan (2020): a linear operator that builds the graph anew for each product, on
               flat vectors, with the three-term recurrence alone, in float64 outside the model

Requests, as `serve` has them:

  load FOLDER LAYERS HEADS LOOPS    as `gpt2` has it, and probes.npy, a probe a row, in the order of the weights
  time PROCEDURE-product COUNT      seconds of one product
  time PROCEDURE-STEPS COUNT        seconds of the Gauss rules of all probes
  write PROCEDURE-STEPS PATH        writes the rules that were timed last, nodes and weights (probes, steps), as .npz
"""
import sys

from gpt2 import Problem as Model
from serve import blas, seconds, serve

import numpy
import torch


class Problem(Model):
    def __init__(self, folder, layers, heads, loops):
        super().__init__(folder, layers, heads, loops)
        self.probes = torch.from_numpy(numpy.load(f"{folder}/probes.npy"))
        self.rules = {}
        self.kept = None

    def parts(self, vector):
        """A flat vector as tensors like the weights."""
        sizes = [w.numel() for w in self.weights]
        return [part.view_as(w).to(w.dtype) for part, w in zip(vector.split(sizes), self.weights)]

    def kept_graph(self):
        if self.kept is None:
            self.kept = self.graph()
        return self.kept

    def product_of_kept_graph(self, vector):
        gradient, leaves = self.kept_graph()
        return torch.autograd.grad(gradient, leaves, vector, retain_graph=True)

    def product_of_new_graph(self, vector):
        gradient, leaves = self.graph()
        product = torch.autograd.grad(gradient, leaves, self.parts(vector))
        return torch.cat([part.flatten() for part in product]).to(torch.float64)

    def pyhessian(self, steps):
        inner = lambda xs, ys: float(sum((x * y).sum() for x, y in zip(xs, ys)))
        add = lambda xs, ys, factor: [x.add_(y, alpha=factor) for x, y in zip(xs, ys)]
        unit = lambda xs: [x / (inner(xs, xs) ** 0.5 + 1e-6) for x in xs]
        for probe in self.probes:
            basis = [unit(self.parts(probe))]
            diagonal, beside = [], []
            for step in range(steps):
                if step > 0:
                    beside.append(inner(rest, rest) ** 0.5)
                    for other in basis:
                        rest = add(rest, other, -inner(rest, other))
                    basis.append(unit(rest))
                product = self.product_of_kept_graph(basis[-1])
                diagonal.append(inner(product, basis[-1]))
                rest = add(product, basis[-1], -diagonal[-1])
                if step > 0:
                    rest = add(rest, basis[-2], -beside[-1])
            yield diagonal, beside

    def curvlinops(self, steps):
        for probe in self.probes:
            vector, before = probe / probe.norm(), None
            diagonal, beside = [], []
            for step in range(steps):
                rest = self.product_of_new_graph(vector)
                if step > 0:
                    rest -= beside[-1] * before
                diagonal.append(float(rest @ vector))
                rest -= diagonal[-1] * vector
                if step + 1 < steps:
                    beside.append(float(rest.norm()))
                    before, vector = vector, rest / beside[-1]
            yield diagonal, beside

    def time(self, name, count):
        procedure, work = name.split("-")
        if work == "product":
            vector = self.probes[0]
            if procedure == "pyhessian":
                vector = self.parts(vector)
                self.kept_graph()
                return seconds(lambda: self.product_of_kept_graph(vector), int(count))
            return seconds(lambda: self.product_of_new_graph(vector), int(count))
        self.kept = None
        return seconds(lambda: self.run(procedure, int(work)), int(count))

    def run(self, procedure, steps):
        nodes, weights = [], []
        for diagonal, beside in getattr(self, procedure)(steps):
            jacobi = torch.diag(torch.tensor(diagonal, dtype=torch.float64))
            beside = torch.tensor(beside, dtype=torch.float64)
            jacobi += torch.diag(beside, 1) + torch.diag(beside, -1)
            values, vectors = torch.linalg.eigh(jacobi)
            nodes.append(values.numpy())
            weights.append((vectors[0] ** 2).numpy())
        self.rules[f"{procedure}-{steps}"] = numpy.stack(nodes), numpy.stack(weights)

    def write(self, name, path):
        nodes, weights = self.rules[name]
        numpy.savez(path, nodes=nodes, weights=weights)


def main(threads):
    torch.set_num_threads(threads)
    torch.ones(2, 2) @ torch.ones(2, 2)
    serve(f"PyTorch {torch.__version__}, threads {torch.get_num_threads()}, BLAS {blas()}", Problem)


if __name__ == "__main__":
    main(int(sys.argv[1]))
