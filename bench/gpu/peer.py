"""The GPU benchmarks' other side: PyTorch, and JAX where it is installed. Reads works from standard input, one a line, and
answers each with its line, a tab, and microseconds (the median of many runs, by CUDA events). What a work cannot be done for
says why instead. Times of a compiled or JAX form are answered under the work's name followed by `compiled` or `jax`."""
import statistics
import sys

try:
    import torch
    import torch.nn.functional as F
except ImportError as missing:
    print(f"no peer: {missing}", flush=True)
    sys.exit()

if not torch.cuda.is_available():
    print("no peer: PyTorch sees no CUDA device", flush=True)
    sys.exit()

TYPES = {"f32": torch.float32, "f64": torch.float64}
CONTEXTS, LENGTH, SYMBOLS, LOOPS = 27, 3, 3, 3


def median(run, samples=15, repeats=10):
    """Microseconds of a run among several in a row."""
    for _ in range(3):
        run()
    times = []
    for _ in range(samples):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        for _ in range(repeats):
            run()
        end.record()
        end.synchronize()
        times.append(start.elapsed_time(end) * 1000 / repeats)
    return statistics.median(times)


def normal(kind, *shape):
    return torch.randn(*shape, dtype=kind, device="cuda")


def kernel(name, kind, sizes):
    x = normal(kind, *sizes)
    if name == "copy":
        y = torch.empty_like(x)
        return lambda: y.copy_(x)
    if name == "add":
        y, z = normal(kind, *sizes), torch.empty_like(x)
        return lambda: torch.add(x, y, out=z)
    if name == "exp":
        z = torch.empty_like(x)
        return lambda: torch.exp(x, out=z)
    if name == "gelu":
        return lambda: F.gelu(x, approximate="tanh")
    if name == "sum":
        return lambda: x.sum(1)
    if name == "sum0":
        return lambda: x.sum(0)
    if name == "logsumexp":
        return lambda: x.logsumexp(1)
    if name == "softmax":
        return lambda: x.softmax(1)
    if name == "layernorm":
        return lambda: F.layer_norm(x, x.shape[1:])
    if name == "normal":
        return lambda: x.normal_()
    rows = torch.arange(sizes[0], device="cuda") * 7919
    if name == "crossentropy":
        targets = rows % sizes[1]
        return lambda: F.cross_entropy(x, targets, reduction="none")
    if name == "gather":
        at = rows % sizes[0]
        return lambda: x[at]
    if name == "scatteradd":
        at, y = rows % sizes[0], torch.zeros_like(x)
        return lambda: y.zero_().index_add_(0, at, x)
    if name == "adam":
        w = torch.nn.Parameter(x)
        w.grad = normal(kind, *sizes)
        return torch.optim.Adam([w], lr=1e-3, fused=True).step
    raise ValueError(f"{name} is unknown")


def matmul(kind, n):
    torch.backends.cuda.matmul.allow_tf32 = kind == "tf32"
    number = torch.bfloat16 if kind == "bf16" else TYPES.get(kind, torch.float32)
    a, b = normal(torch.float64, n, n).to(number), normal(torch.float64, n, n).to(number)
    c = torch.empty_like(a)
    time = median(lambda: torch.mm(a, b, out=c))
    torch.backends.cuda.matmul.allow_tf32 = False
    return time


def toy_logits(architecture, e, p):
    def attend(z):
        return z @ (p[0].T @ p[1]) @ e.transpose(1, 2) @ e @ p[2].T / LENGTH
    if architecture == "single":
        z = attend(e[:, -1:])
    else:
        for _ in range(LOOPS - 1):
            e = e + attend(e)
        z = e[:, -1:] + attend(e[:, -1:])
    return z[:, 0] @ p[3].T


def toy(architecture, d):
    shapes = [(d, d), (d, d), (d, d), (SYMBOLS, d)]
    sizes = [a * b for a, b in shapes]
    e, weights = normal(torch.float64, CONTEXTS, LENGTH, d), normal(torch.float64, CONTEXTS, SYMBOLS).softmax(1) / CONTEXTS

    def loss(theta):
        p = [part.reshape(shape) for part, shape in zip(theta.split(sizes), shapes)]
        return -(weights * toy_logits(architecture, e, p).log_softmax(1)).sum()
    return loss, 0.3 * normal(torch.float64, sum(sizes))


def training(loss, parameters):
    optimizer = torch.optim.Adam(parameters, lr=1e-3, capturable=True)

    def step():
        optimizer.zero_grad(set_to_none=False)
        loss().backward()
        optimizer.step()
    return step


def captured(step):
    """A step as one CUDA graph, after it has run on another stream."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def toy_jax(architecture, d):
    import jax
    import jax.numpy as jnp
    import time
    jax.config.update("jax_enable_x64", True)
    shapes = [(d, d), (d, d), (d, d), (SYMBOLS, d)]
    e = jax.random.normal(jax.random.PRNGKey(0), (CONTEXTS, LENGTH, d), jnp.float64)

    def loss(theta):
        p, start = [], 0
        for a, b in shapes:
            p.append(theta[start:start + a * b].reshape(a, b))
            start += a * b
        tokens = e

        def attend(z):
            return z @ (p[0].T @ p[1]) @ jnp.swapaxes(tokens, 1, 2) @ tokens @ p[2].T / LENGTH
        if architecture == "single":
            z = attend(tokens[:, -1:])
        else:
            for _ in range(LOOPS - 1):
                tokens = tokens + attend(tokens)
            z = tokens[:, -1:] + attend(tokens[:, -1:])
        return -jax.nn.log_softmax(z[:, 0] @ p[3].T).mean()
    theta = 0.3 * jax.random.normal(jax.random.PRNGKey(1), (sum(a * b for a, b in shapes),), jnp.float64)
    hessian = jax.jit(jax.hessian(loss))
    hessian(theta).block_until_ready()
    times = []
    for _ in range(15):
        start = time.perf_counter()
        hessian(theta).block_until_ready()
        times.append((time.perf_counter() - start) * 1e6)
    return statistics.median(times)


class Block(torch.nn.Module):
    """One pre-norm decoder block with reading in and out, as the engine's."""

    def __init__(self, width, heads, vocabulary):
        super().__init__()
        self.heads = heads
        self.read_in = torch.nn.Embedding(vocabulary, width)
        self.first, self.second, self.last = (torch.nn.LayerNorm(width) for _ in range(3))
        self.attend, self.project = torch.nn.Linear(width, 3 * width), torch.nn.Linear(width, width)
        self.widen, self.narrow = torch.nn.Linear(width, 4 * width), torch.nn.Linear(4 * width, width)
        self.read_out = torch.nn.Linear(width, vocabulary)

    def forward(self, tokens):
        x = self.read_in(tokens)
        n, length, width = x.shape
        q, k, v = (part.view(n, length, self.heads, -1).transpose(1, 2) for part in self.attend(self.first(x)).split(width, 2))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.project(y.transpose(1, 2).reshape(n, length, width))
        x = x + self.narrow(F.gelu(self.widen(self.second(x)), approximate="tanh"))
        return self.read_out(self.last(x))


def block(width):
    model = Block(width, max(1, width // 64), 256).cuda()
    tokens = torch.randint(256, (8, 256), device="cuda")
    eager = training(lambda: F.cross_entropy(model(tokens).flatten(0, 1), tokens.flatten()), list(model.parameters()))
    yield "", median(eager)
    compiled = torch.compile(model)
    fast = training(lambda: F.cross_entropy(compiled(tokens).flatten(0, 1), tokens.flatten()), list(model.parameters()))
    yield " compiled", median(fast)


def answers(words):
    name = words[0]
    if name == "matmul":
        yield "", matmul(words[1], int(words[2]))
    elif name == "bmm":
        kind, batch, n = TYPES[words[1]], int(words[2]), int(words[3])
        a, b = normal(kind, batch, n, n), normal(kind, batch, n, n)
        yield "", median(lambda: torch.bmm(a, b))
    elif name == "attention":
        q, k, v = (normal(TYPES[words[1]], 1, *map(int, words[2:])) for _ in range(3))
        yield "", median(lambda: F.scaled_dot_product_attention(q, k, v, is_causal=True))
    elif name == "eigvalsh":
        a = normal(torch.float64, int(words[1]), int(words[1]))
        a = a + a.T
        yield "", median(lambda: torch.linalg.eigvalsh(a), samples=5, repeats=1)
    elif name == "toystep":
        loss, theta = toy(words[1], int(words[2]))
        theta.requires_grad_()
        yield "", median(captured(training(lambda: loss(theta), [theta])))
    elif name == "toyhessian":
        loss, theta = toy(words[1], int(words[2]))
        run = torch.func.hessian(loss)
        yield "", median(lambda: run(theta), samples=5, repeats=1)
        try:
            yield " jax", toy_jax(words[1], int(words[2]))
        except ImportError:
            pass
    elif name == "gpt2step":
        yield from block(int(words[1]))
    else:
        yield "", median(kernel(name, TYPES[words[1]], [int(word) for word in words[2:]]))


for line in sys.stdin:
    work = line.strip()
    if not work:
        continue
    try:
        for form, time in answers(work.split()):
            print(f"{work}{form}\t{time}", flush=True)
    except (RuntimeError, ValueError, KeyError) as failure:
        print(f"{work}: {failure}".splitlines()[0], flush=True)
