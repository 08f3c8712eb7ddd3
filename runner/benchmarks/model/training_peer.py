"""Trains and samples DiT and U-DiT in plain PyTorch, step by step on request: what benchmarks run beside ours.

Usage: training_peer.py                 answers requests, JSON objects, one a line, on standard input:
         {"do": "hello"}                  -> versions, threads, libraries
         {"do": "build", "task": "training" | "sampling", "family": "dit" | "udit", "config": {...}, "batch": 16,
          "device": "cpu" | "cuda", "steps": 50, "guidance": 1.5}   -> {"parameters": ...}
         {"do": "step"}                   -> {"seconds": ...}: one training step, or one step of guided sampling
         {"do": "peak"}                   -> {"bytes": the most memory the process held}
       training_peer.py --check FIXTURES  compares outputs, losses and samples with reference values

A training step is everything: noise, timesteps, loss, gradients, AdamW, the average of the weights. The number of
threads is OMP_NUM_THREADS.
"""

import json
import os
import sys
import time
from copy import deepcopy

import torch

from peer_diffusion import Diffusion
from peer_models import build

LEARNING_RATE = 1e-4
DECAY = 0.9999


def parameter_count(model):
    return sum(parameter.numel() for parameter in model.parameters())


class Training:
    def __init__(self, model, lr=LEARNING_RATE, decay=DECAY):
        self.model = model.train()
        self.diffusion = Diffusion()
        self.average = deepcopy(model).eval()
        for parameter in self.average.parameters():
            parameter.requires_grad = False
        self.decay = decay
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=0)

    def random_step(self, batch, side, classes, device):
        start = torch.randn(batch, self.model.in_channels, side, side, device=device)
        y = torch.randint(0, classes, (batch,), device=device)
        t = torch.randint(0, len(self.diffusion.kept), (batch,), device=device)
        mse, vb = self.step(start, t, y, torch.randn_like(start))
        return (mse + vb).mean().item()

    def step(self, start, t, y, noise):
        mse, vb = self.diffusion.losses(self.model, start, t, y, noise)
        self.optimizer.zero_grad()
        (mse + vb).mean().backward()
        self.optimizer.step()
        self.update_average()
        return mse.detach(), vb.detach()

    @torch.no_grad()
    def update_average(self):
        averages = dict(self.average.named_parameters())
        for name, parameter in self.model.named_parameters():
            averages[name].mul_(self.decay).add_(parameter.data, alpha=1 - self.decay)


class Sampling:
    """Guided ancestral sampling; images and labels are doubled, as the published code does."""

    def __init__(self, model, batch, side, classes, steps, guidance, device):
        self.model = model.eval()
        if hasattr(model, "fold"):
            model.fold()
        self.diffusion = Diffusion(steps)
        z = torch.randn(batch, model.in_channels, side, side, device=device)
        y = torch.randint(0, classes, (batch,), device=device)
        self.guidance = None if guidance == 1 else guidance
        self.x = z if self.guidance is None else torch.cat([z, z])
        self.y = y if self.guidance is None else torch.cat([y, torch.full_like(y, classes)])
        self.left = steps

    @torch.no_grad()
    def step(self):
        if self.left == 0:
            self.left = len(self.diffusion.kept)
            self.x = torch.randn_like(self.x)
        self.left -= 1
        self.x = self.diffusion.sample_step(
            self.model, self.x, self.left, self.y, self.guidance, torch.randn_like(self.x))


class Session:
    def __init__(self):
        self.step = None
        self.synchronize = lambda: None

    def hello(self, request):
        libraries = set()
        try:
            with open("/proc/self/maps") as maps:
                libraries = {line.split()[-1] for line in maps if "blas" in line or "mkl" in line}
        except OSError:
            pass
        return {"torch": torch.__version__, "python": sys.version.split()[0], "threads": torch.get_num_threads(),
                "libraries": sorted(libraries), "cuda": torch.cuda.is_available()}

    def build(self, request):
        torch.manual_seed(0)
        device, config, batch = request.get("device", "cpu"), request["config"], request["batch"]
        side, classes = config["input_size"], config["num_classes"]
        model = build(request["family"], config).to(device)
        parameters = parameter_count(model)
        if device == "cuda":
            self.synchronize = torch.cuda.synchronize
        if request["task"] == "training":
            training = Training(model)
            self.step = lambda: training.random_step(batch, side, classes, device)
        else:
            self.step = Sampling(model, batch, side, classes, request["steps"], request["guidance"], device).step
        return {"parameters": parameters}

    def timed_step(self, request):
        self.synchronize()
        start = time.perf_counter()
        self.step()
        self.synchronize()
        return {"seconds": time.perf_counter() - start}

    def peak(self, request):
        if torch.cuda.is_available() and torch.cuda.max_memory_allocated() > 0:
            return {"bytes": torch.cuda.max_memory_reserved()}
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return {"bytes": int(line.split()[1]) * 1024}
        return {"bytes": -1}

    def serve(self, requests, answers):
        kinds = {"hello": self.hello, "build": self.build, "step": self.timed_step, "peak": self.peak}
        for line in requests:
            request = json.loads(line)
            print(json.dumps(kinds[request["do"]](request)), file=answers, flush=True)


# ---- reference values ----


def formula(name, count, seed):
    """Values in [-1, 1) from a hash of the name, as the fixtures define them."""
    import numpy as np
    code = 0xCBF29CE484222325
    for byte in name.encode():
        code = (code ^ byte) * 0x100000001B3 % 2 ** 64
    z = np.uint64(code ^ seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(40)).astype(np.int64) - 8388608).astype(np.float32) / np.float32(8388608)


def fill(model, tensors, seed):
    import numpy as np
    parameters = dict(model.named_parameters())
    if set(parameters) != {tensor["name"] for tensor in tensors}:
        raise SystemExit("parameters differ: %s" % (set(parameters) ^ {tensor["name"] for tensor in tensors}))
    for tensor in tensors:
        if tensor.get("source") == "init":
            continue
        value = formula(tensor["name"], int(np.prod(tensor["shape"])), seed) * np.float32(tensor["scale"])
        if tensor["offset"] != 0:
            value = value + np.float32(tensor["offset"])
        parameters[tensor["name"]].data.copy_(torch.from_numpy(value.reshape(tensor["shape"])))


def known(config):
    """In the released file's words; the research file says it in others."""
    if "global_win" not in config:
        return config
    words = {"global_win": "down_factor", "before_attn": "downsampler", "aug_shortcut": "down_shortcut"}
    found = {words.get(key, key): value for key, value in config.items() if key not in ("attn_seq", "local_win")}
    return {"downsampler": None, "attn_type": None, "posemb_type": None, **found}


class Check:
    def __init__(self, folder):
        self.folder = folder
        self.failed = 0

    def load(self, name):
        import numpy as np
        path = os.path.join(self.folder, name)
        with open(path + ".json") as file:
            return json.load(file), {key: torch.from_numpy(value) for key, value in np.load(path + ".npz").items()}

    def close(self, what, found, expected, bound):
        worst = (found - expected).abs().max().item()
        ok = found.shape == expected.shape and worst <= bound
        self.failed += not ok
        print(f"{'ok  ' if ok else 'FAIL'} {what}: off by {worst:.2e} of {bound:.2e} allowed")

    def model(self, name):
        case, arrays = self.load("models/" + name)
        config = known(case["config"])
        downsampler = config.get("downsampler") or ""
        if case["quirk"] or (downsampler and not downsampler.startswith("dwconv")) or not config.get("learn_sigma", True):
            print("skip", name)
            return
        model = build("dit" if case["family"] == "dit" else "udit", config)
        if parameter_count(model) != case["param_count"]:
            self.failed += 1
            print(f"FAIL {name}: {parameter_count(model)} parameters, not {case['param_count']}")
        fill(model, case["tensors"], case["seed"])
        with torch.no_grad():
            if "out_train" in arrays:
                model.eval()  # no label is dropped; branches are folded only on request
                self.close(name + " training graph", model(arrays["x"], arrays["t"], arrays["y"]), arrays["out_train"],
                           case["tolerances"]["out_train"]["atol"])
            if hasattr(model, "fold"):
                model.fold()
            self.close(name, model.eval()(arrays["x"], arrays["t"], arrays["y"]), arrays["out_eval"],
                       case["tolerances"]["out_eval"]["atol"])

    def tensors_of(self, config):
        """The formula's scales, from the model case of the same configuration."""
        for name in sorted(os.listdir(os.path.join(self.folder, "models"))):
            if name.endswith(".json"):
                case, _ = self.load("models/" + name[:-5])
                if case["config"] == config:
                    return case["tensors"]
        raise SystemExit("no model case has this configuration")

    def training(self, name, family):
        case, arrays = self.load("training/" + name)
        model = build(family, known(case["config"]))
        fill(model, self.tensors_of(case["config"]), case["seed"])
        for module in model.modules():
            if hasattr(module, "dropout"):
                module.dropout = 0
        training = Training(model, case["optimizer"]["lr"], case["ema_decay"])
        for step in range(len(arrays["hist/loss"])):
            mse, vb = training.step(*(arrays[f"in/{part}/{step}"] for part in ("x0", "t", "y", "noise")))
            self.close(f"{name} step {step} squared error", mse, arrays["hist/mse"][step], 1e-3)
            self.close(f"{name} step {step} bound", vb, arrays["hist/vb"][step], 1e-3)
        for key, value in dict(training.average.named_parameters()).items():
            if "final/ema/" + key in arrays and "qkv.bias" not in key:
                lr = case["optimizer"]["lr"]
                self.close(f"{name} average {key}", value, arrays["final/ema/" + key], 2 * lr * 5 * (1 - case["ema_decay"]))

    def sampling(self, name, family):
        case, arrays = self.load("diffusion/" + name)
        model = build(family, known(case["config"]))
        fill(model, self.tensors_of(case["config"]), case["seed"])
        last = model.final_layer.linear if family == "dit" else model.final_layer.out_proj
        last.weight.data *= case["final_layer_factor"]
        last.bias.data *= case["final_layer_factor"]
        if hasattr(model, "fold"):
            model.fold()
        diffusion = Diffusion(10)
        x = torch.cat([arrays["z"], arrays["z"]])
        with torch.no_grad():
            for i in range(10):
                x = diffusion.sample_step(model.eval(), x, 9 - i, arrays["cfg1.5/y"], 1.5, arrays["step_noise"][i])
                expected = arrays["cfg1.5/trajectory"][i]
                self.close(f"{name} guided step {i}", x, expected,
                           case["recommended_rtol_of_step_max"] * expected.abs().max().item())

    def names(self, folder):
        return [name[:-5] for name in sorted(os.listdir(os.path.join(self.folder, folder))) if name.endswith(".json")]

    def all(self):
        for name in self.names("models"):
            self.model(name)
        for name in self.names("training"):
            self.training(name, self.load("training/" + name)[0]["family"])
        for name in self.names("diffusion"):
            if name.startswith("loop_"):
                self.sampling(name, self.load("diffusion/" + name)[0]["family"])
        return 1 if self.failed else 0


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        sys.exit(Check(sys.argv[2]).all())
    Session().serve(sys.stdin, sys.stdout)


if __name__ == "__main__":
    main()
