"""Whether the assumption of problem 6 holds, as far as a grid shows, and whether the claim does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hw9core.joint_maximum.maximum import MOST_MAXIMISERS, Landscape, Maximisers, ridge, same_set

ZERO_TOLERANCE = 1e-7  # what of h counts as 0
# Whether the sets of maximisers agree, and whether the maxima do.
_AGREEMENT = {
    (True, True): "maximum and maximisers agree all the same",
    (True, False): "the maximisers agree, the maximum does not",
    (False, True): "the maximum agrees, the maximisers do not",
    (False, False): "neither maximum nor maximisers agree",
}


@dataclass(frozen=True)
class Verdict:
    """Whether the assumption holds on the square, in the sentence ``finding``, and whether the claim does.

    ``limits`` says how closely was looked: on ``points`` θ and as many φ, and between them.
    """

    assumption: bool
    claim: bool
    finding: str
    limits: str
    points: int

    @property
    def sentence(self) -> str:
        """What was found and how closely was looked."""
        return f"{self.finding} {self.limits}"


def verdict(land: Landscape, of_f: Maximisers, of_g: Maximisers) -> Verdict:
    """Checks h ≥ 0 on the grid and min_φ h = 0 at each θ, then compares the two sets of maximisers."""
    sets, values = same_set(of_f, of_g), abs(of_f.value - of_g.value) <= ZERO_TOLERANCE
    assumption, finding = _finding(land, of_f, sets and values, _AGREEMENT[sets, values])
    return Verdict(assumption, sets and values, finding, _limits(land, of_f, of_g), land.theta.size)


def _finding(land: Landscape, of_f: Maximisers, claim: bool, agree: str) -> tuple[bool, str]:
    least = land.ridge.least
    lowest = min(float(land.h.min()), float(least.min()))
    if lowest < -ZERO_TOLERANCE:
        i, j = np.unravel_index(int(np.argmin(land.h)), land.h.shape)
        where = f"near (θ, φ) = ({land.theta[i]:.2f}, {land.phi[j]:.2f})"
        return False, f"The assumption fails: h falls to {lowest:.4g} {where}; {agree}."
    assumption = not (np.abs(least) > ZERO_TOLERANCE).any()
    if assumption:
        finding = "The assumption holds on the grid: h ≥ 0, and its minimum over φ is 0 at every θ"
    else:
        at_best = ridge(land.problem, np.array(of_f.theta)).least
        if (at_best > ZERO_TOLERANCE).any():
            where = f"θ = {of_f.theta[int(np.argmax(at_best))]:.4f}, where f is largest"
            return False, f"The assumption fails: min over φ of h = {at_best.max():.4g} at {where}; {agree}."
        worst = int(np.argmax(least))
        where = f"{least[worst]:.4g} at θ = {land.theta[worst]:.2f}"
        finding = (
            f"The minimum of h over φ is not 0 everywhere ({where}), but it is 0 where f is largest, and "
            "with h ≥ 0 elsewhere that is all the claim needs"
        )
    if not claim:
        return False, f"{finding}; yet {agree}: something in h is narrower than the grid shows."
    return assumption, f"{finding}."


def _limits(land: Landscape, of_f: Maximisers, of_g: Maximisers) -> str:
    n, step = land.theta.size, land.theta[1] - land.theta[0]
    parts = [f"The grid has {n} × {n} points, and extremes are refined between them"]
    if of_f.plateau or of_g.plateau:
        parts.append(f"the maxima are not, being more than {MOST_MAXIMISERS}")
    if not land.ridge.complete:
        parts.append("of the many minima of h over φ only the lowest are, so its least value may be lower")
    return f"{'; '.join(parts)}. A peak or a dip narrower than a step, {step:.2g}, may be missed."
