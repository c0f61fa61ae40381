"""The energy distance between two samples, and how often chance gives one as large."""

import numpy as np


def energy_p_value(x, y, permutations=199, seed=0):
    """The p-value of the permutation test of 2 E|X − Y| − E|X − X′| − E|Y − Y′| for samples (n, d), (m, d).

    Székely & Rizzo (2013).
    """
    both = np.concatenate([x, y])
    distances = np.linalg.norm(both[:, np.newaxis] - both, axis=2)
    rng = np.random.default_rng(seed)
    first = np.arange(len(both)) < len(x)
    observed = _statistic(distances, first)
    shuffled = [_statistic(distances, rng.permutation(first)) for _ in range(permutations)]
    return (1 + np.sum(np.array(shuffled) >= observed)) / (1 + permutations)


def _statistic(distances, first):
    a, b = first / first.sum(), ~first / (~first).sum()
    return 2 * a @ distances @ b - a @ distances @ a - b @ distances @ b
