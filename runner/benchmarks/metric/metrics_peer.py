"""Times the metrics as numpy and scipy compute them, over features in x.npy and y.npy (float32, images x dimensions).

Usage: metrics_peer.py FOLDER REPEATS SECTION...
Prints {"section": seconds} as JSON, the best of the repeats. The number of threads is set by the caller through
OMP_NUM_THREADS and OPENBLAS_NUM_THREADS. Each section does what the published evaluators do, no more.
"""

import json
import os
import sys
import time
import warnings

import numpy as np
from scipy import linalg

warnings.filterwarnings("ignore")

FULL_RANK = 4096  # images from which the two given covariances are made
BLOCK = 10_000
NEAREST = 3
SUBSETS = 100
SUBSET = 1000


def root(product):
    """The matrix square root; newer versions of scipy have lost the argument `disp`."""
    try:
        found = linalg.sqrtm(product, disp=False)
    except TypeError:
        found = linalg.sqrtm(product)
    return found[0] if isinstance(found, tuple) else found


def trace_term(s1, s2):
    return np.trace(root(s1.dot(s2)).real)


def statistics(features):
    return np.mean(features, axis=0), np.cov(features, rowvar=False)


def distance(x, y):
    m1, s1 = statistics(x)
    m2, s2 = statistics(y)
    step = m1 - m2
    return step.dot(step) + np.trace(s1) + np.trace(s2) - 2 * trace_term(s1, s2)


def squared_distances(u, v):
    norm_u = np.sum(u * u, axis=1)[:, None]
    norm_v = np.sum(v * v, axis=1)[None, :]
    return np.maximum(norm_u - 2 * (u @ v.T) + norm_v, 0)


def radii(features):
    return np.partition(squared_distances(features, features), NEAREST, axis=1)[:, NEAREST]


def precision_recall(reference, samples):
    reference_radii = radii(reference)
    sample_radii = radii(samples)
    distances = squared_distances(reference, samples)
    precision = np.any(distances <= reference_radii[:, None], axis=0).mean()
    recall = np.any(distances <= sample_radii[None, :], axis=1).mean()
    return precision, recall


def kernel(u, v):
    return (u @ v.T / u.shape[1] + 1) ** 3


def kernel_distance(x, y):
    draws = np.random.RandomState(2020)
    values = []
    for _ in range(SUBSETS):
        u = x[draws.choice(len(x), SUBSET, replace=False)]
        v = y[draws.choice(len(y), SUBSET, replace=False)]
        k_uu, k_vv, k_uv = kernel(u, u), kernel(v, v), kernel(u, v)
        within = (k_uu.sum() - np.trace(k_uu) + k_vv.sum() - np.trace(k_vv)) / (SUBSET * (SUBSET - 1))
        values.append(within - 2 * k_uv.mean())
    return np.mean(values)


def best(repeats, work):
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def sections(x, y):
    """Per section what is prepared, and what is timed."""

    def of_covariances(images):
        s1, s2 = statistics(x[:images])[1], statistics(y[:images])[1]
        return lambda: trace_term(s1, s2)

    def of_features(work, images):
        a, b = np.array(x[:images]), np.array(y[:images])
        return lambda: work(a, b)

    return {
        "trace": lambda: of_covariances(FULL_RANK),
        "trace_1000": lambda: of_covariances(1000),
        "trace_500": lambda: of_covariances(500),
        "fid": lambda: of_features(distance, len(x)),
        "precision_recall": lambda: of_features(precision_recall, BLOCK),
        "kid": lambda: of_features(kernel_distance, BLOCK),
    }


def main():
    folder, repeats, wanted = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    x, y = (np.load(os.path.join(folder, name), mmap_mode="r") for name in ("x.npy", "y.npy"))
    known = sections(x, y)
    json.dump({name: best(repeats, known[name]()) for name in wanted}, sys.stdout)


if __name__ == "__main__":
    main()
