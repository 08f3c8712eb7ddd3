"""Gaussian diffusion, training loss and ancestral sampling in plain PyTorch, in the arithmetic of the papers' code.

Sources: Nichol & Dhariwal, arXiv:2102.09672; DiT, arXiv:2212.09748.
"""

import math

import numpy as np
import torch

TIMESTEPS = 1000
GUIDED_CHANNELS = 3  # the published code guides the first three channels only


def kept_timesteps(steps):
    """The evenly spaced timesteps that a respaced schedule keeps."""
    stride = (TIMESTEPS - 1) / (steps - 1) if steps > 1 else 1.0
    at, kept = 0.0, []
    for _ in range(steps):
        kept.append(round(at))
        at += stride
    return kept


def mean_flat(x):
    return x.mean(dim=list(range(1, x.ndim)))


class Diffusion:
    """Linear schedule, predicted noise, learned range of the variance; all tables in float64."""

    def __init__(self, steps=TIMESTEPS):
        alphas_cumprod = np.cumprod(1 - np.linspace(1e-4, 2e-2, TIMESTEPS, dtype=np.float64))
        self.kept = kept_timesteps(steps)
        cumprod = alphas_cumprod[self.kept]
        previous = np.append(1.0, cumprod[:-1])
        betas = 1 - cumprod / previous
        self.sqrt_cumprod = np.sqrt(cumprod)
        self.sqrt_rest = np.sqrt(1 - cumprod)
        self.recip = np.sqrt(1 / cumprod)
        self.recipm1 = np.sqrt(1 / cumprod - 1)
        posterior = betas * (1 - previous) / (1 - cumprod)
        self.min_log = np.log(np.append(posterior[1], posterior[1:])) if len(posterior) > 1 else np.log(betas)
        self.max_log = np.log(betas)
        self.mean_start = betas * np.sqrt(previous) / (1 - cumprod)
        self.mean_noisy = (1 - previous) * np.sqrt(1 - betas) / (1 - cumprod)

    @staticmethod
    def at(table, t, x):
        return torch.from_numpy(table).to(t.device)[t].float()[:, None, None, None].expand(x.shape)

    def noisy(self, start, t, noise):
        return self.at(self.sqrt_cumprod, t, start) * start + self.at(self.sqrt_rest, t, start) * noise

    def posterior_mean(self, start, noisy, t):
        return self.at(self.mean_start, t, start) * start + self.at(self.mean_noisy, t, noisy) * noisy

    def moments(self, output, noisy, t):
        """Mean and log variance of the step before, from the model's output."""
        noise, v = output.chunk(2, dim=1)
        share = (v + 1) / 2
        log_variance = share * self.at(self.max_log, t, noisy) + (1 - share) * self.at(self.min_log, t, noisy)
        start = self.at(self.recip, t, noisy) * noisy - self.at(self.recipm1, t, noisy) * noise
        return self.posterior_mean(start, noisy, t), log_variance

    def losses(self, model, start, t, y, noise):
        """Squared error of the noise and the variational bound in bits; the bound trains the variance only."""
        noisy = self.noisy(start, t, noise)
        output = model(noisy, t, y)
        predicted, v = output.chunk(2, dim=1)
        mean, log_variance = self.moments(torch.cat([predicted.detach(), v], dim=1), noisy, t)
        true_mean = self.posterior_mean(start, noisy, t)
        true_log_variance = self.at(self.min_log, t, start)
        kl = 0.5 * (-1.0 + log_variance - true_log_variance + torch.exp(true_log_variance - log_variance)
                    + (true_mean - mean) ** 2 * torch.exp(-log_variance))
        nll = -log_likelihood(start, mean, 0.5 * log_variance)
        vb = torch.where(t == 0, mean_flat(nll), mean_flat(kl)) / math.log(2.0)
        mse = mean_flat((noise - predicted) ** 2)
        return mse, vb

    def sample_step(self, model, x, index, y, scale, noise):
        """One ancestral step of the doubled batch (conditional half, null half)."""
        t = torch.full((len(x),), index, dtype=torch.long, device=x.device)
        told = torch.tensor(self.kept, device=x.device)[t]
        output = guided(model, x, told, y, scale) if scale is not None else model(x, told, y)
        mean, log_variance = self.moments(output, x, t)
        mask = (t != 0).float()[:, None, None, None]
        return mean + mask * torch.exp(0.5 * log_variance) * noise


def guided(model, x, t, y, scale):
    half = x[: len(x) // 2]
    output = model(torch.cat([half, half]), t, y)
    noise, rest = output[:, :GUIDED_CHANNELS], output[:, GUIDED_CHANNELS:]
    conditional, unconditional = noise.chunk(2)
    mixed = unconditional + scale * (conditional - unconditional)
    return torch.cat([torch.cat([mixed, mixed]), rest], dim=1)


def normal_cdf(x):
    return 0.5 * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x ** 3)))


def log_likelihood(x, mean, log_scale):
    """Of bytes scaled to [-1, 1] under a Gaussian integrated over each byte's bin."""
    centred = x - mean
    inverse = torch.exp(-log_scale)
    above = normal_cdf(inverse * (centred + 1.0 / 255.0))
    below = normal_cdf(inverse * (centred - 1.0 / 255.0))
    return torch.where(
        x < -0.999, above.clamp(min=1e-12).log(),
        torch.where(x > 0.999, (1.0 - below).clamp(min=1e-12).log(), (above - below).clamp(min=1e-12).log()))
