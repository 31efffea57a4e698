"""Checks retrofitting against PyTorch: random weights in the layout of a public GPT-2, with mask buffers and the prefix
`transformer.`, are given to the command line as its arguments say, once as they are and once with looped blocks, and the
logits are compared with PyTorch's in float32.

  python3 bench/peers/retrofit.py dotnet run -c Release --project src/Cli --

Ends with 0 where all agree to 1e-4, with 1 where they do not, and says so where PyTorch is missing.
"""
import json
import os
import struct
import subprocess
import sys
import tempfile

try:
    import numpy
    import torch
    import torch.nn.functional as F
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit()

WIDTH, LAYERS, HEADS, VOCABULARY, POSITIONS, ROWS, LENGTH = 192, 5, 3, 211, 48, 3, 37
TOLERANCE = 1e-4


def weights():
    """Of the published deviations, with gains and biases moved off one and zero."""
    random = torch.Generator().manual_seed(1)

    def normal(*shape, mean=0.0, deviation=0.02):
        return mean + deviation * torch.randn(*shape, generator=random)

    tensors = {"wte.weight": normal(VOCABULARY, WIDTH, deviation=0.2), "wpe.weight": normal(POSITIONS, WIDTH, deviation=0.1)}
    for layer in range(LAYERS):
        name = f"h.{layer}."
        for norm in ("ln_1", "ln_2"):
            tensors |= {f"{name}{norm}.weight": normal(WIDTH, mean=1.0), f"{name}{norm}.bias": normal(WIDTH)}
        for linear, inputs, outputs in (
            ("attn.c_attn", WIDTH, 3 * WIDTH),
            ("attn.c_proj", WIDTH, WIDTH),
            ("mlp.c_fc", WIDTH, 4 * WIDTH),
            ("mlp.c_proj", 4 * WIDTH, WIDTH),
        ):
            tensors |= {f"{name}{linear}.weight": normal(inputs, outputs, deviation=0.1), f"{name}{linear}.bias": normal(outputs)}
    return tensors | {"ln_f.weight": normal(WIDTH, mean=1.0), "ln_f.bias": normal(WIDTH)}


def logits(w, tokens, order):
    length, width = tokens.shape[1], WIDTH
    hidden = torch.ones(length, length, dtype=torch.bool).triu(1)
    x = w["wte.weight"][tokens] + w["wpe.weight"][:length]
    for layer in order:
        name = f"h.{layer}."
        normed = F.layer_norm(x, (width,), w[f"{name}ln_1.weight"], w[f"{name}ln_1.bias"], 1e-5)
        q, k, v = (
            part.view(*tokens.shape, HEADS, width // HEADS).transpose(1, 2)
            for part in (normed @ w[f"{name}attn.c_attn.weight"] + w[f"{name}attn.c_attn.bias"]).split(width, 2)
        )
        scores = (q @ k.transpose(2, 3) / (width // HEADS) ** 0.5).masked_fill(hidden, float("-inf"))
        mixed = (scores.softmax(3) @ v).transpose(1, 2).reshape(*tokens.shape, width)
        x = x + mixed @ w[f"{name}attn.c_proj.weight"] + w[f"{name}attn.c_proj.bias"]
        normed = F.layer_norm(x, (width,), w[f"{name}ln_2.weight"], w[f"{name}ln_2.bias"], 1e-5)
        wide = F.gelu(normed @ w[f"{name}mlp.c_fc.weight"] + w[f"{name}mlp.c_fc.bias"], approximate="tanh")
        x = x + wide @ w[f"{name}mlp.c_proj.weight"] + w[f"{name}mlp.c_proj.bias"]
    return F.layer_norm(x, (width,), w["ln_f.weight"], w["ln_f.bias"], 1e-5) @ w["wte.weight"].T


def write(path, tensors):
    header, begin = {}, 0
    for name, (code, array) in tensors.items():
        header[name] = {"dtype": code, "shape": list(array.shape), "data_offsets": [begin, begin + array.nbytes]}
        begin += array.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, array in tensors.values():
            file.write(array.tobytes())


def main(command):
    if not command:
        sys.exit(__doc__)
    w = weights()
    tokens = torch.randint(VOCABULARY, (ROWS, LENGTH), generator=torch.Generator().manual_seed(2))
    stored = {f"transformer.{name}": ("F32", tensor.numpy()) for name, tensor in w.items()}
    for layer in range(LAYERS):
        mask = numpy.tril(numpy.ones((1, 1, POSITIONS, POSITIONS)))
        stored[f"transformer.h.{layer}.attn.bias"] = "BOOL", mask.astype(numpy.bool_)
        stored[f"transformer.h.{layer}.attn.masked_bias"] = "F32", numpy.float32(-1e4).reshape(())
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "gpt2.safetensors")
        rows = os.path.join(folder, "tokens.npy")
        write(file, stored)
        numpy.save(rows, tokens.numpy())
        for layers, loops in (("0", 1), ("1-2", 3)):
            found = os.path.join(folder, f"logits-{loops}.npy")
            subprocess.run(
                [*command, "retrofit", "--weights", file, "--tokens", rows, "--steps", "0", "--loop-layers", layers,
                 "--loops", str(loops), "--logits", found, "--out", os.path.join(folder, f"run-{loops}"), "--quiet"],
                check=True)
            first, last = (int(part) for part in (layers.split("-") * 2)[:2])
            order = [*range(first), *[*range(first, last + 1)] * loops, *range(last + 1, LAYERS)]
            expected = logits(w, tokens, order).numpy()
            error = abs(numpy.load(found) - expected).max() / abs(expected).max()
            worst = max(worst, error)
            print(f"blocks {layers} applied {loops} times: largest difference of logits {error:.1e} of the largest logit")
    sys.exit(0 if worst <= TOLERANCE else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
