"""DiT and U-DiT in plain PyTorch, eager, as the papers' code runs them: unfused attention, one module per layer.

Written from the papers and the names of the published checkpoints, for benchmarks beside ours. Sources: DiT,
arXiv:2212.09748; U-DiT, arXiv:2405.02730.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

EPSILON = 1e-6
FREQUENCIES = 256
LARGEST_LOGIT_SCALE = 4.6052


class TimestepEmbedder(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(FREQUENCIES, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, t):
        half = FREQUENCIES // 2
        rates = torch.exp(-math.log(10000) * torch.arange(half, dtype=torch.float32, device=t.device) / half)
        angles = t[:, None].float() * rates[None]
        return self.mlp(torch.cat([angles.cos(), angles.sin()], dim=-1))


class LabelEmbedder(nn.Module):
    """The last row of the table stands for "no label"; in training labels are dropped for it."""

    def __init__(self, classes, width, dropout):
        super().__init__()
        self.embedding_table = nn.Embedding(classes + (dropout > 0), width)
        self.classes = classes
        self.dropout = dropout

    def forward(self, y):
        if self.training and self.dropout > 0:
            y = torch.where(torch.rand(len(y), device=y.device) < self.dropout, self.classes, y)
        return self.embedding_table(y)


def modulation(width, chunks):
    return nn.Sequential(nn.SiLU(), nn.Linear(width, chunks * width))


# ---- DiT ----


def modulate(x, shift, scale):
    return x * (1 + scale[:, None]) + shift[:, None]


class DitAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        n, t, d = x.shape
        qkv = self.qkv(x).reshape(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)
        weights = (q * (d // self.heads) ** -0.5 @ k.transpose(-2, -1)).softmax(dim=-1)
        return self.proj((weights @ v).transpose(1, 2).reshape(n, t, d))


class Mlp(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.act = nn.GELU(approximate="tanh")
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


class DitBlock(nn.Module):
    def __init__(self, width, heads, ratio):
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=EPSILON, elementwise_affine=False)
        self.attn = DitAttention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=EPSILON, elementwise_affine=False)
        self.mlp = Mlp(width, int(width * ratio))
        self.adaLN_modulation = modulation(width, 6)

    def forward(self, x, c):
        shift_a, scale_a, gate_a, shift_m, scale_m, gate_m = self.adaLN_modulation(c).chunk(6, dim=1)
        x = x + gate_a[:, None] * self.attn(modulate(self.norm1(x), shift_a, scale_a))
        return x + gate_m[:, None] * self.mlp(modulate(self.norm2(x), shift_m, scale_m))


class DitFinalLayer(nn.Module):
    def __init__(self, width, outputs):
        super().__init__()
        self.norm_final = nn.LayerNorm(width, eps=EPSILON, elementwise_affine=False)
        self.linear = nn.Linear(width, outputs)
        self.adaLN_modulation = modulation(width, 2)

    def forward(self, x, c):
        shift, scale = self.adaLN_modulation(c).chunk(2, dim=1)
        return self.linear(modulate(self.norm_final(x), shift, scale))


class PatchEmbed(nn.Module):
    def __init__(self, channels, width, kernel, stride, padding):
        super().__init__()
        self.proj = nn.Conv2d(channels, width, kernel, stride, padding)

    def forward(self, x):
        return self.proj(x)


def position_table(width, side):
    """Sines and cosines of the column in the first half, of the row in the second."""
    rates = 10000.0 ** (-torch.arange(width // 4, dtype=torch.float64) / (width / 4))
    at = torch.arange(side, dtype=torch.float64)
    halves = []
    for position in (at.repeat(side), at.repeat_interleave(side)):
        angles = position[:, None] * rates[None]
        halves += [angles.sin(), angles.cos()]
    return torch.cat(halves, dim=1)[None].float()


class Dit(nn.Module):
    def __init__(self, input_size, patch_size, hidden_size, depth, num_heads, mlp_ratio=4.0, in_channels=4,
                 num_classes=1000, class_dropout_prob=0.1, learn_sigma=True):
        super().__init__()
        self.in_channels, self.patch = in_channels, patch_size
        self.outputs = in_channels * (2 if learn_sigma else 1)
        side = input_size // patch_size
        self.x_embedder = PatchEmbed(in_channels, hidden_size, patch_size, patch_size, 0)
        self.t_embedder = TimestepEmbedder(hidden_size)
        self.y_embedder = LabelEmbedder(num_classes, hidden_size, class_dropout_prob)
        self.pos_embed = nn.Parameter(position_table(hidden_size, side), requires_grad=False)
        self.blocks = nn.ModuleList([DitBlock(hidden_size, num_heads, mlp_ratio) for _ in range(depth)])
        self.final_layer = DitFinalLayer(hidden_size, patch_size ** 2 * self.outputs)
        initialize(self, self.final_layer.linear)

    def forward(self, x, t, y):
        x = self.x_embedder(x)
        side = x.shape[-1]
        x = x.flatten(2).transpose(1, 2) + self.pos_embed  # (N, T, D)
        c = self.t_embedder(t) + self.y_embedder(y)
        for block in self.blocks:
            x = block(x, c)
        x = self.final_layer(x, c)  # (N, T, p * p * C)
        x = x.reshape(len(x), side, side, self.patch, self.patch, self.outputs)
        return x.permute(0, 5, 1, 3, 2, 4).reshape(len(x), self.outputs, side * self.patch, side * self.patch)


# ---- U-DiT ----


def modulate2d(x, shift, scale):
    return x * (1 + scale[:, :, None, None]) + shift[:, :, None, None]


class LayerNorm2d(nn.Module):
    """Over the channels of each pixel."""

    def forward(self, x):
        x = F.layer_norm(x.permute(0, 2, 3, 1), x.shape[1:2], eps=EPSILON)
        return x.permute(0, 3, 1, 2).contiguous()


class Downsampler(nn.Module):
    def __init__(self, width, kernel, shortcut):
        super().__init__()
        self.layer = nn.Conv2d(width, width, kernel, padding=kernel // 2, groups=width)
        self.shortcut = shortcut

    def forward(self, x):
        return self.layer(x) + x if self.shortcut else self.layer(x)


def rotations(head_width, tokens, device):
    """Unit complex numbers (tokens, head_width / 2): columns and rows alternate pair by pair."""
    row = math.floor(math.sqrt(tokens))
    at = torch.arange(tokens, device=device)
    rates = 10000.0 ** (-torch.arange(0, head_width, 4, device=device).float() / head_width)
    angles = torch.stack([torch.outer((at % row).float(), rates),
                          torch.outer(torch.div(at, row, rounding_mode="floor").float(), rates)], dim=-1)
    angles = angles.flatten(1)
    return torch.polar(torch.ones_like(angles), angles)


def rotate(x, rotation):
    pairs = torch.view_as_complex(x.float().reshape(*x.shape[:-1], -1, 2))
    return torch.view_as_real(pairs * rotation).flatten(-2).type_as(x)


class UDitAttention(nn.Module):
    """Attention inside each of the factor^2 strided sub-grids."""

    def __init__(self, width, heads, factor, downsampler, shortcut, cosine, rotary):
        super().__init__()
        self.heads, self.factor, self.rotary = heads, factor, rotary
        if downsampler:
            self.downsampler = Downsampler(width, downsampler, shortcut)
        self.logit_scale = nn.Parameter(torch.full((heads, 1, 1), math.log(10.0))) if cosine else None
        self.to_qkv = nn.Linear(width, 3 * width)
        self.to_out = nn.Conv2d(width, width, 1)

    def forward(self, x):
        n, channels, height, width = x.shape
        f, d = self.factor, channels // self.heads
        if hasattr(self, "downsampler"):
            x = self.downsampler(x)
        x = x.reshape(n, channels, height // f, f, width // f, f).permute(0, 3, 5, 2, 4, 1)
        x = x.reshape(n, f * f, height * width // (f * f), channels)
        q, k, v = (part.reshape(*part.shape[:3], self.heads, d).transpose(2, 3) for part in self.to_qkv(x).chunk(3, -1))
        if self.rotary:
            rotation = rotations(d, q.shape[-2], q.device)
            q, k = rotate(q, rotation), rotate(k, rotation)
        if self.logit_scale is None:
            logits = q @ k.transpose(-2, -1) * d ** -0.5
        else:
            logits = F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).transpose(-2, -1)
            logits = logits * self.logit_scale.clamp(max=LARGEST_LOGIT_SCALE).exp()
        x = logits.softmax(dim=-1) @ v  # (N, f * f, heads, T, d)
        x = x.transpose(2, 3).reshape(n, f, f, height // f, width // f, channels)
        return self.to_out(x.permute(0, 5, 3, 1, 4, 2).reshape(n, channels, height, width))


class BasicFfn(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.fc1 = nn.Conv2d(width, hidden, 1)
        self.act = nn.GELU(approximate="tanh")
        self.fc2 = nn.Conv2d(hidden, width, 1)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


def depthwise(width, kernel):
    return nn.Conv2d(width, width, kernel, padding=kernel // 2, groups=width)


class DepthwiseFfn(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.project_in = nn.Conv2d(width, hidden, 1)
        self.dwconv = depthwise(hidden, 5)
        self.project_out = nn.Conv2d(hidden, width, 1)

    def forward(self, x):
        return self.project_out(self.dwconv(F.gelu(self.project_in(x))))


class ReparamFfn(nn.Module):
    """The depthwise network as it trains, with branches."""

    def __init__(self, width, hidden):
        super().__init__()
        self.width, self.hidden = width, hidden
        self.project_in = nn.Sequential(nn.Conv2d(width, hidden // 2, 1), nn.Conv2d(hidden // 2, hidden, 1))
        self.dwconv = nn.ModuleList([depthwise(hidden, kernel) for kernel in (5, 3, 1)])
        self.project_out = nn.Sequential(nn.Conv2d(hidden, hidden // 2, 1), nn.Conv2d(hidden // 2, width, 1))

    def forward(self, x):
        x = F.gelu(self.project_in(x))
        return self.project_out(x + self.dwconv[0](x) + self.dwconv[1](x) + self.dwconv[2](x))

    def folded(self):
        """The same function with one layer for each chain and for all branches."""
        plain = DepthwiseFfn(self.width, self.hidden)
        with torch.no_grad():
            for chain, into in ((self.project_in, plain.project_in), (self.project_out, plain.project_out)):
                first, second = chain
                weight = second.weight[:, :, 0, 0]
                into.weight.copy_((weight @ first.weight[:, :, 0, 0])[:, :, None, None])
                into.bias.copy_(weight @ first.bias + second.bias)
            kernel = sum(F.pad(branch.weight, [2 - branch.padding[0]] * 4) for branch in self.dwconv)
            kernel[:, :, 2, 2] += 1
            plain.dwconv.weight.copy_(kernel)
            plain.dwconv.bias.copy_(sum(branch.bias for branch in self.dwconv))
        return plain


class UDitBlock(nn.Module):
    """Two sub-blocks of attention and feed-forward network in series."""

    def __init__(self, width, attention, ffn):
        super().__init__()
        self.norm = LayerNorm2d()
        for i in (1, 2):
            setattr(self, f"attn{i}", attention(width))
            setattr(self, f"mlp{i}", ffn(width))
            setattr(self, f"adaLN_modulation{i}", modulation(width, 6))

    def forward(self, x, c):
        for attention, mlp, ada in ((self.attn1, self.mlp1, self.adaLN_modulation1),
                                    (self.attn2, self.mlp2, self.adaLN_modulation2)):
            shift_a, scale_a, gate_a, shift_m, scale_m, gate_m = ada(c).chunk(6, dim=1)
            x = x + gate_a[:, :, None, None] * attention(modulate2d(self.norm(x), shift_a, scale_a))
            x = x + gate_m[:, :, None, None] * mlp(modulate2d(self.norm(x), shift_m, scale_m))
        return x


class Resample(nn.Module):
    def __init__(self, inputs, outputs, shuffle):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), shuffle)

    def forward(self, x):
        return self.body(x)


class UDitFinalLayer(nn.Module):
    def __init__(self, width, outputs):
        super().__init__()
        self.norm_final = LayerNorm2d()
        self.out_proj = nn.Conv2d(width, outputs, 3, padding=1)
        self.adaLN_modulation = modulation(width, 2)

    def forward(self, x, c):
        shift, scale = self.adaLN_modulation(c).chunk(2, dim=1)
        return self.out_proj(modulate2d(self.norm_final(x), shift, scale))


class UDit(nn.Module):
    LEVELS = ("encoder_level_1", "encoder_level_2", "latent", "decoder_level_2", "decoder_level_1")

    def __init__(self, hidden_size, num_heads, depth, mlp_ratio, down_factor=2, downsampler="dwconv5", down_shortcut=1,
                 attn_type="v2", posemb_type="rope2d", ffn_type="rep", rep=1, in_channels=4, num_classes=1000,
                 class_dropout_prob=0.1, learn_sigma=True, input_size=None):
        super().__init__()
        if downsampler and not downsampler.startswith("dwconv"):
            raise ValueError(f"no downsampler {downsampler} here")
        self.in_channels = in_channels
        outputs = in_channels * (2 if learn_sigma else 1)
        kernel = int(downsampler[-1]) if downsampler else 0
        factors = down_factor if isinstance(down_factor, list) else [down_factor] * 5
        w = hidden_size
        self.x_embedder = PatchEmbed(in_channels, w, 3, 1, 1)
        for i in (1, 2, 3):
            setattr(self, f"t_embedder_{i}", TimestepEmbedder(w << (i - 1)))
            setattr(self, f"y_embedder_{i}", LabelEmbedder(num_classes, w << (i - 1), class_dropout_prob))

        def ffn(width):
            hidden = int(width * mlp_ratio)
            if ffn_type != "rep":
                return BasicFfn(width, hidden)
            return ReparamFfn(width, hidden) if rep else DepthwiseFfn(width, hidden)

        def level(width, blocks, factor):
            def attention(channels):
                return UDitAttention(channels, num_heads, factor, kernel, bool(down_shortcut), attn_type == "v2",
                                     posemb_type == "rope2d")

            return nn.ModuleList([UDitBlock(width, attention, ffn) for _ in range(blocks)])

        for name, width, blocks, factor in zip(self.LEVELS, (w, 2 * w, 4 * w, 2 * w, 2 * w), depth, factors):
            setattr(self, name, level(width, blocks, factor))
        self.down1_2 = Resample(w, w // 2, nn.PixelUnshuffle(2))
        self.down2_3 = Resample(2 * w, w, nn.PixelUnshuffle(2))
        self.up3_2 = Resample(4 * w, 8 * w, nn.PixelShuffle(2))
        self.reduce_chan_level2 = nn.Conv2d(4 * w, 2 * w, 1)
        self.up2_1 = Resample(2 * w, 4 * w, nn.PixelShuffle(2))
        self.reduce_chan_level1 = nn.Conv2d(2 * w, 2 * w, 1)
        self.output = nn.Conv2d(2 * w, 2 * w, 3, padding=1)
        self.final_layer = UDitFinalLayer(2 * w, outputs)
        initialize(self, self.final_layer.out_proj)

    def forward(self, x, t, y):
        c1, c2, c3 = (getattr(self, f"t_embedder_{i}")(t) + getattr(self, f"y_embedder_{i}")(y) for i in (1, 2, 3))
        skip1 = run(self.encoder_level_1, self.x_embedder(x), c1)
        skip2 = run(self.encoder_level_2, self.down1_2(skip1), c2)
        x = run(self.latent, self.down2_3(skip2), c3)
        x = self.reduce_chan_level2(torch.cat([self.up3_2(x), skip2], dim=1))
        x = run(self.decoder_level_2, x, c2)
        x = self.reduce_chan_level1(torch.cat([self.up2_1(x), skip1], dim=1))
        x = run(self.decoder_level_1, x, c2)
        return self.final_layer(self.output(x), c2)

    def fold(self):
        """Folds the branches of training, in place."""
        for module in list(self.modules()):
            for name in ("mlp1", "mlp2"):
                if isinstance(getattr(module, name, None), ReparamFfn):
                    setattr(module, name, getattr(module, name).folded().to(next(module.parameters()).device))
        return self


def run(blocks, x, c):
    for block in blocks:
        x = block(x, c)
    return x


def initialize(model, last):
    for module in model.modules():
        if isinstance(module, (nn.Linear, nn.Conv2d)):
            nn.init.xavier_uniform_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)
    for name, module in model.named_modules():
        if "t_embedder" in name and isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
        if "adaLN_modulation" in name and isinstance(module, nn.Linear):
            nn.init.zeros_(module.weight)
    nn.init.zeros_(last.weight)


def build(family, config):
    return Dit(**config) if family == "dit" else UDit(**config)
