"""Densities with every kind of support, kink and tail, and all pairs of them."""

import itertools
import math

from hw9core.distributions.composite import Mixture, Truncated
from hw9core.distributions.line import Beta, Laplace, Normal, Uniform

HOMEWORK = Mixture((0.5, 0.5), (Normal(-1, 0.25), Normal(0.25, 0.5)))
GAPPED = Mixture((1, 3), (Uniform(0, 1), Uniform(2, 3)))
DENSITIES = [
    Normal(1, 2),
    Laplace(-1, 0.5),
    Uniform(-1, 3),
    Beta(2, 3.5),
    Beta(0.5, 0.5),
    Truncated(Normal(0, 2), -1, 3),
    Truncated(Normal(), 3, math.inf),
    HOMEWORK,
    GAPPED,
    Normal(50, 0.01),
    Laplace(0, 3),
    Beta(5, 1),
]
PAIRS = list(itertools.permutations(DENSITIES, 2))
