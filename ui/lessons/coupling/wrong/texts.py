"""The prose of what goes wrong with flows in the plane; the numbers come from the shipped trainings."""

import math

LAYERS = r"""
**Follow the vermilion.** It is density more than {far:g} noises (or as many as you choose) from both moons:
tails beyond their ends, and a **bridge** between them. A flow is continuous both ways, so it cannot tear one
round cloud in two. A thinner bridge takes a steeper map, and that takes more layers. At {far:g} noises
{far_mass[0]:.2%}, {far_mass[1]:.2%} and {far_mass[2]:.2%} of all draws from {counts[0]}, {counts[1]} and
{counts[2]} layers fall on vermilion, of the data only {far_mass[3]:.4%}; and the divergence
$D(p_{{\text{{data}}}} \| p)$ is {divergence[0]:.3f}, {divergence[1]:.3f} and {divergence[2]:.3f} nats.

The colours saturate at a low density, so that thin bridges show. All masses are sums over a fine
grid. Whatever is sampled from a bridge is a point that hardly ever comes from either moon.
"""
PERMUTATIONS = r"""
**Play the layers.** On the left the coordinates take turns. On the right every layer copies $x_1$, so
$z_1 = x_1$ for every point, **exactly**: half of the coordinates never move, and their distribution stays
what it was. What is more, {depth} such layers are worth one: each sends $x_2$ to $e^{{s(x_1)}} x_2 + t(x_1)$,
and so do all of them together. Hence $p(x_2 \mid x_1)$ can be nothing but one Gaussian for every $x_1$, where
two moons need two. The test loss is {losses[1]:.4f} ± {error:.4f} nats instead of {losses[0]:.4f}, and no
flow of such layers, however many, has an expected loss below {least:.4f}.
"""
BOUND = r"""
**Drag the line to epoch {epoch}.** Nothing keeps $s$ small on the vermilion curve, and $e^s$ multiplies
whatever comes in. At a learning rate of {rate:g} one step makes $s$ large somewhere, the next layers multiply
again, and points fly so far that $-\log p(x)$, which grows like their distance squared, reaches {highest}
nats. The way back is long, for a step of the optimiser moves no weight much farther than the learning rate.
With $s = 2 \tanh(\tilde s / 2)$ no layer stretches by more than $e^2 \approx 7.4$, and the same recipe with
the same seed ends at {last:.4f} nats. That is why stacks of coupling layers bound the scale.
"""


def power_of_ten(value: float) -> str:
    """A large number as LaTeX, to two digits: $3.3 \\cdot 10^{14}$."""
    exponent = math.floor(math.log10(value))
    return rf"${value / 10**exponent:.1f} \cdot 10^{{{exponent}}}$"
